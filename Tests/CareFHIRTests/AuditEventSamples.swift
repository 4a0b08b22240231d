import CareModel
import Testing

@testable import CareFHIR

/// Makes records with everything an event of their kind can have, and reads what was written.
enum AuditEventSamples {
    static let builder = AuditEventBuilder(brokerName: "hub.example")
    static let noon = Timestamp(milliseconds: 1_656_676_800_123)
    static let directive = "01890a5d-ac96-774b-bcce-b302099a8057"
    static let hash = String(repeating: "ab", count: 32)

    static func key(_ byte: UInt8 = 0xAB) throws -> PatientKey {
        try #require(PatientKey(bytes: Array(repeating: byte, count: 32)))
    }

    static func outcome(of kind: AuditEvent.Kind) -> String {
        switch kind {
        case .consentDecided, .disclosureSent, .consentChecked: "permit"
        case .disclosureReceived: "acknowledged"
        case .disclosureWithheld: "consent-refused"
        case .deliveryEnded: "expired"
        case .consentRecorded, .consentRevoked: "version 1"
        case .referralMoved: "requested"
        case .enrolled, .revoked: "agent dr-lee"
        case .connectionRefused: "3"
        default: "done"
        }
    }

    static func record(_ kind: AuditEvent.Kind, sequence: Int64 = 7) throws -> AuditRecord {
        var event = AuditEvent(kind, at: noon, outcome: outcome(of: kind))
        switch kind {
        case .configured, .keysRotated, .connectionRefused:
            return AuditRecord(sequence: sequence, event: event)
        default: break
        }
        event.agent = AgentID("dr-lee")
        event.organisation = OrganisationID("hill-practice")
        event.recipient = ServiceID("cardiology").map { .service($0) }
        event.message = MessageNumber(41)
        event.delivery = DeliveryID(42)
        event.referral = ReferralID(UUIDBytes(high: 3, low: 4))
        event.patient = try key()
        event.purpose = "COC"
        event.epoch = 5
        switch kind {
        case .consentDecided, .consentChecked, .disclosureSent, .disclosureWithheld:
            event.rule =
                "Permitted by the patient's directives. "
                + "Directive \(directive) version 2 permits at provision."
        case .consentRecorded, .consentRevoked: event.rule = directive
        case .referralMoved: event.rule = "request"
        default: break
        }
        return AuditRecord(sequence: sequence, event: event)
    }

    /// What is written for a record whose event was changed by `change`.
    static func read(
        _ kind: AuditEvent.Kind, _ change: (inout AuditEvent) -> Void = { _ in }
    ) throws -> JSONValue {
        var event = try record(kind).event
        change(&event)
        return try parse(builder.resource(AuditRecord(sequence: 7, event: event)))
    }

    static func parse(_ output: JSONOutput) throws -> JSONValue {
        try JSONDocument(output.bytes).root
    }
}

extension JSONValue {
    /// The codes of a list of codings.
    var codes: [String] { elements.compactMap { $0["code"]?.string } }

    /// The code of a concept with one coding.
    var conceptCode: String? { self["coding"]?.elements.first?["code"]?.string }

    /// The first element of a list whose `type` is `code`, of a coding or a concept.
    func typed(_ code: String) -> JSONValue? {
        elements.first { ($0["type"]?["code"]?.string ?? $0["type"]?.conceptCode) == code }
    }

    /// The value of a logical reference.
    var identifierValue: String? { self["identifier"]?["value"]?.string }
}
