import CareFHIR
import CareModel
import Testing

@Suite("Inspecting payloads")
struct PayloadInspectorTests {
    private static let patient =
        "{'resourceType':'Patient','id':'p','identifier':[{'system':'urn:mrn','value':'7'}]}"
    private static let stranger = patient.replacing("'7'", with: "'8'").replacing(
        "'p'", with: "'q'")
    private static let request =
        "{'resourceType':'ServiceRequest','id':'r','status':'active','intent':'order',"
        + "'subject':{'reference':'urn:uuid:p'}}"

    private func code(
        _ text: String, kind: String = "request", limits: InspectionLimits = .init()
    ) throws -> InspectionError.Code? {
        let patient = try #require(BusinessIdentifier(system: "urn:mrn", value: "7"))
        do throws(InspectionError) {
            _ = try PayloadInspector(limits: limits).inspect(
                Array(text.replacing("'", with: "\"").utf8),
                expecting: PayloadExpectation(patient: patient, kind: kind))
            return nil
        } catch {
            #expect(!error.message.contains("urn:mrn"))
            #expect(error.message.contains("."))
            return error.code
        }
    }

    private func bundle(_ resources: [(url: String, resource: String)]) -> String {
        let entries = resources.map { "{'fullUrl':'\($0.url)','resource':\($0.resource)}" }
        return
            "{'resourceType':'Bundle','type':'collection','entry':[\(entries.joined(separator: ","))]}"
    }

    private var good: [(url: String, resource: String)] {
        [("urn:uuid:p", Self.patient), ("urn:uuid:r", Self.request)]
    }

    @Test("a request about the envelope's patient is accepted")
    func accepted() throws {
        #expect(try code(bundle(good)) == nil)
        let relative = Self.request.replacing("urn:uuid:p", with: "Patient/p")
        #expect(try code(bundle([good[0], ("urn:uuid:r", relative)])) == nil)
        let versioned = Self.request.replacing("urn:uuid:p", with: "Patient/p/_history/3")
        #expect(try code(bundle([good[0], ("urn:uuid:r", versioned)])) == nil)
    }

    @Test("a single resource may name the patient by identifier or contain the patient")
    func singleResource() throws {
        let logical = Self.request.replacing(
            "'reference':'urn:uuid:p'", with: "'identifier':{'system':'urn:mrn','value':'7'}")
        #expect(try code(logical) == nil)
        let contained = Self.request.replacing("urn:uuid:p", with: "#p")
            .replacing("'status'", with: "'contained':[\(Self.patient)],'status'")
        #expect(try code(contained) == nil)
        #expect(try code(Self.request) == .patientUnresolved)
    }

    @Test("what is not JSON or not FHIR is refused")
    func notFHIR() throws {
        #expect(try code("hello") == .notJSON)
        #expect(try code("[]") == .notFHIR)
        #expect(try code("{}") == .notFHIR)
        #expect(try code("{'resourceType':7}") == .notFHIR)
        #expect(try code("{'resourceType':'Bundle','entry':[{'fullUrl':'x'}]}") == .notFHIR)
        #expect(try code("{'resource\\u0054ype':'Bundle'}") == .notFHIR)
    }

    @Test("limits and repeated names are refused")
    func limits() throws {
        #expect(try code(bundle(good), limits: .init(byteCount: 100)) == .tooLarge)
        #expect(try code(bundle(good), limits: .init(entryCount: 1)) == .tooLarge)
        #expect(try code(bundle(good), limits: .init(depth: 4)) == .tooDeep)
        let twice = Self.request.replacing(
            "'subject'", with: "'subject':{'reference':'Patient/other'},'subject'")
        #expect(try code(bundle([good[0], ("urn:uuid:r", twice)])) == .duplicateKey)
    }

    @Test("two entries of one name are refused")
    func duplicateEntries() throws {
        let place = "{'resourceType':'Location','id':'l'}"
        #expect(try code(bundle(good + [("urn:uuid:p", place)])) == .duplicateEntry)
        let nameless = "{'resource':\(place)}"
        let twice = bundle(good).replacing("'entry':[", with: "'entry':[\(nameless),\(nameless),")
        #expect(try code(twice) == .duplicateEntry)
        // Under two full URLs they are two entries, as long as nothing could mean either.
        #expect(try code(bundle(good + [("urn:uuid:x", Self.patient)])) == nil)
        let relative = Self.request.replacing("urn:uuid:p", with: "Patient/p")
        let either = bundle([good[0], ("urn:uuid:x", Self.patient), ("urn:uuid:r", relative)])
        #expect(try code(either) == .duplicateEntry)
    }

