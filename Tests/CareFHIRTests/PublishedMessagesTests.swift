import CareFHIR
import CareFixtures
import CareModel
import Testing

/// Inspects messages nobody here wrote.
@Suite("Published messages")
struct PublishedMessagesTests {
    @Test(
        "a published message is accepted under every identifier of its patient",
        arguments: [
            ("bars/validation-request.json", "request", 19),
            ("bars/booking-request.json", "schedule", 12),
            ("hl7v2/REF-I12-01.fhir.json", "request", 88),
            ("hl7v2/ORU-R01-01.fhir.json", "complete", 157),
            ("hl7v2/SIU-S12-01.fhir.json", "schedule", nil),
        ] as [(String, String, Int?)])
    func accepted(name: String, kind: String, entryCount: Int?) throws {
        let bytes = try FixtureFolder.bytes(name)
        let identifiers = try PatientIdentifiers.list(in: bytes)
        #expect(!identifiers.isEmpty)
        for identifier in identifiers {
            let inspection = try PayloadInspector().inspect(
                bytes, expecting: PayloadExpectation(patient: identifier, kind: kind))
            let entries = inspection.items.count { $0.container == nil }
            if let entryCount { #expect(entries == entryCount) }
        }
    }

    @Test("a published message is refused for another patient")
    func refused() throws {
        let other = try #require(
            BusinessIdentifier(system: "https://fhir.nhs.uk/Id/nhs-number", value: "9999999999"))
        for name in ["bars/validation-request.json", "hl7v2/REF-I12-01.fhir.json"] {
            let error = #expect(throws: InspectionError.self) {
                try PayloadInspector().inspect(
                    try FixtureFolder.bytes(name),
                    expecting: PayloadExpectation(patient: other, kind: "request"))
            }
            #expect(error?.code == .patientMismatch)
        }
    }

    @Test("a request torn out of its bundle leads to no patient")
    func torn() throws {
        let patient = try #require(BusinessIdentifier(system: "x", value: "1"))
        let error = #expect(throws: InspectionError.self) {
            try PayloadInspector().inspect(
                try FixtureFolder.bytes("bars/service-request.json"),
                expecting: PayloadExpectation(patient: patient, kind: "request"))
        }
        #expect(error?.code == .patientUnresolved)
    }

    @Test("a patient's number is found with its system first, and the name for the screen")
    func patient() throws {
        let summary = try PatientSummary(
            of: FixtureFolder.bytes("bars/validation-request.json"), at: .noon)
        #expect(summary.name == "Mrs Julie Jones")
        #expect(
            summary.identifiers
                == [
                    BusinessIdentifier(
                        system: "https://fhir.nhs.uk/Id/nhs-number", value: "3478526985")
                ].compactMap { $0 })
        let several = try PatientIdentifiers.list(
            in: FixtureFolder.bytes("hl7v2/REF-I12-01.fhir.json"))
        #expect(several.count == 7)
        #expect(several.last?.system == "")
    }

    @Test("a published result is shown with its values")
    func shown() throws {
        let lines = try DocumentSummary(
            of: FixtureFolder.bytes("hl7v2/ORU-R01-01.fhir.json"), at: .noon
        ).lines
        #expect(lines.first == "Patient: Huckleberry Finn, born 1963-08-15")
        // The culture is a preliminary one; nobody may take it for the result.
        #expect(
            lines.contains { $0.hasPrefix("! preliminary - Result: result1 = Salmonella species") })
        #expect(lines.contains("  result1 = 27"))
        #expect(lines.contains { $0.contains("Report") })
        #expect(!lines.contains { $0.hasPrefix("Location") })
    }
}
