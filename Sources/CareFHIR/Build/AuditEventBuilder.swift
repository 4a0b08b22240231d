public import CareModel

/// Writes events of the audit log as FHIR R4 AuditEvent, after IHE BALP 1.1.4.
///
/// Holds what the event holds and no more: no payload, no patient's name, no free text. An event
/// names a BALP profile only if it has all that the profile asks for.
public struct AuditEventBuilder: Hashable, Sendable {
    /// The broker's name, which stands for it as observer, source and application.
    public let brokerName: String

    /// Makes a builder for the log of the broker of that name.
    public init(brokerName: String) {
        self.brokerName = PlainText.line(brokerName)
    }

    /// One AuditEvent.
    ///
    /// - Parameter patients: the identifiers of those for whom this is written, such as the patient
    ///   who asked for an accounting; everybody else stays a keyed hash.
    public func resource(
        _ record: AuditRecord, patients: [PatientKey: BusinessIdentifier] = [:]
    ) -> JSONOutput {
        let event = record.event
        let kind = AuditEventClass(event)
        let profile = AuditEventProfile(event)
        return .members([
            ("resourceType", .string("AuditEvent")), ("id", .string(String(record.sequence))),
            (
                "meta",
                .members([
                    ("profile", profile.map { .array([.string($0.url)]) }),
                    ("tag", .array([.coding(AuditEventCode.kind(event.kind))])),
                ])
            ),
            ("type", .coding(kind.type)),
            ("subtype", .array(kind.subtypes.map { .coding($0) })),
            ("action", .string(kind.action)),
            ("recorded", .string(FHIRDate.text(of: event.at))),
            ("outcome", .string(kind.outcome)), ("outcomeDesc", Self.description(of: event)),
            ("purposeOfEvent", Self.purpose(of: event)),
            ("agent", .array(agents(of: event))), ("source", source(of: event)),
            ("entity", entities(of: event, profile: profile, patients: patients)),
        ])
    }

    /// A Bundle of type `collection` with an AuditEvent for each record, in the order given.
    ///
    /// - Parameters:
    ///   - time: when the collection was made.
    ///   - patients: as for one resource.
    public func bundle(
        _ records: [AuditRecord], madeAt time: Timestamp,
        patients: [PatientKey: BusinessIdentifier] = [:]
    ) -> JSONOutput {
        let entries = records.map { record in
            JSONOutput.members([
                ("fullUrl", .string("\(name("audit")):\(record.sequence)")),
                ("resource", resource(record, patients: patients)),
            ])
        }
        return .members([
            ("resourceType", .string("Bundle")), ("type", .string("collection")),
            ("timestamp", .string(FHIRDate.text(of: time))),
            // FHIR has no empty lists.
            ("entry", entries.isEmpty ? nil : .array(entries)),
        ])
    }

    /// A URN of the broker, in which its name cannot be taken for anything else.
    func name(_ space: String) -> String {
        var text = "urn:careloop:\(space):"
        for byte in brokerName.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                text += "%\(CollectionOfOne(byte).hexText.uppercased())"
            }
        }
        return text
    }

    /// The outcome and the rule, which the log keeps free of patients.
    private static func description(of event: AuditEvent) -> JSONOutput? {
        let parts = [event.outcome, event.rule ?? ""].map { PlainText.line($0) }
        let text = parts.filter { !$0.isEmpty }.joined(separator: ": ")
        return text.isEmpty ? nil : .string(String(text.prefix(descriptionLimit)))
    }

    private static let descriptionLimit = 1_000

    private static func purpose(of event: AuditEvent) -> JSONOutput? {
        guard let code = event.purpose, !code.isEmpty else { return nil }
        return .array([.concept(.purpose(code))])
    }
}