    @Test("a payload about nobody, somebody else or two people is refused")
    func wrongPatient() throws {
        #expect(try code("{'resourceType':'ServiceRequest','status':'active'}") == .patientMissing)
        let unsaid = "{'resourceType':'ServiceRequest','status':'active'}"
        #expect(try code(bundle([good[0], ("urn:uuid:r", unsaid)])) == .patientMissing)
        #expect(try code(bundle([("urn:uuid:p", Self.stranger), good[1]])) == .patientMismatch)
        #expect(try code(bundle(good + [("urn:uuid:q", Self.stranger)])) == .severalPatients)
        let noIdentifier = "{'resourceType':'Patient','id':'p'}"
        #expect(try code(bundle([("urn:uuid:p", noIdentifier), good[1]])) == .patientMismatch)
        let otherNumber = Self.request.replacing(
            "'reference':'urn:uuid:p'", with: "'identifier':{'system':'urn:mrn','value':'8'}")
        #expect(try code(otherNumber) == .patientMismatch)
    }

    @Test("another patient hidden anywhere in the document is found")
    func hiddenPatients() throws {
        let hidden = [
            "{'resourceType':'Observation','contained':[\(Self.stranger)]}",
            "{'resourceType':'Parameters','parameter':[{'resource':\(Self.stranger)}]}",
            "{'resourceType':'Bundle','entry':[{'resource':\(Self.stranger)}]}",
        ]
        for resource in hidden {
            #expect(try code(bundle(good + [("urn:uuid:x", resource)])) == .severalPatients)
        }
    }

    @Test(
        "references to a patient who is not in the document are refused wherever they are",
        arguments: [
            "{'resourceType':'Observation','subject':{'reference':'Patient/zzz'}}",
            "{'resourceType':'Observation','subject':{'reference':'urn:uuid:nowhere'}}",
            "{'resourceType':'Observation','subject':{'reference':'https://x.example/fhir/Patient/p'}}",
            "{'resourceType':'Observation','subject':{'reference':'Patient?identifier=urn:mrn|8'}}",
            "{'resourceType':'Observation','subject':{'display':'somebody'}}",
            "{'resourceType':'Observation','subject':{'reference':'Group/g'}}",
            "{'resourceType':'Observation','performer':[{'reference':'Patient/zzz'}]}",
            "{'resourceType':'AllergyIntolerance','patient':{'reference':'Location/l'}}",
            "{'resourceType':'Account','subject':[{'reference':'urn:uuid:p'},{'reference':'Patient/z'}]}",
            "{'resourceType':'Task','for':{'reference':'Patient/zzz'}}",
        ])
    func unresolved(resource: String) throws {
        #expect(try code(bundle(good + [("urn:uuid:x", resource)])) == .patientUnresolved)
    }

    @Test(
        "subjects that are no patients are left alone",
        arguments: [
            "{'resourceType':'Flag','subject':{'reference':'Location/l'}}",
            "{'resourceType':'Flag','subject':{'reference':'urn:uuid:r'}}",
            "{'resourceType':'Flag','subject':{'type':'Device','identifier':{'value':'1'}}}",
            "{'resourceType':'Schedule','actor':[{'reference':'urn:uuid:somewhere'}]}",
        ])
    func otherSubjects(resource: String) throws {
        #expect(try code(bundle(good + [("urn:uuid:x", resource)])) == nil)
    }

    @Test("a reference by another patient's number is found wherever it is")
    func logicalReference() throws {
        let actor = "{'actor':{'type':'Patient','identifier':{'system':'urn:mrn','value':'N'}}}"
        let visit = "{'resourceType':'Appointment','status':'booked','participant':[\(actor)]}"
        let own = visit.replacing("'N'", with: "'7'")
        let others = visit.replacing("'N'", with: "'8'")
        #expect(try code(own, kind: "schedule") == nil)
        #expect(try code(bundle([good[0], ("u", others)]), kind: "schedule") == .patientMismatch)
    }

    @Test("what is contained may refer to what is contained beside it")
    func containedSiblings() throws {
        let observation = "{'resourceType':'Observation','subject':{'reference':'#p'}}"
        let request = Self.request.replacing("urn:uuid:p", with: "#p")
            .replacing("'status'", with: "'contained':[\(Self.patient),\(observation)],'status'")
        #expect(try code(request) == nil)
    }

    @Test("many contained resources and references cost no more than linear time")
    func manyContained() throws {
        let notes = (0..<4_990).map {
            "{'resourceType':'Basic','id':'b\($0)','meta':{'profile':['p\($0)']}}"
        }
        let links = (0..<40_000).map { "{'reference':'#b\($0 % 4_990)'}" }
        let request = Self.request.replacing("urn:uuid:p", with: "#p").replacing(
            "'status'",
            with: "'contained':[\(Self.patient),\(notes.joined(separator: ","))],"
                + "'supportingInfo':[\(links.joined(separator: ","))],'status'")
        let clock = ContinuousClock()
        let start = clock.now
        #expect(try code(request) == nil)
        let time = clock.now - start
        // Quadratic work takes minutes, linear work well under a second even unoptimised.
        #expect(time < .seconds(20))
    }

