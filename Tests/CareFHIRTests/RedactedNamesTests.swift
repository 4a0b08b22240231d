import CareFHIR
import CareModel
import Testing

@Suite("What goes is found under every name it goes by")
struct RedactedNamesTests {
    private typealias Sample = RedactionSample

    private static let here = "https://a.example/fhir/"
    private static let there = "https://b.example/fhir/"

    private func observation(_ text: String, id: String = "1") -> String {
        "{'resourceType':'Observation','id':'\(id)','status':'final','code':{'text':'\(text)'},"
            + "\(Sample.subject)}"
    }

    /// Two Observations of one id on two servers, the second secret, and who refers to them.
    private func document(_ url: String, _ resource: String) -> String {
        Sample.bundle([
            ("urn:uuid:p", Sample.patient), ("urn:uuid:r", Sample.request),
            ("\(Self.here)Observation/1", observation("open")),
            ("\(Self.there)Observation/1", observation("secret")), (url, resource),
        ])
    }

    private func list(_ reference: String) -> String {
        "{'resourceType':'List','id':'l','entry':[{'item':{'reference':'\(reference)',"
            + "'display':'a test'}}]}"
    }

    @Test(
        "of two with one id on two servers the one that goes is found, and no other",
        arguments: [
            (there, "Observation/1", true), (there, "Observation/1/_history/2", true),
            (here, "\(there)Observation/1", true), (here, "\(there)Observation/1/_history/2", true),
            ("urn:uuid:", "\(there)Observation/1", true),
            (here, "Observation/1", false), (here, "Observation/1/_history/2", false),
            (there, "\(here)Observation/1", false),
            (there, "\(here)Observation/1/_history/2", false),
            ("urn:uuid:", "\(here)Observation/1", false),
        ])
    func servers(base: String, reference: String, goes: Bool) throws {
        let url = base.hasPrefix("urn:") ? "\(base)l" : "\(base)List/l"
        let text = document(url, list(reference))
        let copy = try Sample.copy(text, without: [3])
        #expect(!copy.contains("secret") && copy.contains("open"))
        #expect(copy.contains("a test") == !goes, "\(copy)")
        #expect(copy.contains(list(reference)) == !goes)
    }

    @Test("in words, where nobody can tell which is meant, it counts as the one that goes")
    func words() throws {
        let basic = "{'resourceType':'Basic','id':'l','x':[{'valueString':'see Observation/1'}]}"
        let copy = try Sample.copy(document("urn:uuid:l", basic), without: [3])
        #expect(!copy.contains("see Observation"))
        let near = try Sample.copy(document("\(Self.here)Basic/l", basic), without: [3])
        #expect(near.contains("see Observation"))
    }

    @Test("what is contained elsewhere under the same id is another thing")
    func containedNamesake() throws {
        let inner = "{'resourceType':'Observation','id':'1','status':'final'}"
        let report =
            "{'resourceType':'DiagnosticReport','id':'d','contained':[\(inner)],"
            + "'result':[{'reference':'#1'},{'reference':'Observation/1','display':'a test'}]}"
        let text = Sample.bundle([Sample.patient, Sample.request, observation("secret"), report])
        let copy = try Sample.copy(text, without: [2])
        #expect(!copy.contains("a test") && !copy.contains("'Observation/1'"))
        #expect(copy.contains("'result':[{'reference':'#1'}]"))
    }

    @Test("what a Bundle within holds under the same id is another thing for those outside")
    func nestedNamesake() throws {
        let inner = Sample.bundle([observation("open"), list("Observation/1")])
        let outer = list("Observation/1").replacing("a test", with: "outer")
        let text = Sample.bundle([
            Sample.patient, Sample.request, observation("secret"), inner, outer,
        ])
        let copy = try Sample.copy(text, without: [2])
        #expect(!copy.contains("outer") && !copy.contains("secret"))
        #expect(copy.contains("open") && copy.contains("a test"))
        let withoutInner = try Sample.copy(text, without: [4])
        #expect(withoutInner.contains("outer") && !withoutInner.contains("a test"))
    }

    @Test("the same fragment in two entries of a Bundle within means each its own")
    func fragments() throws {
        func report(_ id: String, _ text: String) -> String {
            "{'resourceType':'DiagnosticReport','id':'\(id)','contained':["
                + "{'resourceType':'Observation','id':'x','code':{'text':'\(text)'}}],"
                + "'result':[{'reference':'#x','display':'\(text)'}]}"
        }
        let inner = Sample.bundle([report("1", "open"), report("2", "secret")])
        let text = Sample.bundle([Sample.patient, Sample.request, inner])
        #expect(try Sample.items(text).count == 7)
        let copy = try Sample.copy(text, without: [6])
        #expect(!copy.contains("secret"))
        #expect(copy.contains(report("1", "open")))
        // Two of one id in one resource: a reference may mean the one that goes.
        let twins = report("3", "secret").replacing(
            "}],'result'", with: "},{'resourceType':'Observation','id':'x'}],'result'")
        let both = Sample.bundle([Sample.patient, Sample.request, twins])
        #expect(try !Sample.copy(both, without: [3]).contains("secret"))
    }

    @Test("an identifier that something else has too leads to what goes, but for a party to it")
    func identifiers() throws {
        let identifier = "{'system':'urn:lab','value':'77'}"
        let gone = observation("secret").replacing(
            "'id':'1'", with: "'id':'1','identifier':[\(identifier)]")
        let stays = "{'resourceType':'DiagnosticReport','identifier':[\(identifier)]}"
        func link(_ type: String) -> String {
            "{'resourceType':'Basic','x':{\(type)'identifier':\(identifier),'display':'a test'}}"
        }
        for (type, goes) in [
            ("", true), ("'type':'Observation',", true), ("'type':'Media',", false),
        ] {
            let text = Sample.bundle([Sample.patient, Sample.request, gone, stays, link(type)])
            #expect(try Sample.copy(text, without: [2]).contains("a test") == !goes, "\(type)")
        }
        let party = stays.replacing("DiagnosticReport", with: "Organization")
        let text = Sample.bundle([Sample.patient, Sample.request, gone, party, link("")])
        #expect(try Sample.copy(text, without: [2]).contains("a test"))
    }

    @Test("the text of what goes is found where both servers have a Binary of that id")
    func binaries() throws {
        let binary = "{'resourceType':'Binary','id':'1','data':'DATA'}"
        func reference(_ id: String) -> String {
            "{'resourceType':'DocumentReference','id':'\(id)','status':'current',\(Sample.subject),"
                + "'content':[{'attachment':{'url':'Binary/1'}}]}"
        }
        let text = Sample.bundle([
            ("urn:uuid:p", Sample.patient), ("urn:uuid:r", Sample.request),
            ("\(Self.here)Binary/1", binary.replacing("DATA", with: "open")),
            ("\(Self.there)Binary/1", binary.replacing("DATA", with: "secret")),
            ("\(Self.here)DocumentReference/d", reference("d")),
            ("\(Self.there)DocumentReference/e", reference("e")),
        ])
        let copy = try Sample.copy(text, without: [5])
        #expect(!copy.contains("secret") && copy.contains("open"), "\(copy)")
    }
}
