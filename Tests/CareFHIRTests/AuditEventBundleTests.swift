import CareModel
import Testing

@testable import CareFHIR

@Suite("Audit events written for a patient")
struct AuditEventBundleTests {
    private func identifier() throws -> BusinessIdentifier {
        try #require(BusinessIdentifier(system: "urn:mrn", value: "MRN-1"))
    }

    @Test("a patient is a hash unless the identifier is given", arguments: AuditEvent.Kind.allCases)
    func pseudonymous(_ kind: AuditEvent.Kind) throws {
        let record = try AuditEventSamples.record(kind)
        let builder = AuditEventSamples.builder
        #expect(!builder.resource(record).text.contains("MRN-1"))
        let patients = [try AuditEventSamples.key(): try identifier()]
        let named = builder.resource(record, patients: patients)
        guard record.event.patient != nil else {
            #expect(named == builder.resource(record))
            return
        }
        #expect(builder.resource(record).text.contains(AuditEventSamples.hash))
        #expect(!named.text.contains(AuditEventSamples.hash))
        let patient = try AuditEventSamples.parse(named)["entity"]?.typed("1")
        #expect(patient?["what"]?.identifierValue == "MRN-1")
        #expect(patient?["what"]?["identifier"]?["system"]?.string == "urn:mrn")
    }

    @Test("somebody else's event keeps its hash in an accounting")
    func somebodyElse() throws {
        let patients = [try AuditEventSamples.key(0xCD): try identifier()]
        let record = try AuditEventSamples.record(.disclosureSent)
        let text = AuditEventSamples.builder.resource(record, patients: patients).text
        #expect(text.contains(AuditEventSamples.hash))
        #expect(!text.contains("MRN-1"))
    }

    @Test("a bundle holds the resources in order, each under a name of its own")
    func bundle() throws {
        let records = [
            try AuditEventSamples.record(.disclosureSent, sequence: 9),
            try AuditEventSamples.record(.disclosureReceived, sequence: 12),
        ]
        let patients = [try AuditEventSamples.key(): try identifier()]
        let builder = AuditEventSamples.builder
        let output = builder.bundle(records, madeAt: AuditEventSamples.noon, patients: patients)
        let bundle = try AuditEventSamples.parse(output)
        #expect(bundle["type"]?.string == "collection")
        #expect(bundle["timestamp"]?.string == "2022-07-01T12:00:00.123Z")
        let entries = try #require(bundle["entry"]).elements
        #expect(
            entries.map { $0["fullUrl"]?.string } == [
                "urn:careloop:audit:hub.example:9", "urn:careloop:audit:hub.example:12",
            ])
        #expect(entries.map { $0["resource"]?["id"]?.string } == ["9", "12"])
        for record in records {
            #expect(output.text.contains(builder.resource(record, patients: patients).text))
        }
    }

    @Test("an accounting of nothing has no list of entries")
    func empty() throws {
        let output = AuditEventSamples.builder.bundle([], madeAt: AuditEventSamples.noon)
        #expect(try AuditEventSamples.parse(output)["entry"] == nil)
    }

    @Test("the broker's name cannot break out of its URN")
    func brokerName() throws {
        let builder = AuditEventBuilder(brokerName: "Hub: één\u{7}")
        let record = try AuditEventSamples.record(.configured)
        let event = try AuditEventSamples.parse(builder.resource(record))
        #expect(
            event["source"]?["observer"]?.identifierValue
                == "urn:careloop:broker:Hub%3A%20%C3%A9%C3%A9n")
        #expect(event["source"]?["site"]?.string == "Hub: één")
    }
}
