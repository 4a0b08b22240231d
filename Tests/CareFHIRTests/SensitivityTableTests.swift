import CareFHIR
import CareModel
import Foundation
import Testing

@Suite("Labelling by codes")
struct SensitivityTableTests {
    private let icd = "http://hl7.org/fhir/sid/icd-10-cm"

    private func table(_ text: String) throws -> SensitivityTable {
        try SensitivityTable(json: Array(text.replacing("'", with: "\"").utf8))
    }

    private func fault(_ text: String) -> String? {
        do {
            _ = try table(text)
            return nil
        } catch {
            return (error as? InspectionError)?.message
        }
    }

    @Test("a code is compared exactly, a prefix with all that begins so")
    func matching() throws {
        let table = try table(
            "{'labels':[{'system':'\(icd)','prefix':'F10','labels':['ETH','R']},"
                + "{'system':'urn:s','code':'12','labels':['HIV']}]}")
        for code in ["F10", "F10.1", "F10.20", "F1020", "f10.1"] {
            #expect(table.labels(system: icd, code: code).count == 2, "\(code)")
        }
        for code in ["F1", "F11", "", "XF10"] {
            #expect(table.labels(system: icd, code: code).isEmpty, "\(code)")
        }
        #expect(table.labels(system: "urn:s", code: "12") == [RedactionSample.sensitivity("HIV")])
        #expect(table.labels(system: "urn:s", code: "123").isEmpty)
        #expect(table.labels(system: "urn:t", code: "12").isEmpty)
        #expect(
            table.labels(system: "urn:oid:2.16.840.1.113883.6.90", code: "F10")
                == [RedactionSample.sensitivity("ETH"), .confidentiality("R")])
    }

    @Test("lines about the same code add up, each label once")
    func overlap() throws {
        let table = try table(
            "{'labels':[{'system':'urn:s','prefix':'A','labels':['STD','R']},"
                + "{'system':'urn:s','prefix':'A5','labels':['SEX','R']},"
                + "{'system':'urn:s','code':'A50','labels':['V']}]}")
        #expect(Set(table.labels(system: "urn:s", code: "A50").map { $0.code }).count == 4)
        #expect(table.labels(system: "urn:s", code: "A50").count == 4)
        #expect(table.labels(system: "urn:s", code: "A51").map { $0.code } == ["STD", "R", "SEX"])
    }

    @Test("a label of another system is written out")
    func otherSystems() throws {
        let table = try table(
            "{'labels':[{'system':'urn:s','code':'1','labels':[{'system':'urn:l','code':'x'}]}]}")
        #expect(table.labels(system: "urn:s", code: "1") == [Coding(system: "urn:l", code: "x")])
    }

    @Test("a SNOMED CT edition is SNOMED CT")
    func editions() {
        let table = SensitivityTable.standard
        for system in [
            "http://snomed.info/sct", "http://snomed.info/sct/731000124108",
            "urn:oid:2.16.840.1.113883.6.96",
        ] {
            #expect(
                table.labels(system: system, code: "86406008").contains(
                    RedactionSample.sensitivity("HIV")))
        }
    }

    @Test("a table that cannot be read says what to mend and is not taken in part")
    func faults() {
        #expect(fault("[]")?.contains("\"labels\"") == true)
        #expect(fault("{'labels':{}}")?.contains("\"labels\"") == true)
        #expect(fault("{")?.contains("JSON") == true)
        let good = "{'system':'s','code':'1','labels':['R']}"
        #expect(fault("{'labels':[\(good)]}") == nil)
        let lines = [
            ("{'code':'1','labels':['R']}", "no system"),
            ("{'system':'s','labels':['R']}", "either a code or a prefix"),
            ("{'system':'s','code':'1','prefix':'1','labels':['R']}", "either a code or a prefix"),
            ("{'system':'s','code':'','labels':['R']}", "either a code or a prefix"),
            ("{'system':'s','prefix':'.','labels':['R']}", "either a code or a prefix"),
            ("{'system':'s','code':'1'}", "no labels"),
            ("{'system':'s','code':'1','labels':[]}", "no labels"),
            ("{'system':'s','code':'1','labels':['PYS']}", "label that is not known"),
            ("{'system':'s','code':'1','labels':['N']}", "label that is not known"),
            ("{'system':'s','code':'1','labels':['R'],'cod':'2'}", "member \"cod\""),
            ("7", "no system"),
        ]
        for (line, remedy) in lines {
            let message = fault("{'labels':[\(good),\(line)]}")
            #expect(message?.contains("Line 1") == true, "\(line)")
            #expect(message?.contains(remedy) == true, "\(message ?? "read")")
        }
    }

    @Test("what is written can be read again")
    func roundTrip() throws {
        let standard = SensitivityTable.standard
        #expect(try SensitivityTable(json: standard.json) == standard)
        let other = SensitivityTable(rules: [
            .init(system: "s", codes: .code("1"), labels: [Coding(system: "urn:l", code: "x")])
        ])
        #expect(try SensitivityTable(json: other.json) == other)
    }

    @Test("the standard table restricts all it labels, and names no code twice")
    func standard() {
        let rules = SensitivityTable.standard.rules
        #expect(rules.count > 40)
        #expect(rules.allSatisfy { $0.labels.contains(.confidentiality("R")) })
        #expect(rules.allSatisfy { $0.labels.count > 1 && !$0.note.isEmpty })
        #expect(Set(rules.map { "\($0.system)|\($0.codes)" }).count == rules.count)
    }

    @Test("docs/labels.md lists the standard table line by line")
    func documentation() throws {
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
        let page = tests.appending(path: "../../docs/labels.md").standardizedFileURL
        let text = try String(contentsOf: page, encoding: .utf8)
        let listed = text.split(separator: "\n").filter {
            $0.hasPrefix("| ICD-10-CM |") || $0.hasPrefix("| SNOMED CT |")
        }
        let expected = SensitivityTable.standard.rules.map { rule in
            let system = rule.system == icd ? "ICD-10-CM" : "SNOMED CT"
            let codes =
                switch rule.codes {
                case .code(let code): code
                case .prefix(let prefix): prefix + "…"
                }
            let labels = rule.labels.map { $0.code }.joined(separator: " ")
            return "| \(system) | \(codes) | \(labels) | \(rule.note) |"
        }
        #expect(listed.map(String.init) == expected)
    }
}