    @Test("a document of more parts than the limit is refused wherever they are")
    func tooManyParts() throws {
        func request(_ count: Int, _ part: String) -> String {
            Self.request.replacing("urn:uuid:p", with: "#p").replacing(
                "'status'",
                with:
                    "'contained':[\(Self.patient)\(String(repeating: part, count: count))],'status'"
            )
        }
        let contained = ",{'resourceType':'X'}"
        #expect(try code(request(4_998, contained)) == nil)
        #expect(try code(request(4_999, contained)) == .tooLarge)
        #expect(try code(request(300_000, contained)) == .tooLarge)
        let labelled = ",{'resourceType':'X','a':{\(RedactionSample.inline("PSY"))}}"
        #expect(try code(request(2_499, labelled)) == nil)
        #expect(try code(request(2_500, labelled)) == .tooLarge)
    }

    @Test("labels that every part takes on do not multiply without limit")
    func tooManyLabels() throws {
        let labels = (0..<1_000).map { "{'system':'s','code':'\($0)'}" }.joined(separator: ",")
        let notes = String(repeating: ",{'resourceType':'X'}", count: 1_000)
        let request = Self.request.replacing("urn:uuid:p", with: "#p").replacing(
            "'status'",
            with: "'meta':{'security':[\(labels)]},'contained':[\(Self.patient)\(notes)],'status'")
        #expect(try code(request) == .tooLarge)
    }

    @Test("a Bundle in a Bundle is looked into")
    func nestedBundle() throws {
        #expect(try code(bundle([good[1], ("urn:uuid:b", bundle([good[0]]))])) == nil)
        let location = "{'resourceType':'Location'}"
        let swapped = bundle([("urn:uuid:p", location)])
        #expect(try code(bundle(good + [("urn:uuid:b", swapped)])) == .duplicateEntry)
    }

    @Test("each kind of message has to hold its resource")
    func kinds() throws {
        let report = Self.request.replacing("ServiceRequest", with: "DiagnosticReport")
            .replacing("active", with: "final")
        let reportBundle = bundle([good[0], ("urn:uuid:r", report)])
        #expect(try code(reportBundle, kind: "request") == .kindMismatch)
        #expect(try code(reportBundle, kind: "note") == nil)
        #expect(try code(reportBundle, kind: "complete") == nil)
        #expect(try code(reportBundle, kind: "schedule") == .kindMismatch)
        #expect(try code(reportBundle, kind: "answer") == nil)
        #expect(try code(bundle(good), kind: "complete") == .kindMismatch)
        #expect(try code(Self.patient, kind: "answer") == .kindMismatch)
        let consent = Self.request.replacing("ServiceRequest", with: "Consent")
            .replacing("'subject'", with: "'patient'")
        #expect(try code(bundle([good[0], ("urn:uuid:c", consent)]), kind: "consent-put") == nil)
        let second = consent.replacing("'r'", with: "'s'")
        let two = bundle([good[0], ("urn:uuid:c", consent), ("urn:uuid:d", second)])
        #expect(try code(two, kind: "consent-put") == .kindMismatch)
    }

    @Test("what consent rules must know is taken from each entry, in order")
    func contents() throws {
        let report = """
            {'resourceType':'DiagnosticReport','id':'d','status':'final','meta':{'profile':['urn:p'],'security':[{'system':
            'http://terminology.hl7.org/CodeSystem/v3-Confidentiality','code':'R'}]},
            'code':{'coding':[{'system':'http://loinc.org','code':'1-1'}]},'subject':{'reference':
            'urn:uuid:p'},'encounter':{'reference':'Encounter/e'},'effectiveDateTime':'2022-06-13',
            'performer':[{'reference':'Practitioner/a'}],'contained':[{'resourceType':'Observation',
            'id':'o','meta':{'security':[{'system':'urn:oid:2.16.840.1.113883.5.4','code':'PSY'}]}}]}
            """
        let text = bundle([good[0], ("urn:uuid:d", report)]).replacing("'", with: "\"")
        let patient = try #require(BusinessIdentifier(system: "urn:mrn", value: "7"))
        let inspection = try PayloadInspector().inspect(
            Array(text.utf8), expecting: PayloadExpectation(patient: patient, kind: "note"))
        #expect(inspection.resourceTypes == ["DiagnosticReport", "Patient"])
        #expect(
            inspection.items.map { $0.resource.type } == [
                "Patient", "DiagnosticReport", "Observation",
            ])
        let content = inspection.items[1].resource
        #expect(content.references == ["DiagnosticReport/d", "urn:uuid:d"])
        #expect(content.securityLabels == [.confidentiality("R")])
        #expect(content.codes == [Coding(system: "http://loinc.org", code: "1-1")])
        #expect(!content.classes.contains(.resourceType("Observation")))
        let psychiatry = Coding(system: CodeSystem.actCode, code: "PSY")
        #expect(inspection.items[2].resource.securityLabels == [psychiatry])
        #expect(inspection.items[2].container == 1)
        #expect(content.authors == ["Practitioner/a"])
        #expect(content.related == ["urn:uuid:p", "Encounter/e"])
        #expect(content.period?.start?.text == "2022-06-13")
    }
}
