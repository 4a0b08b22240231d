internal import CareModel

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
    init(_ referral: ReferralView, patient look: PatientLook, isRedacted: Bool = false) {
        redacted = isRedacted ? true : nil
        id = referral.id.description
        number = referral.number.description
        state = referral.state.text
        version = referral.version
        priority = JSONText.text(referral.priority)
        reason = JSONText.text(referral.reason)
        initiator = JSONText.text(referral.initiator)
        recipient = JSONText.text(referral.recipient)
        to = JSONText.text(referral.to)
        replyTo = JSONText.text(referral.replyTo)
        assignee = JSONText.text(referral.assignee)
        requestedAt = JSONText.time(referral.requestedAt)
        updatedAt = JSONText.time(referral.updatedAt)
        dueAt = JSONText.time(referral.dueAt)
        appointment = referral.appointment.map {
            Appointment(start: JSONText.time($0.start), end: JSONText.time($0.end))
        }
        waitsFor = JSONText.text(referral.waitsFor)
        worklist = JSONText.text(referral.worklist)
        allowedMoves = referral.allowedMoves.map(\.code)
        previous = JSONText.text(referral.previous)
        next = JSONText.text(referral.next)
        lastReason = JSONText.text(referral.lastReason)
        patient = JSONText.text(look.label)
        patientFormerNames = JSONText.list(look.formerNames)
        patientCaveats = look.output
    }
}
