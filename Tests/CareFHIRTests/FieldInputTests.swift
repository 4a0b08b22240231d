import CareFHIR
import CareFixtures
import CareModel
import Foundation
import Testing

@Suite("Documents of kinds that went wrong in the field")
struct FieldInputTests {
    private func refusal(
        _ name: String, system: String = "urn:example:field", value: String
    ) throws -> InspectionError? {
        let patient = try #require(BusinessIdentifier(system: system, value: value))
        return try RedactionSample.refusal(
            of: FixtureFolder.bytes("field/\(name).json"),
            expecting: PayloadExpectation(patient: patient, kind: "request"))
    }

    @Test("a logical reference to a practitioner is none to another patient")
    func practitioner() throws {
        let system = "https://fhir.ee/sid/pid/est/ni"
        let name = "14b-refer-practitioner-logical"
        #expect(try refusal(name, system: system, value: "47103090011") == nil)
        #expect(try refusal(name, system: system, value: "35006080229")?.code == .patientMismatch)
    }

    @Test("a request that something is not done refers nobody")
    func negated() throws {
        let refusal = try refusal("15-refer-modifiers", value: "F-015")
        #expect(refusal?.code == .kindMismatch)
        #expect(refusal?.message.contains("doNotPerform") == true)
    }

    @Test("one type and id on two servers is two entries")
    func twoBases() throws {
        #expect(try refusal("17a-refer-two-bases", value: "F-017") == nil)
    }

    @Test("a byte order mark is named as what it is")
    func byteOrderMark() throws {
        let refusal = try refusal("18-refer-bom", value: "F-018")
        #expect(refusal?.code == .notJSON)
        #expect(refusal?.message.contains("begins with a byte order mark") == true)
    }

    @Test("a revoked request refers nobody, and the refusal says that it is revoked")
    func revoked() throws {
        let refusal = try refusal("22a-refer-revoked", value: "F-022")
        #expect(refusal?.code == .kindMismatch)
        #expect(refusal?.message.contains("the status revoked") == true)
    }

    @Test("a Task may contain its request")
    func contained() throws {
        #expect(try refusal("23d-refer-task-contained", value: "F-023") == nil)
    }

    @Test("the list of the documents names each of them")
    func listed() throws {
        let list = String(decoding: try FixtureFolder.bytes("field/README.md"), as: UTF8.self)
        let files = try FileManager.default.contentsOfDirectory(
            atPath: FixtureFolder.path + "/field")
        for file in files where file.hasSuffix(".json") {
            #expect(list.contains("| `\(file)` |"), "\(file)")
        }
        #expect(files.count { $0.hasSuffix(".json") } == 10)
    }
}
