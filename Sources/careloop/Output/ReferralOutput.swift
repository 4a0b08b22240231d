internal import CareAgent
internal import CareWire

/// Is a referral as scripts see it.
struct ReferralOutput: Encodable, Equatable {
    /// Is an appointment as scripts see it.
    struct Appointment: Encodable, Equatable {
        let start: String
        let end: String?
    }

    let id: String?
    let number: String
    let state: String
    let version: UInt32
    let priority: String?
    let reason: String?
    let initiator: String?
    let recipient: String?
    let to: String?
    let replyTo: String?
    let assignee: String?
    let requestedAt: String?
    let updatedAt: String?
    let dueAt: String?
    let appointment: Appointment?
    let waitsFor: String?
    let worklist: String?
    let allowedMoves: [String]
    let previous: String?
    let next: String?
    let lastReason: String?
    /// Whether parts of a collected document were left out; absent if not.
    let redacted: Bool?
    /// The alias of this machine, or the name in the documents; absent without either.
    let patient: String?
    /// Names of the patient that are over or used otherwise; absent without any.
    let patientFormerNames: [String]?
    /// What has to be known of the patient first; absent if nothing has.
    let patientCaveats: [CaveatOutput]?

    /// Takes what the broker said, and what is known here of the patient.
    init(_ wire: WireReferral, patient look: PatientLook, isRedacted: Bool = false) {
        redacted = isRedacted ? true : nil
        id = JSONText.id(wire.referralID)
        number = wire.number
        state = wire.state
        version = wire.version
        priority = JSONText.text(wire.priority)
        reason = JSONText.text(wire.reason)
        initiator = JSONText.text(wire.initiator)
        recipient = JSONText.text(wire.recipient)
        to = JSONText.text(wire.to)
        replyTo = JSONText.text(wire.replyTo)
        assignee = JSONText.text(wire.assignee)
        requestedAt = JSONText.time(wire.requestedAtMs)
        updatedAt = JSONText.time(wire.updatedAtMs)
        dueAt = JSONText.time(wire.dueAtMs)
        appointment = JSONText.time(wire.appointmentStartMs).map {
            Appointment(start: $0, end: JSONText.time(wire.appointmentEndMs))
        }
        waitsFor = JSONText.text(wire.waitsFor)
        worklist = JSONText.text(wire.worklist)
        allowedMoves = wire.allowedMoves
        previous = JSONText.id(wire.previousReferralID)
        next = JSONText.id(wire.nextReferralID)
        lastReason = JSONText.text(wire.lastReason)
        patient = JSONText.text(look.label)
        patientFormerNames = JSONText.list(look.formerNames)
        patientCaveats = look.output
    }
}
