import CareModel
import Testing

@testable import CareFHIR

@Suite("Audit events as FHIR")
struct AuditEventTests {
    /// Is what one kind is expected to be written as.
    struct Expectation: Sendable, CustomTestStringConvertible {
        let kind: AuditEvent.Kind
        let type: String
        let subtype: String
        let action: String
        let outcome: String
        var testDescription: String { kind.rawValue }

        init(
            _ kind: AuditEvent.Kind, _ type: String, _ subtype: String?, _ action: String,
            _ outcome: String
        ) {
            self.kind = kind
            self.type = type
            self.subtype = subtype ?? kind.rawValue
            self.action = action
            self.outcome = outcome
        }
    }

    static let expectations: [Expectation] = [
        .init(.consentDecided, "110113", "AuthZ-Consent", "E", "0"),
        .init(.disclosureSent, "110106", "disclose", "R", "0"),
        .init(.disclosureReceived, "110107", "disclose", "C", "0"),
        .init(.disclosureWithheld, "110113", "AuthZ-Consent", "E", "8"),
        .init(.deliveryEnded, "transmit", nil, "E", "4"),
        .init(.consentRecorded, "110110", "originate", "C", "0"),
        .init(.consentRevoked, "110110", "deprecate", "U", "0"),
        .init(.referralMoved, "110109", nil, "C", "0"),
        .init(.consentChecked, "110112", nil, "E", "0"),
        .init(.enrolled, "110113", "110137", "E", "0"),
        .init(.revoked, "110113", "110137", "E", "0"),
        .init(.replayed, "transmit", nil, "E", "0"),
        .init(.corruptionFound, "110113", nil, "E", "8"),
        .init(.disclosureRecalled, "110113", nil, "E", "0"),
        .init(.breakGlassStarted, "110113", "110127", "E", "0"),
        .init(.breakGlassEnded, "110113", "110138", "E", "0"),
        .init(.breakGlassReviewed, "110113", nil, "E", "0"),
        .init(.timelineRead, "110112", nil, "E", "0"),
        .init(.accountingRead, "110101", nil, "R", "0"),
        .init(.accessRefused, "110113", "AuthZ-Role", "E", "8"),
        .init(.connectionRefused, "110113", "110126", "E", "4"),
        .init(.configured, "110100", "110120", "E", "0"),
        .init(.keysRotated, "110113", "110129", "E", "0"),
        .init(.patientShredded, "110110", "destroy", "D", "0"),
    ]

    @Test("every kind of event has an expectation")
    func complete() {
        #expect(Set(Self.expectations.map(\.kind)) == Set(AuditEvent.Kind.allCases))
    }

    @Test("an event is classified by the codes of its kind", arguments: expectations)
    func classified(_ expected: Expectation) throws {
        let event = try AuditEventSamples.read(expected.kind)
        #expect(event["resourceType"]?.string == "AuditEvent")
        #expect(event["id"]?.string == "7")
        #expect(event["meta"]?["tag"]?.codes == [expected.kind.rawValue])
        #expect(event["type"]?["code"]?.string == expected.type)
        #expect(event["subtype"]?.codes == [expected.subtype])
        #expect(event["action"]?.string == expected.action)
        #expect(event["outcome"]?.string == expected.outcome)
        #expect(event["recorded"]?.string == "2022-07-01T12:00:00.123Z")
        #expect(event["source"]?["site"]?.string == "hub.example")
    }

    @Test("exactly one agent began an event", arguments: AuditEvent.Kind.allCases)
    func initiator(_ kind: AuditEvent.Kind) throws {
        for isAnonymous in [false, true] {
            let event = try AuditEventSamples.read(kind) { if isAnonymous { $0.agent = nil } }
            let agents = try #require(event["agent"]).elements
            #expect(agents.count { $0["requestor"]?.bool == true } == 1)
            #expect(agents.allSatisfy { $0["who"]?["identifier"] != nil })
        }
    }

    @Test("an event without anything but its kind is still complete", arguments: expectations)
    func bare(_ expected: Expectation) throws {
        let event = AuditEvent(expected.kind, at: AuditEventSamples.noon, outcome: "")
        let written = try AuditEventSamples.parse(
            AuditEventSamples.builder.resource(AuditRecord(sequence: 1, event: event)))
        #expect(written["meta"]?["profile"] == nil)
        #expect(written["outcomeDesc"] == nil)
        #expect(written["purposeOfEvent"] == nil)
        #expect(written["agent"]?.elements.isEmpty == false)
        #expect(
            written["source"]?["observer"]?.identifierValue == "urn:careloop:broker:hub.example")
        #expect((written["entity"] == nil) == (expected.kind != .accountingRead))
    }

    @Test("a verdict's outcome is told as success, as undecided or as refused")
    func verdicts() throws {
        let outcomes = [
            ("permit", "0"), ("permit-redacted", "0"), ("hold", "4"), ("consent-undecided", "4"),
            ("deny", "8"), ("consent-refused", "8"), ("consent-leaves-nothing", "8"),
            ("permitted?", "8"),
        ]
        for (outcome, code) in outcomes {
            for kind in [AuditEvent.Kind.consentDecided, .disclosureWithheld] {
                let event = try AuditEventSamples.read(kind) { $0.outcome = outcome }
                #expect(event["outcome"]?.string == code, "\(outcome)")
            }
        }
    }

    @Test("a later version of a directive and a later move of a referral are updates")
    func updates() throws {
        let second = try AuditEventSamples.read(.consentRecorded) { $0.outcome = "version 2" }
        #expect(second["action"]?.string == "U")
        #expect(second["subtype"]?.codes == ["amend"])
        let move = try AuditEventSamples.read(.referralMoved) { $0.rule = "accept" }
        #expect(move["action"]?.string == "U")
    }

    @Test("the purpose is a code of v3-ActReason")
    func purpose() throws {
        let event = try AuditEventSamples.read(.disclosureSent) { $0.purpose = "BTG" }
        let coding = event["purposeOfEvent"]?.elements.first?["coding"]?.elements.first
        #expect(coding?["code"]?.string == "BTG")
        #expect(
            coding?["system"]?.string == "http://terminology.hl7.org/CodeSystem/v3-ActReason")
    }

    @Test("the description is outcome and rule on one line of bounded length")
    func description() throws {
        let event = try AuditEventSamples.read(.deliveryEnded) {
            $0.rule = "too\u{1B}[31m-old\nand more"
        }
        #expect(event["outcomeDesc"]?.string == "expired: too[31m-old and more")
        let long = try AuditEventSamples.read(.deliveryEnded) {
            $0.rule = String(repeating: "x", count: 5_000)
        }
        #expect(long["outcomeDesc"]?.string?.count == 1_000)
    }

    @Test("equal records give equal bytes")
    func deterministic() throws {
        let record = try AuditEventSamples.record(.disclosureSent)
        #expect(
            AuditEventSamples.builder.resource(record).bytes
                == AuditEventSamples.builder.resource(record).bytes)
    }
}
