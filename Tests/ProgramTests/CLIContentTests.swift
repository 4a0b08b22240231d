import CareFHIR
import CareModel
import Foundation
import Testing

@testable import careloop

private let noon = Timestamp(milliseconds: 1_795_348_800_000)

@Suite("Which content a directive is about can be said exactly")
struct CLIContentTests {
    private func builder(_ effect: ConsentEffect = .permit) throws -> ConsentBuilder {
        let patient = try #require(BusinessIdentifier(system: "urn:local", value: "17"))
        return ConsentBuilder(
            patient: patient, effect: effect,
            organisations: [OrganisationID(unchecked: "mercy")], agreedAt: noon)
    }

    /// What the evaluator releases of three results: of HIV, restricted, and of no matter.
    private func released(_ consent: ConsentBuilder) throws -> [String] {
        func result(_ id: String, _ system: String, _ label: String) -> String {
            """
            {"resourceType":"Observation","id":"\(id)","status":"final","meta":{"security":[{"system":\
            "\(system)","code":"\(label)"},{"system":"\(CodeSystem.confidentiality)","code":"N"}]},\
            "code":{"coding":[{"system":"http://loinc.org","code":"\(id)"}]}}
            """
        }
        let cases = """
            [{"id":"one","consents":[\(String(decoding: consent.bytes, as: UTF8.self))],"request":{\
            "evaluationTime":"2026-11-23T00:00:00Z","actor":[{"identifier":{"system":\
            "urn:careloop:organisation","value":"mercy"}}],"purposeOfUse":[{"system":\
            "\(CodeSystem.purpose)","code":"COC"}],"content":[\
            \(result("hiv", CodeSystem.actCode, "HIV")),\
            \(result("secret", CodeSystem.confidentiality, "R")),\
            \(result("plain", CodeSystem.confidentiality, "N"))]}}]
            """
        let rows = ConsentCaseRunner.run(try ConsentCaseFile(Array(cases.utf8)))
        let row = try JSONSerialization.jsonObject(with: Data(try #require(rows.first).bytes))
        let object = try #require(row as? [String: Any])
        return try #require(object["released"] as? [String])
    }

    @Test("labels are sensitivities, confidentialities, or given with their system")
    func readsLabels() throws {
        #expect(
            try ContentInput.label("hiv", option: "-")
                == Coding(system: CodeSystem.actCode, code: "HIV"))
        #expect(try ContentInput.label("R", option: "-") == .confidentiality("R"))
        #expect(
            try ContentInput.label("urn:x|Y1", option: "-") == Coding(system: "urn:x", code: "Y1"))
        #expect(
            try ContentInput.code("loinc|4548-4", option: "-")
                == Coding(system: "http://loinc.org", code: "4548-4"))
        #expect(try ContentInput.resourceType("Observation", option: "-").code == "Observation")
    }

    @Test(
        "a slip in a label, a type or a code is wrong usage: it would protect nothing",
        arguments: ["HIVV", "", "|", "x|", "|x", "urn:x|a b", "a|b", "Observations", "loinc"])
    func refusesSlips(text: String) {
        #expect(throws: CommandFailure.self) { try ContentInput.label(text, option: "-") }
        #expect(throws: CommandFailure.self) { try ContentInput.code(text, option: "-") }
        #expect(throws: CommandFailure.self) { try ContentInput.resourceType(text, option: "-") }
    }

    @Test("exceptions take out their content and nothing else")
    func excepts() throws {
        var consent = try builder()
        #expect(try released(consent).count == 3)
        consent.exceptLabels = [try ContentInput.label("HIV", option: "-")]
        #expect(try released(consent) == ["Observation/secret", "Observation/plain"])
        consent.exceptCodes = [Coding(system: "http://loinc.org", code: "plain")]
        #expect(try released(consent) == ["Observation/secret"])
        consent.exceptClasses = [.resourceType("Observation")]
        #expect(try released(consent) == [])
    }

    @Test("of two directives that say the same nobody can guess one from the other")
    func isUnguessable() throws {
        let (one, two) = (try builder(), try builder())
        #expect(one.id != two.id)
        #expect(one.bytes != two.bytes)
        let object = try JSONSerialization.jsonObject(with: Data(one.bytes))
        let id = try #require((object as? [String: Any])?["id"] as? String)
        #expect(id == one.id.description)
        #expect(
            id.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/)
                != nil)
        let fixed = ConsentBuilder(
            id: one.id, patient: one.patient, effect: one.effect,
            organisations: one.organisations, agreedAt: one.agreedAt)
        #expect(fixed.bytes == one.bytes)
    }

    @Test("only what has the label goes, less the exceptions, whoever else permits")
    func onlyLabel() throws {
        var consent = try builder()
        consent.onlyLabels = [.confidentiality("N")]
        #expect(try released(consent) == ["Observation/hiv", "Observation/plain"])
        consent.exceptLabels = [try ContentInput.label("HIV", option: "-")]
        #expect(try released(consent) == ["Observation/plain"])
        consent.exceptLabels = []
        consent.effect = .deny
        #expect(try released(consent).isEmpty)
    }

    @Test("what the builder writes is said in one line")
    func summarises() throws {
        func line(_ consent: ConsentBuilder) throws -> String {
            try ConsentSummary(
                of: consent.bytes, names: ["mercy": "Mercy"],
                time: { RelativeTime(now: noon, zone: .gmt).local($0) }
            ).line
        }
        var consent = try builder()
        consent.end = Timestamp(milliseconds: 1_798_761_599_000)
        consent.exceptLabels = [try ContentInput.label("HIV", option: "-")]
        #expect(
            try line(consent)
                == "permits Mercy (mercy) for coordination of care until 2026-12-31, "
                + "except HIV-related content")
        consent.end = nil
        consent.organisations = []
        consent.exceptClasses = [.resourceType("Observation")]
        consent.onlyLabels = [.confidentiality("N")]
        #expect(
            try line(consent)
                == "permits everybody for coordination of care, only normally confidential content "
                + "(N), except HIV-related content, except Observation resources")
        var denial = try builder(.deny)
        denial.exceptOrganisations = [OrganisationID(unchecked: "practice")]
        denial.purposes = []
        #expect(try line(denial) == "forbids Mercy (mercy), except for practice")
    }

    @Test("in full, each rule has its lines")
    func summarisesInFull() throws {
        var consent = try builder()
        consent.exceptLabels = [try ContentInput.label("PSY", option: "-")]
        #expect(
            try ConsentSummary(of: consent.bytes).lines == [
                "Permits", "  Who: mercy", "  What: everything",
                "  Why: for coordination of care", "  Doing: anything", "  When: always",
                "  Except: forbids", "    What: psychiatric content",
            ])
    }

    @Test("what cannot be understood is said to hold back, and cannot draw on the screen")
    func summarisesUnreadable() throws {
        let strange = """
            {"resourceType":"Consent","status":"active","scope":{"coding":[{"system":\
            "http://terminology.hl7.org/CodeSystem/consentscope","code":"patient-privacy"}]},\
            "provision":{"type":"permit","actor":[{"reference":{"identifier":{"value":"\\u001b[31mred"}}}]}}
            """
        let line = try ConsentSummary(of: Array(strange.utf8)).line
        #expect(line == "permits [31mred")
        let research = strange.replacing("patient-privacy", with: "research")
        #expect(
            try ConsentSummary(of: Array(research.utf8)).line
                == "is a consent to research, on which careloop does not decide")
        let unknown = #"{"resourceType":"Consent","status":"draft","frobnicate":1}"#
        #expect(
            try ConsentSummary(of: Array(unknown.utf8)).line.hasPrefix(
                "[draft] cannot be understood, so it holds back: "))
        #expect(throws: InspectionError.self) { try ConsentSummary(of: Array("{}".utf8)) }
    }
}
