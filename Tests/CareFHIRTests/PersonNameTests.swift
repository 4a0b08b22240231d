import CareModel
import Foundation
import Testing

@testable import CareFHIR

@Suite("The name that is shown is the present one")
struct PersonNameTests {
    private func summary(_ names: String, at time: ShowingTime = .noon) throws -> PatientSummary {
        let text = "{'resourceType':'Patient','identifier':[{'value':'1'}],'name':[\(names)]}"
        return try PatientSummary(of: Array(text.replacing("'", with: "\"").utf8), at: time)
    }

    @Test("a former name that comes first is not the name, and is shown as former")
    func fieldInput() throws {
        let bytes = try FieldInput.bytes("01-refer-oldname.json")
        let summary = try PatientSummary(of: bytes, at: .noon)
        #expect(summary.name == "Ines Presentname MD")
        #expect(summary.formerNames == ["Ines Formername (old, until 2020-07-22)"])
        let lines = try DocumentSummary(of: bytes, at: .noon).lines
        #expect(lines[0] == "Patient: Ines Presentname MD, born 1971-03-09")
        #expect(lines[1] == "  Formerly or otherwise: Ines Formername (old, until 2020-07-22)")
        #expect(lines.count { $0.contains("Formername") } == 1)
    }

    @Test("before the change the other name is the present one, and on the day itself the new one")
    func atTheTime() throws {
        let names = """
            {'family':'Was','period':{'end':'2026-11-28'}},
            {'family':'Is','period':{'start':'2026-11-29'}}
            """
        let dayBefore = ShowingTime(ShowingTime.noon.now + .seconds(-86_400))
        #expect(try summary(names).name == "Is")
        #expect(try summary(names, at: dayBefore).name == "Was")
        // In Auckland it is the next day already.
        let auckland = ShowingTime(dayBefore.now, zoneOffset: .seconds(13 * 3_600))
        #expect(try summary(names, at: auckland).name == "Is")
    }

    @Test(
        "use and period choose the name, and no other name is lost",
        arguments: [
            ("{'use':'official','family':'B'},{'use':'usual','family':'A'}", "A", "B (official)"),
            ("{'family':'B'},{'use':'official','family':'A'}", "A", "B"),
            ("{'use':'temp','family':'T'},{'family':'A'}", "A", "T (temp)"),
            ("{'use':'maiden','family':'M'},{'family':'A'}", "A", "M (maiden)"),
            ("{'use':'nickname','given':['Nic']},{'family':'A'}", "A", "Nic (nickname)"),
            ("{'use':'sobriquet','family':'S'},{'family':'A'}", "A", "S (sobriquet)"),
            ("{'use':7,'family':'S'},{'family':'A'}", "A", "S (use unclear)"),
            (
                "{'use':'usual','family':'O','period':{'end':'2019'}},{'use':'temp','family':'A'}",
                "A (temp)", "O (usual, until 2019)"
            ),
            (
                "{'use':'official','family':'F','period':{'start':'2027-01-01'}},{'family':'A'}",
                "A", "F (official, only from 2027-01-01 on)"
            ),
            (
                "{'use':'official','family':'U','period':{'end':'20.7.2020'}},{'family':'A'}",
                "A", "U (official, from when to when is unclear)"
            ),
            (
                "{'use':'usual','family':'E','period':{'start':'2001'}},"
                    + "{'use':'usual','family':'A','period':{'start':'2011'}}", "A", "E (usual)"
            ),
            ("{'use':'usual','family':'A'},{'use':'usual','family':'E'}", "A", "E (usual)"),
        ])
    func chooses(names: String, name: String, other: String) throws {
        let summary = try summary(names)
        #expect(summary.name == name)
        #expect(summary.otherNames + summary.formerNames == [other])
    }

    @Test(
        "a name is written from what there is of it",
        arguments: [
            ("{'text':'Dr Ann Other'}", "Dr Ann Other"), ("{'family':'Other'}", "Other"),
            ("{'given':['Ann','B.']}", "Ann B."),
            (
                "{'prefix':['Dr'],'given':['Ann'],'family':'Other','suffix':['jr']}",
                "Dr Ann Other jr"
            ),
            (
                "{'text':'Ann Before','given':['Ann'],'family':'After'}",
                "Ann Before (also written Ann After)"
            ),
            ("{'text':'OTHER, Ann','given':['Ann'],'family':'Other'}", "OTHER, Ann"),
            (
                "{'given':['Ann'],'_family':{'extension':[{'url':"
                    + "'http://hl7.org/fhir/StructureDefinition/data-absent-reason','valueCode':'masked'}]}}",
                "Ann (family name not given (masked))"
            ),
            ("{'use':'official'}", ""), ("{'text':' '}", ""), ("'Ann'", ""),
        ])
    func writes(value: String, name: String) throws {
        #expect(try summary(value).name == name)
    }

    @Test("without a present name it says so, and a new document gets no former one")
    func none() throws {
        let summary = try summary("{'use':'old','family':'Gone'}")
        #expect(summary.name.isEmpty)
        #expect(summary.shownName == "(no present name; formerly Gone (old))")
    }

    @Test("numbers out of use come last, whoever asks")
    func identifiers() throws {
        let text = """
            {"resourceType":"Patient","identifier":[{"use":"old","system":"s","value":"1"},
            {"system":"s","value":"2","period":{"end":"2020"}},{"value":"3"},{"system":"s","value":"4"}]}
            """
        let summary = try PatientSummary(of: Array(text.utf8), at: .noon)
        #expect(summary.identifiers.map(\.value) == ["4", "3", "1", "2"])
        let lines = try DocumentSummary(of: Array(text.utf8), at: .noon).lines
        #expect(lines.contains("  Identifier: ! old, NOT in use - 1 (s)"))
        #expect(lines.contains("  Identifier: ! ended 2020 - 2 (s)"))
    }
}

/// Reads the made-up small inputs of Tests/Fixtures/field.
enum FieldInput {
    static func bytes(_ name: String) throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/field")
        return Array(try Data(contentsOf: folder.appending(path: name)))
    }
}
