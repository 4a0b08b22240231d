public import CareModel

/// Is a booked appointment and its patient.
public struct AppointmentBundle: Hashable, Sendable {
    /// What all bundles have.
    public var draft: BundleDraft
    /// When it begins.
    public var start: Timestamp
    /// When it ends.
    public var end: Timestamp
    /// What it is for and where, in words.
    public var description: String?

    /// Makes the appointment.
    public init(
        draft: BundleDraft, start: Timestamp, end: Timestamp, description: String? = nil
    ) {
        self.draft = draft
        self.start = start
        self.end = end
        self.description = description
    }

    /// The Bundle as JSON.
    public var bytes: [UInt8] {
        var participants: [JSONOutput] = [
            .members([("actor", draft.patientReference), ("status", .string("accepted"))])
        ]
        if let author = draft.authorReference {
            participants.append(
                .members([("actor", author), ("status", .string("accepted"))]))
        }
        return draft.bundle(
            "Appointment",
            [
                ("status", .string("booked")), ("description", description.map { .string($0) }),
                ("start", .string(FHIRDate.text(of: start))),
                ("end", .string(FHIRDate.text(of: end))), ("created", draft.date),
                ("basedOn", draft.basedOn), ("participant", .array(participants)),
            ])
    }
}
