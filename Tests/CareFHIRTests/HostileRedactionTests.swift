import CareFHIR
import CareModel
import Testing

@Suite("Redaction of documents made to defeat it")
struct HostileRedactionTests {
    private typealias Sample = RedactionSample

    private func code(_ text: String, without places: [Int], isAdmitted: Bool = false) throws
        -> InspectionError.Code?
    {
        do {
            _ = try PayloadInspector().copy(
                of: Sample.bytes(text), without: Redaction(places: places, isAdmitted: isAdmitted),
                expecting: Sample.expectation())
            return nil
        } catch let error as InspectionError {
            #expect(!error.message.contains("secret"))
            return error.code
        }
    }

    @Test("parts that are not of the document are refused, and none at all")
    func places() throws {
        let document = Sample.bundle([Sample.patient, Sample.request])
        for places in [[], [2], [-1], [0, 7]] {
            #expect(try code(document, without: places) == .notRedactable)
        }
    }

    @Test("a copy that would be no payload of its own is refused")
    func unfit() throws {
        let document = Sample.bundle([Sample.patient, Sample.request])
        #expect(try code(document, without: [0, 1]) == .notRedactable)
        #expect(try code(document, without: [1]) == .kindMismatch)
        #expect(try code(document, without: [0]) == .patientMissing)
        let sole = Sample.request.replacing(
            "'reference':'Patient/p'",
            with: "'identifier':{'system':'urn:mrn','value':'7'}")
        #expect(try code(sole, without: [0]) == .notRedactable)
        let inner = Sample.request.replacing("Patient/p", with: "#p").replacing(
            "'id':'r'", with: "'id':'r','contained':[\(Sample.patient)]")
        #expect(try code(inner, without: [1]) == .patientMissing)
    }

    @Test("metadata that is not FHIR cannot admit, so there is no copy that should")
    func oddMetadata() throws {
        for meta in ["'meta':[]", "'meta':{'security':{}}", "'meta':7"] {
            let document = Sample.bundle([
                Sample.patient, Sample.request, "{'resourceType':'Flag'}",
            ])
            .replacing("'type'", with: "\(meta),'type'")
            #expect(try code(document, without: [2]) == nil)
            #expect(try code(document, without: [2], isAdmitted: true) == .notRedactable)
        }
    }

    @Test("a document in which a resource would go with a reference has no copy")
    func resourceInReference() throws {
        let gone = "{'resourceType':'Flag','id':'f'}"
        let trap = "{'resourceType':'Basic','x':{'url':'Flag/f','y':{'resourceType':'Basic'}}}"
        let document = Sample.bundle([Sample.patient, Sample.request, gone, trap])
        #expect(try code(document, without: [2]) == .notRedactable)
        #expect(try code(document, without: [4]) == nil)
    }

    @Test("circles of references and the same reference many times end")
    func circles() throws {
        let one = "{'resourceType':'Basic','id':'1','about':{'reference':'Basic/2'}}"
        let two =
            "{'resourceType':'Basic','id':'2','about':{'reference':'Basic/1'},"
            + "'author':{'reference':'Basic/2'}}"
        let many = (0..<50).map { _ in "{'reference':'Basic/1'}" }.joined(separator: ",")
        let list = "{'resourceType':'Basic','id':'3','x':[\(many)]}"
        let document = Sample.bundle([Sample.patient, Sample.request, one, two, list])
        let copy = try Sample.copy(document, without: [2])
        #expect(
            copy
                == Sample.bundle([
                    Sample.patient, Sample.request,
                    "{'resourceType':'Basic','id':'2','author':{'reference':'Basic/2'}}",
                    "{'resourceType':'Basic','id':'3'}",
                ]))
    }

    @Test("what is contained in something contained is found, and goes with it")
    func containedInContained() throws {
        let report =
            "{'resourceType':'DiagnosticReport','id':'d','contained':[{'resourceType':"
            + "'Observation','id':'a','contained':[{'resourceType':'Media','id':'b',"
            + "'note':'secret'}],'x':{'reference':'#b'}}],'y':{'reference':'#b'},"
            + "'z':{'reference':'#a'}}"
        let document = Sample.bundle([Sample.patient, Sample.request, report])
        let items = try Sample.items(document)
        #expect(items.map { $0.container } == [nil, nil, nil, 2, 3])
        #expect(
            try Sample.copy(document, without: [3])
                == Sample.bundle([
                    Sample.patient, Sample.request, "{'resourceType':'DiagnosticReport','id':'d'}",
                ]))
        let outer = try Sample.copy(document, without: [4])
        #expect(outer.contains("'contained':[{'resourceType':'Observation','id':'a'}]"))
        #expect(outer.contains("'z':{'reference':'#a'}") && !outer.contains("#b"))
    }

    @Test("names hidden in texts, URLs and escapes are found")
    func hiddenNames() throws {
        let gone = "{'resourceType':'Flag','id':'secret','url':'http://c.example/f'}"
        let holders = [
            "'valueString':'see Flag/secret.'", "'valueString':'(Flag/secret)'",
            "'valueUri':'http://c.example/f|2'", "'valueCanonical':'http:\\/\\/c.example/f#x'",
            "'valueUrl':'https://h.example/Flag/secret/$everything'",
            "'valueString':'\\u0046lag/secret'", "'valueUrl':'/fhir/Flag?_id=secret&_format=json'",
        ]
        for holder in holders {
            let basic = "{'resourceType':'Basic','x':[{\(holder)}],'y':1}"
            let document = Sample.bundle([Sample.patient, Sample.request, gone, basic])
            let copy = try Sample.copy(document, without: [2])
            #expect(
                copy
                    == Sample.bundle([
                        Sample.patient, Sample.request, "{'resourceType':'Basic','y':1}",
                    ]), "\(holder)")
        }
    }

    @Test("ids longer than FHIR has are found too")
    func longNames() throws {
        let id = String(repeating: "long", count: 2000)
        let gone = "{'resourceType':'Flag','id':'\(id)'}"
        let basic = "{'resourceType':'Basic','x':{'reference':'http://h/Flag/\(id)/_history/1'}}"
        let copy = try Sample.copy(
            Sample.bundle([Sample.patient, Sample.request, gone, basic]), without: [2])
        #expect(!copy.contains("long"))
    }

    @Test("many labelled parts and names cost no more than about linear time")
    func manyParts() throws {
        let given = (0..<2_498).map { "'g\($0)'" }.joined(separator: ",")
        let labels = (0..<2_498).map { _ in "{\(Sample.inline("PSY"))}" }.joined(separator: ",")
        let names = (0..<2_498).map { "'n\($0)':1,'_n\($0)':{\(Sample.inline("PSY"))}" }
        let basic =
            "{'resourceType':'Basic','given':[\(given)],'_given':[\(labels)],"
            + "\(names.joined(separator: ","))}"
        let document = Sample.bundle([Sample.patient, Sample.request, basic])
        let items = try Sample.items(document)
        #expect(items.count == 4_999)
        let clock = ContinuousClock()
        let start = clock.now
        let places = Array(stride(from: 3, to: 4_999, by: 2))
        let copy = try Sample.copy(document, without: places)
        #expect(try Sample.items(copy).count == 2_501)
        // Quadratic work takes minutes, linear work about a second even unoptimised.
        #expect(clock.now - start < .seconds(30))
    }
}
