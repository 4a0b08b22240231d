import CareModel
import Testing

/// Holds the values that the golden frames speak of.
enum Story {
    static let start = Timestamp(milliseconds: 1_767_225_600_000)
    static let practice = OrganisationID(unchecked: "practice")
    static let clinic = OrganisationID(unchecked: "clinic")
    static let ann = AgentID(unchecked: "dr-ann")
    static let bob = AgentID(unchecked: "dr-bob")
    static let cardiology = Mailbox.service(ServiceID(unchecked: "cardiology"))
    static let frontDesk = Mailbox.service(ServiceID(unchecked: "front-desk"))
    static let fhir = "application/fhir+json"
    static let words = "Unconscious after a fall, no relatives; need to know what she takes."

    static func referral() throws -> Referral {
        Referral(
            id: try id("019b76da-a800-7c3e-9b52-6f41d20e8a73"), patient: try patient(),
            initiator: practice, replyTo: frontDesk, recipient: clinic, to: cardiology,
            priority: .urgent, reason: ReasonCode("assessment"),
            requestedAt: start + .milliseconds(5))
    }

    static func nora(name: String? = "Nora Example", role: String? = "nurse") throws -> Person {
        let identifier = try #require(
            BusinessIdentifier(system: "urn:example:staff", value: "S-117"))
        return try #require(Person(identifier: identifier, name: name, role: role))
    }

    static func nextLeg() throws -> ReferralID { try id("019b76fc-3c00-7a11-8c04-55d0a1b2c3d4") }
    static func consent() throws -> ConsentID { try id("019b76d0-0000-7d01-a6f0-0102030405a7") }
    static func glass() throws -> BreakGlassID { try id("019b76ec-0d00-7b1a-8955-0a0b0c0d0e0f") }
    static func request() throws -> MessageID { try id("019b76da-a801-7b2c-8d3e-4f5061728394") }
    static func accept() throws -> MessageID { try id("019b76e3-cfc0-7111-9222-333344445555") }
    static func other() throws -> MessageID { try id("019b76e8-6380-7abc-8def-0123456789ab") }

    static func patient() throws -> PatientKey {
        try #require(PatientKey(bytes: Array(repeating: 3, count: 32)))
    }

    static func patientIdentifier() throws -> BusinessIdentifier {
        try #require(BusinessIdentifier(system: "urn:example:mrn", value: "TEST-0042"))
    }

    static func id<ID: UUIDIdentifier>(_ text: String) throws -> ID { try #require(ID(text)) }

    static func days(_ count: Int64) -> Timestamp { start + .seconds(count * 86_400) }
}
