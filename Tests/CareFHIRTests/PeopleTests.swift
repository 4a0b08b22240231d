import CareFHIR
import CareModel
import Testing

@Suite("Documents for people")
struct PeopleTests {
    private func bytes(_ text: String) -> [UInt8] { Array(text.replacing("'", with: "\"").utf8) }

    @Test(
        "text cannot steer the terminal",
        arguments: [
            ("a\u{1B}]0;title\u{7}b", ["a]0;titleb"]), ("a\u{9B}31mb", ["a31mb"]),
            ("one\r\ntwo\u{2028}three", ["one", "two", "three"]), ("a\u{202E}b\u{200B}c", ["abc"]),
            ("\u{7F}\u{0}x\u{8}", ["x"]), ("  a \t b  ", ["a b"]), ("", []), ("é漢😀", ["é漢😀"]),
        ])
    func printable(text: String, lines: [String]) {
        #expect(PlainText.lines(text) == lines)
    }

    @Test("no line of a summary holds a control character, wherever it came from")
    func summary() throws {
        let evil = "x\\u001b[2Jy\\u202ez\\u009b"
        let document = """
            {'resourceType':'Bundle','entry':[{'resource':{'resourceType':'Patient','name':[{'family':'\(evil)'}],
            'birthDate':'\(evil)','identifier':[{'system':'\(evil)','value':'\(evil)'}]}},
            {'resource':{'resourceType':'Observation','code':{'text':'\(evil)'},'valueQuantity':{'value':1,
            'unit':'\(evil)'},'interpretation':[{'text':'\(evil)'}],'note':[{'text':'\(evil)'}]}},
            {'resource':{'resourceType':'Composition','title':'\(evil)','status':'\(evil)','section':[{'title':
            '\(evil)','text':{'div':'<div>&#27;[2J<p>one</p>two &lt;b&gt;<\(evil)>three</div>'}}]}},
            {'resource':{'resourceType':'QuestionnaireResponse','item':[{'text':'\(evil)','answer':[
            {'valueString':'\(evil)'}]}]}},{'resource':{'resourceType':'OperationOutcome','issue':[
            {'diagnostics':'\(evil)'}]}}]}
            """
        let lines = try DocumentSummary(of: bytes(document), at: .noon).lines
        #expect(lines.contains("  two <b>three"))
        #expect(lines.contains { $0.hasPrefix("Result: ") && $0.contains("= 1") })
        for line in lines {
            let isClean = line.unicodeScalars.allSatisfy {
                $0.properties.generalCategory != .control
                    && $0.properties.generalCategory != .format
            }
            #expect(isClean, "\(line)")
        }
    }

    @Test(
        "odd documents are shown as far as they go",
        arguments: [
            "{'resourceType':'Binary'}", "{'resourceType':'Patient','name':7,'identifier':{}}",
            "{'resourceType':'Observation','code':[],'valueQuantity':'x','component':[1,{}]}",
            "{'resourceType':'Bundle','entry':'x'}",
            "{'resourceType':'Composition','section':{'text':1}}",
        ])
    func odd(text: String) throws {
        #expect(try !DocumentSummary(of: bytes(text), at: .noon).lines.isEmpty)
    }

    @Test("a document that is not FHIR is not shown")
    func notFHIR() {
        #expect(throws: InspectionError.self) { try DocumentSummary(of: bytes("{}"), at: .noon) }
        #expect(throws: InspectionError.self) {
            try DocumentSummary(of: bytes("MSH|^~"), at: .noon)
        }
    }

    @Test("a document of two patients or of none gives no patient")
    func patients() throws {
        let one =
            "{'resourceType':'Patient','identifier':[{'value':'1'},{'system':'s','value':'2'}]}"
        let two = one.replacing("'1'", with: "'3'").replacing("'2'", with: "'4'")
        func bundle(_ resources: [String]) -> [UInt8] {
            let entries = resources.map { "{'resource':\($0)}" }.joined(separator: ",")
            return bytes("{'resourceType':'Bundle','entry':[\(entries)]}")
        }
        let summary = try PatientSummary(of: bundle([one, one]), at: .noon)
        #expect(summary.identifiers.map { $0.value } == ["2", "1"])
        #expect(summary.name.isEmpty)
        let several = #expect(throws: InspectionError.self) {
            try PatientSummary(of: bundle([one, two]), at: .noon)
        }
        #expect(several?.code == .severalPatients)
        let none = #expect(throws: InspectionError.self) {
            try PatientSummary(of: bundle([]), at: .noon)
        }
        #expect(none?.code == .patientMissing)
        let logical = "{'resourceType':'Task','for':{'identifier':{'system':'s','value':'2'}}}"
        #expect(try PatientIdentifiers.list(in: bytes(logical)).map { $0.value } == ["2"])
    }
}
