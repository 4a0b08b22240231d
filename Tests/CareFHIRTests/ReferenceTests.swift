import CareFHIR
import CareModel
import Testing

@Suite("What references mean")
struct ReferenceTests {
    private typealias Sample = RedactionSample

    private static let places = ["https://a.example/fhir/", "https://b.example/fhir/"]

    /// Why a document of the patient, the request and these entries is refused.
    private func refusal(
        _ entries: [(url: String, resource: String)], patient url: String = "urn:uuid:p",
        request: String = Sample.request
    ) throws -> InspectionError.Code? {
        let all = [(url, Sample.patient), ("urn:uuid:r", request)] + entries
        return try Sample.refusal(Sample.bundle(all))?.code
    }

    private func organisation(_ name: String) -> String {
        "{'resourceType':'Organization','id':'1','name':'\(name)'}"
    }

    private func observation(_ member: String) -> String {
        "{'resourceType':'Observation','id':'o','status':'final',\(Sample.subject),\(member)}"
    }

    @Test("a type and id means the entry on the server of who says it, and none on another")
    func bases() throws {
        let both = Self.places.map { ("\($0)Organization/1", organisation($0)) }
        let performer = observation("'performer':[{'reference':'Organization/1'}]")
        #expect(try refusal(both) == nil)
        for place in Self.places {
            #expect(
                try refusal(both + [("\(place)Observation/o", performer)], patient: "urn:uuid:p")
                    == nil)
        }
        // From nowhere it could mean either.
        #expect(try refusal(both + [("urn:uuid:o", performer)]) == .duplicateEntry)
        // A third server has an organisation of its own.
        #expect(try refusal(both + [("https://c.example/Observation/o", performer)]) == nil)
        let urls = observation("'performer':[{'reference':'\(both[0].0)/_history/3'}]")
        #expect(try refusal(both + [("urn:uuid:o", urls)]) == nil)
    }

    @Test("the subject on one server is no patient on another")
    func patientElsewhere() throws {
        let performer = observation("'note':[]")
        let here = Self.places[0]
        #expect(
            try refusal([("\(here)Observation/o", performer)], patient: "\(here)Patient/p") == nil)
        #expect(
            try refusal(
                [("\(Self.places[1])Observation/o", performer)], patient: "\(here)Patient/p")
                == .patientUnresolved)
    }

    @Test("the same full URL twice is refused, and so is no URL and the same id")
    func twins() throws {
        let twin = ("urn:uuid:1", organisation("x"))
        #expect(try refusal([twin, twin]) == .duplicateEntry)
        let shouted = ("URN:UUID:1", organisation("x"))
        #expect(try refusal([twin, shouted]) == .duplicateEntry)
        #expect(try refusal([("https://a/Patient/1", organisation("x"))]) == nil)
        // A Bundle within may repeat an entry of the one around it, but once.
        let once = Sample.bundle([twin])
        #expect(try refusal([twin, ("urn:uuid:b", once)]) == nil)
        #expect(try refusal([twin, ("urn:uuid:b", once), ("urn:uuid:c", once)]) == nil)
        let doubled = Sample.bundle([twin, twin])
        #expect(try refusal([("urn:uuid:b", doubled)]) == .duplicateEntry)
        #expect(try refusal([twin, ("urn:uuid:b", doubled)]) == .duplicateEntry)
        #expect(try refusal([("urn:uuid:b", once), twin, twin]) == .duplicateEntry)
        let hidden = observation("'x':1").replacing("'Patient/p'", with: "'https://a/Patient/1'")
        #expect(
            try refusal([("https://a/Patient/1", organisation("x")), ("urn:uuid:o", hidden)])
                == .patientUnresolved)
    }

    @Test(
        "a patient is found under every form of a reference",
        arguments: [
            "urn:uuid:p", "URN:UUID:P", "Patient/p", "Patient/p/_history/2",
            "urn:uuid:p/_history/2",
        ])
    func forms(form: String) throws {
        let resource = observation("'x':1").replacing("'Patient/p'", with: "'\(form)'")
        #expect(try refusal([("urn:uuid:o", resource)]) == nil)
    }

    @Test(
        "what may be read as another patient is refused, wherever it stands",
        arguments: [
            "'reference':'Patient/9/'", "'reference':'Patient/9/_history'",
            "'reference':'https://x.example/Patient/9/$everything'",
            "'reference':'https://x.example/patient/9'", "'reference':'/Patient/9'",
            "'reference':'Patient?identifier=urn:mrn|9'",
            "'type':'Patient','reference':'urn:uuid:nowhere'",
            "'type':'http://hl7.org/fhir/StructureDefinition/Patient','reference':'urn:oid:1.2'",
            "'type':'P\\u0061tient','reference':'urn:uuid:nowhere'",
            "'type':'Practitioner','reference':'Patient/9'",
            "'type':'Patient','identifier':{'system':'urn:other','value':'9'}",
            "'type':'http://hl7.org/fhir/StructureDefinition/Patient','identifier':{'value':'9'}",
            "'resourceType':'Reference','reference':'Patient/9'",
        ])
    func hidden(reference: String) throws {
        let resource = observation("'performer':[{\(reference)}]")
        #expect(try refusal([("urn:uuid:o", resource)]) == .patientUnresolved)
        let subject = observation("'x':1").replacing(
            Sample.subject, with: "'subject':{\(reference)}")
        #expect(try refusal([("urn:uuid:o", subject)]) == .patientUnresolved)
    }

    @Test("who signed the Bundle is looked at like all else")
    func signature() throws {
        func signed(_ reference: String) throws -> InspectionError.Code? {
            let text = Sample.bundle([Sample.patient, Sample.request]).replacing(
                "'type'", with: "'signature':{'who':{\(reference)}},'type'")
            return try Sample.refusal(text)?.code
        }
        #expect(try signed("'reference':'Patient/p'") == nil)
        #expect(try signed("'reference':'Patient/9'") == .patientUnresolved)
        #expect(try signed("'identifier':{'system':'urn:mrn','value':'9'}") == .patientMismatch)
    }

    @Test(
        "somebody of the patient's register who is no patient is nobody else's",
        arguments: [
            "'requester':{'type':'Practitioner',ID}", "'requester':{'type':'PractitionerRole',ID}",
            "'requester':{'type':'http://hl7.org/fhir/StructureDefinition/Practitioner',ID}",
            "'performer':[{'type':'RelatedPerson',ID}]", "'performer':[{'type':'Organization',ID}]",
            "'requester':{'reference':'Practitioner/d',ID}",
            "'requester':{'reference':'urn:uuid:d',ID}",
            "'identifier':[{'system':'urn:x','value':'1','assigner':{ID}}]",
        ])
    func practitioners(member: String) throws {
        let identifier = "'identifier':{'system':'urn:mrn','value':'9'}"
        let request = Sample.request.replacing(
            "'id':'r'", with: "'id':'r'," + member.replacing("ID", with: identifier))
        let doctor = ("urn:uuid:d", "{'resourceType':'Practitioner','id':'d'}")
        #expect(try refusal([doctor], request: request) == nil)
    }

    @Test("a practitioner of the register is named where only practitioners stand")
    func elementsOfOthers() throws {
        let identifier = "'identifier':{'system':'urn:mrn','value':'9'}"
        let patient = Sample.patient.replacing(
            "'id':'p'", with: "'id':'p','generalPractitioner':[{\(identifier)}]")
        #expect(try Sample.refusal(Sample.bundle([patient, Sample.request])) == nil)
    }

    @Test(
        "somebody of the patient's register is another patient unless something says otherwise",
        arguments: [
            "'requester':{ID}", "'requester':{'type':'Patient',ID}",
            "'requester':{'type':'patient',ID}", "'requester':{'type':'Person',ID}",
            "'requester':{'type':'Group',ID}", "'requester':{'type':7,ID}",
            "'requester':{'reference':'urn:uuid:nowhere',ID}", "'basedOn':[{'type':'',ID}]",
        ])
    func others(member: String) throws {
        let identifier = "'identifier':{'system':'urn:mrn','value':'9'}"
        let request = Sample.request.replacing(
            "'id':'r'", with: "'id':'r'," + member.replacing("ID", with: identifier))
        #expect(try refusal([], request: request) == .patientMismatch)
    }

    @Test("a subject of the patient's register is the patient, whatever type is claimed")
    func claimedSubject() throws {
        for type in ["Practitioner", "Device", "Location"] {
            let subject =
                "'subject':{'type':'\(type)','identifier':{'system':'urn:mrn','value':'9'}}"
            let resource = observation("'x':1").replacing(Sample.subject, with: subject)
            #expect(try refusal([("urn:uuid:o", resource)]) == .patientMismatch)
        }
    }

    @Test("every identifier that the document gives its patient leads to the patient")
    func otherNumbers() throws {
        let patient = Sample.patient.replacing(
            "'value':'7'}", with: "'value':'7'},{'system':'urn:nhs','value':'70'}")
        func code(_ value: String) throws -> InspectionError.Code? {
            let resource = observation(
                "'performer':[{'identifier':{'system':'urn:nhs','value':'\(value)'}}]")
            return try Sample.refusal(Sample.bundle([patient, Sample.request, resource]))?.code
        }
        #expect(try code("70") == nil)
        #expect(try code("71") == .patientMismatch)
    }

    @Test("a fragment is read in the resource around it, and `#` is that resource")
    func fragments() throws {
        func report(_ id: String, _ inner: String, _ reference: String) -> String {
            "{'resourceType':'DiagnosticReport','id':'\(id)','status':'final',\(Sample.subject),"
                + "'contained':[\(inner)],'performer':[{'reference':'\(reference)'}]}"
        }
        let doctor = "{'resourceType':'Practitioner','id':'x'}"
        let patient = Sample.patient.replacing("'id':'p'", with: "'id':'x'")
        let measured =
            "{'resourceType':'Observation','id':'y','status':'final','subject':{'reference':'#x'}}"
        // Both contain an `x`; each means its own.
        #expect(
            try refusal([
                ("urn:uuid:1", report("1", doctor, "#x")),
                ("urn:uuid:2", report("2", "\(patient),\(measured)", "#y")),
            ]) == nil)
        // What another entry contains is out of reach.
        #expect(
            try refusal([
                ("urn:uuid:1", report("1", doctor, "#x")),
                ("urn:uuid:2", report("2", measured, "#y")),
            ]) == .patientUnresolved)
        let whole = measured.replacing("'#x'", with: "'#'")
        #expect(try refusal([("urn:uuid:1", report("1", whole, "#y"))]) == nil)
        let own = Sample.patient.replacing("'id':'p'", with: "'id':'p','contained':[\(whole)]")
        #expect(try Sample.refusal(Sample.bundle([own, Sample.request])) == nil)
    }
}
