import CareFHIR
import CareModel
import Testing

@Suite("Parts of a document that rules are asked about")
struct ContentItemsTests {
    private typealias Sample = RedactionSample

    @Test("entries, contained resources and nested entries are items in the document's order")
    func order() throws {
        let report =
            "{'resourceType':'DiagnosticReport','id':'d','contained':["
            + "{'resourceType':'Observation','id':'o'},{'resourceType':'Specimen','id':'s'}]}"
        let parameters =
            "{'resourceType':'Parameters','parameter':[{'name':'a','resource':"
            + "{'resourceType':'Basic','id':'b'}}]}"
        let inner =
            "{'resourceType':'Bundle','entry':[{'fullUrl':'urn:x','resource':"
            + "{'resourceType':'Flag','id':'f'}}]}"
        let items = try Sample.items(
            Sample.bundle([Sample.patient, Sample.request, report, parameters, inner]))
        #expect(
            items.map { $0.resource.type } == [
                "Patient", "ServiceRequest", "DiagnosticReport", "Observation", "Specimen",
                "Parameters", "Basic", "Bundle", "Flag",
            ])
        #expect(items.map { $0.container } == [nil, nil, nil, 2, 2, nil, 5, nil, 7])
        #expect(items[8].resource.references == ["Flag/f", "urn:x"])
        #expect(items[2].resource.classes == [.resourceType("DiagnosticReport")])
    }

    @Test("a resource that is alone is the only entry")
    func sole() throws {
        let request = Sample.request.replacing("Patient/p", with: "#p").replacing(
            "'id':'r'", with: "'id':'r','contained':[\(Sample.patient)]")
        let items = try Sample.items(request)
        #expect(items.map { $0.resource.type } == ["ServiceRequest", "Patient"])
        #expect(items.map { $0.need } == [.alternative, .none])
        #expect(items.map { $0.container } == [nil, 0])
    }

    @Test("a resource does not carry what it contains")
    func ownContent() throws {
        let report =
            "{'resourceType':'DiagnosticReport','id':'d',"
            + "'meta':{'security':[{'system':'\(CodeSystem.actCode)','code':'HIV'}]},"
            + "'contained':[{'resourceType':'Observation','id':'o','code':{'coding':[{'system':'s',"
            + "'code':'inner'}]},'encounter':{'reference':'Encounter/e'},"
            + "'meta':{'security':[{'system':'\(CodeSystem.actCode)','code':'PSY'}]}}],"
            + "'code':{'coding':[{'system':'s','code':'outer'}]},\(Sample.subject)}"
        let items = try Sample.items(Sample.bundle([Sample.patient, Sample.request, report]))
        #expect(items[2].resource.securityLabels == [Sample.sensitivity("HIV")])
        #expect(items[2].resource.codes == [Coding(system: "s", code: "outer")])
        #expect(items[2].resource.related == ["Patient/p"])
        #expect(items[3].resource.securityLabels == [Sample.sensitivity("PSY")])
        #expect(items[3].resource.codes == [Coding(system: "s", code: "inner")])
        #expect(items[3].resource.related == ["Encounter/e"])
    }

    @Test("a contained resource without labels takes on those of the resource around it")
    func inheritedLabels() throws {
        let report =
            "{'resourceType':'DiagnosticReport','id':'d',"
            + "'meta':{'security':[{'system':'\(CodeSystem.confidentiality)','code':'N'}]},"
            + "'contained':[{'resourceType':'Observation','id':'o'}]}"
        let bundle = Sample.bundle([
            Sample.patient, Sample.request, report,
            Sample.bundle(["{'resourceType':'Flag'}"]).replacing(
                "'type'",
                with: "'meta':{'security':[{'system':'\(CodeSystem.confidentiality)',"
                    + "'code':'N'}]},'type'"),
        ])
        let items = try Sample.items(bundle)
        #expect(items[3].resource.securityLabels == [.confidentiality("N")])
        // An entry of a Bundle has labels of its own, so none means none.
        #expect(items[5].resource.type == "Flag")
        #expect(items[5].resource.securityLabels.isEmpty)
    }

    @Test("elements with a label inside are items with the labels in place of the resource's")
    func inlineLabels() throws {
        let condition =
            "{'resourceType':'Condition','id':'c',"
            + "'meta':{'security':[{'system':'\(CodeSystem.confidentiality)','code':'N'}]},"
            + "'code':{'coding':[{\(Sample.inline("HIV")),'system':'s','code':'1'}]},"
            + "'recordedDate':'2024-01-01','_recordedDate':{\(Sample.inline("PSY"))},"
            + "'evidence':[{'detail':[{'reference':'Observation/x'}],\(Sample.inline("ETH"))}],"
            + "'_onsetString':{\(Sample.inline("SEX"))}}"
        let items = try Sample.items(Sample.bundle([Sample.patient, Sample.request, condition]))
        #expect(items.count == 7)
        #expect(items[2].resource.securityLabels == [.confidentiality("N")])
        #expect(
            items[3...].map { $0.resource.securityLabels }
                == ["HIV", "PSY", "ETH", "SEX"].map {
                    [Sample.sensitivity($0)]
                })
        #expect(items[3...].allSatisfy { $0.container == 2 && $0.need == .none })
        var same = items[3].resource
        same.securityLabels = items[2].resource.securityLabels
        #expect(same == items[2].resource)
    }

    @Test("a label of a resource, its entry, its metadata or its id is the resource's own")
    func wholeLabels() throws {
        let forms = [
            ("{'resourceType':'Flag','id':'f',\(Sample.inline("HIV"))}", ""),
            ("{'resourceType':'Flag','id':'f'}", ",\(Sample.inline("HIV"))"),
            ("{'resourceType':'Flag','id':'f','meta':{\(Sample.inline("HIV"))}}", ""),
            ("{'resourceType':'Flag','id':'f','meta':{'tag':[{\(Sample.inline("HIV"))}]}}", ""),
            ("{'resourceType':'Flag','id':'f','_id':{\(Sample.inline("HIV"))}}", ""),
        ]
        for (flag, more) in forms {
            let bundle = Sample.bundle([Sample.patient, Sample.request, flag])
                .replacing("{'resource':\(flag)}", with: "{'resource':\(flag)\(more)}")
            let items = try Sample.items(bundle)
            #expect(items.count == 3)
            #expect(items.last?.resource.securityLabels == [Sample.sensitivity("HIV")])
        }
    }

    @Test("a label inside that cannot be read counts as the highest; its URL may have escapes")
    func oddLabels() throws {
        let flag =
            "{'resourceType':'Flag','period':{'extension':[{'url':'\(Sample.labelURL)'}],"
            + "'start':'2024'},'code':{\(Sample.inline("HIV").replacing("/", with: "\\/"))}}"
        let items = try Sample.items(Sample.bundle([Sample.patient, Sample.request, flag]))
        #expect(items.count == 5)
        #expect(items[3].resource.securityLabels == [.confidentiality("")])
        #expect(items[4].resource.securityLabels == [Sample.sensitivity("HIV")])
    }

    @Test("elements within elements are within each other")
    func nestedElements() throws {
        let patient = Sample.patient.replacing(
            "'id':'p'",
            with: "'id':'p','name':[{'given':['a','b'],'_given':[null,{\(Sample.inline("PSY"))}],"
                + "\(Sample.inline("HIV"))}]")
        let items = try Sample.items(Sample.bundle([patient, Sample.request]))
        #expect(items.map { $0.container } == [nil, 0, 1, nil])
        #expect(items[2].resource.securityLabels == [Sample.sensitivity("PSY")])
    }

    @Test("the head of a document or message and the patient are indispensable")
    func needs() throws {
        let composition =
            "{'resourceType':'Composition','id':'c','status':'final',\(Sample.subject)}"
        let observation =
            "{'resourceType':'Observation','id':'o','status':'final',\(Sample.subject)}"
        let document = Sample.bundle([composition, Sample.patient, observation], type: "document")
        #expect(
            try Sample.items(document, kind: "note").map { $0.need } == [
                .indispensable, .indispensable, .alternative,
            ])
        let header = "{'resourceType':'MessageHeader','id':'h'}"
        let location = "{'resourceType':'Location','id':'l'}"
        let message = Sample.bundle(
            [header, Sample.patient, Sample.request, location], type: "message")
        #expect(
            try Sample.items(message).map { $0.need } == [
                .indispensable, .indispensable, .alternative, .none,
            ])
        let unsaid = "{'resourceType':'ServiceRequest','id':'u'}"
        let several = Sample.bundle([Sample.patient, Sample.request, unsaid, header])
        #expect(
            try Sample.items(several).map { $0.need } == [
                .indispensable, .alternative, .none, .none,
            ])
    }

    @Test("a table labels each item by the codings in it, not by those of items in it")
    func tableLabels() throws {
        let coding = "{'system':'http://snomed.info/sct','code':'86406008'}"
        let report =
            "{'resourceType':'DiagnosticReport','id':'d','contained':["
            + "{'resourceType':'Observation','id':'o','valueCodeableConcept':{'coding':[\(coding)]}}],"
            + "'category':[{'coding':[{'system':'http://hl7.org/fhir/sid/icd-10-cm',"
            + "'code':'F10.20'}],\(Sample.inline("TBOO"))}]}"
        let bundle = Sample.bundle([Sample.patient, Sample.request, report])
        let items = try Sample.items(bundle, labels: .standard)
        let labels = items.map { $0.resource.securityLabels }
        #expect(labels[2].isEmpty)
        #expect(labels[3].contains(Sample.sensitivity("HIV")))
        #expect(labels[3].contains(.confidentiality("R")))
        #expect(labels[4].first == Sample.sensitivity("TBOO"))
        #expect(labels[4].contains(Sample.sensitivity("ETHUD")))
        #expect(try Sample.items(bundle)[3].resource.securityLabels.isEmpty)
        // What has no code of a system in the table is not labelled by it.
        #expect(items.map { $0.resource.wasLabelled } == [false, false, false, true, true])
        #expect(try !Sample.items(bundle)[3].resource.wasLabelled)
    }

    /// Whether the table could tell what a resource with these members is about.
    private func isLabelled(_ members: String, table: SensitivityTable = .standard) throws -> Bool {
        let resource = "{'resourceType':'Observation',\(members)}"
        let bundle = Sample.bundle([Sample.patient, Sample.request, resource])
        return try Sample.items(bundle, labels: table)[2].resource.wasLabelled
    }

    private static let snomed =
        "{'coding':[{'system':'http://snomed.info/sct','code':'260373001'}]}"
    private static let loinc = "{'coding':[{'system':'http://loinc.org','code':'75622-1'}]}"
    private static let rxNorm =
        "{'coding':[{'system':'http://www.nlm.nih.gov/research/umls/rxnorm','code':'1'}]}"
    private static let words = "{'text':'HIV'}"

    @Test("what says what a resource is has to be coded so that the table can judge it")
    func subjects() throws {
        let (snomed, loinc, words) = (Self.snomed, Self.loinc, Self.words)
        #expect(try isLabelled("'code':\(snomed)"))
        #expect(try isLabelled("'code':\(snomed),'valueCodeableConcept':\(snomed)"))
        for other in [
            loinc, words, Self.rxNorm, "{}", "{'coding':[]}", "{'coding':[{'code':'1'}]}",
        ] {
            #expect(try !isLabelled("'code':\(other)"), "\(other)")
            for name in ["valueCodeableConcept", "medicationCodeableConcept", "vaccineCode"] {
                #expect(try !isLabelled("'code':\(other),'\(name)':\(snomed)"), "\(name) \(other)")
                #expect(try !isLabelled("'code':\(snomed),'\(name)':\(other)"), "\(name) \(other)")
            }
            for name in ["reasonCode", "conclusionCode"] {
                #expect(
                    try !isLabelled("'code':\(snomed),'\(name)':[\(snomed),\(other)]"), "\(name)")
            }
        }
    }

    @Test("the way a medicine is given says nothing of the medicine")
    func circumstances() throws {
        let (snomed, loinc) = (Self.snomed, Self.loinc)
        #expect(
            try !isLabelled(
                "'medicationCodeableConcept':\(Self.rxNorm),'dosageInstruction':[{'route':\(snomed)}]"
            ))
        #expect(try !isLabelled("'bodySite':\(snomed),'method':\(snomed),'category':[\(snomed)]"))
        #expect(
            try isLabelled(
                "'code':\(snomed),'route':\(Self.words),'identifier':[{'type':\(loinc)}],"
                    + "'interpretation':[\(loinc)],'participant':[{'type':[\(loinc)]}]"))
        let hl7 =
            "{'coding':[{'system':'http://terminology.hl7.org/CodeSystem/condition-category',"
            + "'code':'problem-list-item'}]}"
        #expect(try isLabelled("'code':\(snomed),'category':[\(hl7)]"))
        #expect(try !isLabelled("'code':\(snomed),'category':[\(hl7),\(Self.words)]"))
    }

    @Test("concepts further in and results in words count; annotations and extensions do not")
    func nestedSubjects() throws {
        let (snomed, loinc, words) = (Self.snomed, Self.loinc, Self.words)
        for members in [
            "'component':[{'code':\(loinc)}]", "'valueString':'HIV'",
            "'evidence':[{'x':[\(words)]}]",
            "'answer':[{'valueCoding':{'system':'http://loinc.org','code':'1'}}]",
            "'extension':[{'url':'u','valueCodeableConcept':\(words)}]", "'type':\(loinc)",
        ] {
            #expect(try !isLabelled("'code':\(snomed),\(members)"), "\(members)")
        }
        for members in [
            "'component':[{'code':\(snomed)}]", "'note':[\(words)]", "'dosage':[\(words)]",
            "'extension':[{'url':'u','valueString':'x'},{'url':'u','valueCoding':{'code':'1'}}]",
        ] {
            #expect(try isLabelled("'code':\(snomed),\(members)"), "\(members)")
        }
    }

    @Test("a coding that is a part of its own does not speak for the concept around it")
    func codingsOfParts() throws {
        let own = "{\(Sample.inline("HIV")),'system':'http://snomed.info/sct','code':'86406008'}"
        let other = "{'system':'http://loinc.org','code':'1'}"
        let resource = "{'resourceType':'Condition','code':{'coding':[\(own),\(other)]}}"
        let items = try Sample.items(
            Sample.bundle([Sample.patient, Sample.request, resource]), labels: .standard)
        #expect(items.map { $0.resource.wasLabelled } == [false, false, false, true])
    }
}
