import CareFHIR
import CareFixtures
import CareModel
import Testing

/// Takes entries out of messages nobody here wrote.
@Suite("Redaction of published messages")
struct PublishedRedactionTests {
    @Test(
        "an entry goes with all that leads to it, and the copy is a payload of its own",
        arguments: [
            ("bars/validation-request.json", "request"), ("bars/booking-request.json", "schedule"),
            ("hl7v2/REF-I12-01.fhir.json", "request"),
            ("hl7v2/SIU-S12-01.fhir.json", "schedule"),
        ])
    func entries(name: String, kind: String) throws {
        let bytes = try FixtureFolder.bytes(name)
        let patient = try #require(try PatientIdentifiers.list(in: bytes).first)
        let expectation = PayloadExpectation(patient: patient, kind: kind)
        let inspector = PayloadInspector(labels: .standard)
        let items = try inspector.inspect(bytes, expecting: expectation).items
        let free = items.indices.filter { items[$0].need == .none && items[$0].container == nil }
        #expect(free.count > 5)
        for place in free where place % 5 == 0 {
            let copy = try inspector.copy(
                of: bytes, without: Redaction(places: [place], isAdmitted: true),
                expecting: expectation)
            let text = String(decoding: copy, as: UTF8.self)
            for reference in items[place].resource.references {
                #expect(!text.contains("\"\(reference)\""), "\(place)")
            }
            let left = try inspector.inspect(copy, expecting: expectation).items
            #expect(left.count < items.count)
            #expect(text.contains("REDACTED"))
        }
    }
}
