import CareFHIR
import CareModel
import Testing

@Suite("Taking parts out of a document")
struct RedactorTests {
    private typealias Sample = RedactionSample

    private static let observation =
        "{'resourceType':'Observation','id':'o','code':{'text':'secret'},\(Sample.subject)}"

    /// A document with an Observation at place 2 and `resource` after it, without the Observation.
    private func without(_ resource: String, kind: String = "request") throws -> String {
        let document = Sample.bundle([Sample.patient, Sample.request, Self.observation, resource])
        let copy = try Sample.copy(document, without: [2], kind: kind)
        #expect(!copy.contains("secret"))
        #expect(!copy.contains("Observation/o'"))
        return copy
    }

    /// What is left of `resource`, after an Observation went.
    private func left(of resource: String) throws -> String {
        let copy = try without(resource)
        let head = Sample.bundle([Sample.patient, Sample.request])
        let start = String(head.dropLast(2)) + ",{'resource':"
        #expect(copy.hasPrefix(start), "\(copy)")
        return String(copy.dropFirst(start.count).dropLast(3))
    }

    @Test("an entry goes with its URL, its links and its request; the rest stays byte for byte")
    func entry() throws {
        let document = """
            { 'resourceType' : 'Bundle' ,'type':'batch',
              'entry':[ {'resource': \(Sample.patient) } ,
                {'fullUrl':'urn:uuid:gone','link':[{'url':'u'}],'search':{'score':1.50},
                 'request':{'method':'PUT','url':'Observation/o'},
                 'resource':\(Self.observation),'response':{'status':'200'}} ,
                { 'resource':\(Sample.request)}  ] }
            """
        let copy = try Sample.copy(document, without: [1])
        #expect(
            copy == """
                { 'resourceType' : 'Bundle' ,'type':'batch',
                  'entry':[ {'resource': \(Sample.patient) } ,
                    { 'resource':\(Sample.request)}  ] }
                """)
        let last = try Sample.copy(
            Sample.bundle([Sample.patient, Sample.request, Self.observation]), without: [2])
        #expect(last == Sample.bundle([Sample.patient, Sample.request]))
    }

    @Test(
        "references go in every form, with what is left behind empty",
        arguments: [
            "Observation/o", "Observation/o/_history/2", "https://x.example/fhir/Observation/o",
            "https://x.example/fhir/Observation/o/_history/2", "Observation\\/o",
            "Observation?_id=o", "Observation/o#part", "Observation/o|2",
        ])
    func references(form: String) throws {
        let list =
            "{'resourceType':'List','entry':[{'date':'2024','item':{'reference':'\(form)',"
            + "'display':'secret'}},{'item':{'reference':'ServiceRequest/r'}}]}"
        #expect(
            try left(of: list)
                == "{'resourceType':'List','entry':[{'item':{'reference':'ServiceRequest/r'}}]}")
        let all = list.replacing(",{'item':{'reference':'ServiceRequest/r'}}", with: "")
        #expect(try left(of: all) == "{'resourceType':'List'}")
    }

    @Test("references by full URL, in capitals too, and by identifier go")
    func otherNames() throws {
        let gone =
            "{'fullUrl':'urn:uuid:aa-bb','resource':{'resourceType':'Observation','code':"
            + "{'text':'secret'},'identifier':[{'system':'urn:lab','value':'77'}]}}"
        for form in [
            "'reference':'urn:uuid:aa-bb'", "'reference':'urn:uuid:AA-BB','display':'secret'",
            "'identifier':{'system':'urn:lab','value':'77'}",
            "'reference':'Observation?identifier=urn:lab|77'",
        ] {
            let plan =
                "{'resourceType':'CarePlan','activity':[{'reference':{\(form)}}],'title':'t'}"
            let document = Sample.bundle([Sample.patient, Sample.request, plan])
                .replacing("'entry':[", with: "'entry':[\(gone),")
            let copy = try Sample.copy(document, without: [0])
            #expect(copy.contains("{'resourceType':'CarePlan','title':'t'}"), "\(copy)")
            #expect(!copy.contains("secret") && !copy.contains("77"))
        }
    }

    @Test(
        "an element that is nothing without its reference goes whole",
        arguments: [
            ("Task", "'input':[{'type':{'text':'HIV test'},'valueReference':REF}]"),
            ("DocumentReference", "'relatesTo':[{'code':'replaces','target':REF}]"),
            ("Linkage", "'item':[{'type':'source','resource':REF}]"),
            ("Consent", "'provision':{'data':[{'meaning':'instance','reference':REF}]}"),
            ("DocumentReference", "'content':[{'attachment':{'title':'t','url':'Observation/o'}}]"),
            ("Basic", "'extension':[{'url':'urn:e','valueReference':REF}]"),
            ("Basic", "'extension':[{'url':'urn:e','valueUri':'Observation/o'}]"),
            (
                "Basic",
                "'extension':[{'url':'urn:e','extension':[{'url':'f','valueReference':REF}]}]"
            ),
            ("MessageHeader", "'focus':[REF,REF]"),
            ("PlanDefinition", "'library':['Observation/o']"),
            ("Composition", "'section':[{'title':'HIV','entry':[REF]}]"),
            ("Composition", "'section':[{'title':'a','section':[{'title':'b','entry':[REF]}]}]"),
            ("Composition", "'section':[{'title':'b','text':{'status':'generated','div':'x'}}]"),
        ])
    func carriers(type: String, member: String) throws {
        let reference = "{'reference':'Observation/o','display':'secret'}"
        let resource =
            "{'resourceType':'\(type)',\(member.replacing("REF", with: reference)),'n':0}"
        #expect(try left(of: resource) == "{'resourceType':'\(type)','n':0}")
    }

    @Test("an element that means something without its reference stays")
    func partialElements() throws {
        let appointment =
            "{'resourceType':'Appointment','participant':[{'actor':{'reference':"
            + "'Observation/o'},'status':'accepted'}]}"
        #expect(
            try left(of: appointment)
                == "{'resourceType':'Appointment','participant':[{'status':'accepted'}]}")
    }

    @Test("a name that something else in the document has too is left alone")
    func sharedNames() throws {
        let flag = "{'resourceType':'Flag','id':'1'}"
        let mark = "{'resourceType':'Basic','subject':{'reference':'Flag/1'}}"
        let inner = Sample.bundle([flag])
        let document = Sample.bundle([Sample.patient, Sample.request, flag, inner, mark])
        let copy = try Sample.copy(document, without: [3])
        #expect(copy == Sample.bundle([Sample.patient, Sample.request, flag, mark]))
        let other =
            "{'resourceType':'Basic','subject':{'reference':'Observation/o2'},"
            + "'code':{'text':'Observation/on, o'}}"
        #expect(try left(of: other) == other)
    }

    @Test("a contained resource goes with its references, in its own entry only")
    func contained() throws {
        let one =
            "{'resourceType':'DiagnosticReport','id':'a','contained':[{'resourceType':"
            + "'Observation','id':'x'},{'resourceType':'Specimen','id':'y','parent':[{'reference':"
            + "'#x'}]}],'result':[{'reference':'#x'}],'specimen':[{'reference':'#y'}]}"
        let two = one.replacing("'id':'a'", with: "'id':'b'")
        let document = Sample.bundle([Sample.patient, Sample.request, one, two])
        let copy = try Sample.copy(document, without: [3])
        let rest =
            "{'resourceType':'DiagnosticReport','id':'a','contained':[{'resourceType':"
            + "'Specimen','id':'y'}],'specimen':[{'reference':'#y'}]}"
        #expect(copy == Sample.bundle([Sample.patient, Sample.request, rest, two]))
        let both = try Sample.copy(document, without: [3, 4])
        #expect(both.contains("{'resourceType':'DiagnosticReport','id':'a'}}"), "\(both)")
    }

    @Test("a nested Bundle and Parameters lose what policy forbids, and totals follow")
    func nested() throws {
        let inner = Sample.bundle(["{'resourceType':'Flag','id':'f'}", "{'resourceType':'Basic'}"])
            .replacing("'type':'collection'", with: "'type':'searchset','total':2")
        let parameters =
            "{'resourceType':'Parameters','parameter':[{'name':'secret','resource':"
            + "{'resourceType':'Media'}},{'name':'n','valueString':'v'}]}"
        let document = Sample.bundle([Sample.patient, Sample.request, inner, parameters])
            .replacing(
                "'collection','entry':[{'resource':{'resourceType':'Patient'",
                with: "'searchset','total':9,'entry':[{'resource':{'resourceType':'Patient'")
        let copy = try Sample.copy(document, without: [3, 6])
        #expect(copy.contains("'total':1,'entry':[{'resource':{'resourceType':'Basic'}}]"))
        #expect(copy.contains("'parameter':[{'name':'n','valueString':'v'}]"))
        #expect(copy.contains("'total':9"))
        let fewer = try Sample.copy(document, without: [2])
        #expect(!fewer.contains("total"))
    }

    @Test("a labelled element is taken out alone")
    func element() throws {
        let patient = Sample.patient.replacing(
            "'id':'p'",
            with: "'id':'p','telecom':[{\(Sample.inline("LOCIS")),'value':'secret'},"
                + "{'value':'open'}],'text':{'status':'generated','div':'quotes secret'}")
        let document = Sample.bundle([patient, Sample.request])
        let copy = try Sample.copy(document, without: [1])
        let rest = Sample.patient.replacing(
            "'id':'p'", with: "'id':'p','telecom':[{'value':'open'}]")
        #expect(copy == Sample.bundle([rest, Sample.request]))
    }

    @Test("a labelled primitive goes with its sibling, in arrays at its place in both")
    func primitives() throws {
        let scalar =
            "{'resourceType':'Basic','created':'2024','_created':{\(Sample.inline("PSY"))}}"
        let array =
            "{'resourceType':'Basic','given':['a','b','c'],"
            + "'_given':[{'id':'1'},{\(Sample.inline("PSY"))},{'id':'3'}]}"
        let alone = "{'resourceType':'Basic','_created':{\(Sample.inline("PSY"))},'n':1}"
        let gap =
            "{'resourceType':'Basic','given':['a',null],'_given':[null,{\(Sample.inline("PSY"))}]}"
        let document = Sample.bundle([Sample.patient, Sample.request, scalar, array, alone, gap])
        let copy = try Sample.copy(document, without: [3, 5, 7, 9])
        #expect(
            copy
                == Sample.bundle([
                    Sample.patient, Sample.request, "{'resourceType':'Basic'}",
                    "{'resourceType':'Basic','given':['a','c'],'_given':[{'id':'1'},{'id':'3'}]}",
                    "{'resourceType':'Basic','n':1}", "{'resourceType':'Basic','given':['a']}",
                ]))
    }

    @Test("the words for a coding, or a code, that goes do not stay behind")
    func words() throws {
        let coding = "{\(Sample.inline("HIV")),'system':'s','code':'1','display':'secret'}"
        let code = "{'system':'s','code':'2','_code':{\(Sample.inline("HIV"))},'display':'secret'}"
        let basic =
            "{'resourceType':'Basic','a':{'coding':[\(coding)],'text':'secret'},"
            + "'b':{'coding':[\(coding),{'code':'3','display':'open'}],'text':'secret'},"
            + "'c':{'coding':[\(code)],'text':'open'}}"
        let document = Sample.bundle([Sample.patient, Sample.request, basic])
        let copy = try Sample.copy(document, without: [3, 4, 5])
        #expect(
            copy
                == Sample.bundle([
                    Sample.patient, Sample.request,
                    "{'resourceType':'Basic','b':{'coding':[{'code':'3','display':'open'}]},"
                        + "'c':{'coding':[{'system':'s'}],'text':'open'}}",
                ]))
    }

    @Test("an entry with a link to something that goes loses the link only")
    func entryLinks() throws {
        let document = Sample.bundle([Sample.patient, Self.observation])
            .replacing(
                "'entry':[",
                with:
                    "'total':2,'_total':{'id':'t'},'entry':[{'link':[{'relation':'next','url':"
                    + "'/Observation/o'}],'resource':\(Sample.request)},")
        let rest =
            "{'resourceType':'Bundle','type':'collection','entry':[{'resource':"
            + "\(Sample.request)},{'resource':\(Sample.patient)}]}"
        #expect(try Sample.copy(document, without: [2]) == rest)
    }

    @Test("an array beside another keeps its length when an extension in it goes")
    func siblingArrays() throws {
        let gone = "{'extension':[{'url':'e','valueReference':{'reference':'Observation/o'}}]}"
        let basic = "{'resourceType':'Basic','given':['a','b'],'_given':[\(gone),{'id':'2'}]}"
        #expect(
            try left(of: basic)
                == "{'resourceType':'Basic','given':['a','b'],'_given':[null,{'id':'2'}]}")
        let all = basic.replacing("{'id':'2'}", with: "null")
        #expect(try left(of: all) == "{'resourceType':'Basic','given':['a','b']}")
        let canonical = "{'resourceType':'Basic','u':['Observation/o','x'],'_u':[{'id':'1'},null]}"
        #expect(try left(of: canonical) == "{'resourceType':'Basic','u':['x']}")
    }

    @Test("narratives go everywhere but where they say only who and where")
    func narratives() throws {
        let text = "'text':{'status':'generated','div':'<div>secret</div>'}"
        let basic = "{'resourceType':'Basic',\(text),'code':{'text':'stays'}}"
        #expect(try left(of: basic) == "{'resourceType':'Basic','code':{'text':'stays'}}")
        let place = "{'resourceType':'Location',\(text.replacing("secret", with: "street"))}"
        #expect(try left(of: place) == place)
        let known =
            "{'resourceType':'Location','managingOrganization':{'reference':"
            + "'Observation/o'},\(text)}"
        #expect(try left(of: known) == "{'resourceType':'Location'}")
    }

    @Test("a resource that lost a reference loses its prose too, another keeps it")
    func prose() throws {
        let prose =
            "'note':[{'text':'secret'}],'conclusion':'secret','description':'secret',"
            + "'presentedForm':[{'data':'secret'}],'payload':[{'contentString':'secret'}],"
            + "'content':[{'attachment':{'contentType':'a/b','data':'secret'}}]"
        let lost = "{'resourceType':'Basic',\(prose),'result':[{'reference':'Observation/o'}]}"
        #expect(
            try left(of: lost)
                == "{'resourceType':'Basic','content':[{'attachment':{'contentType':'a/b'}}]}")
        let whole = "{'resourceType':'Basic',\(prose.replacing("secret", with: "open"))}"
        #expect(try left(of: whole) == whole)
    }

    @Test(
        "a resource that lost a reference loses concepts in words, titles and grounds",
        arguments: [
            "'reasonCode':[{'text':'secret'}]", "'code':{'text':'secret'}",
            "'reasonCode':[{'coding':[],'text':'secret'}]",
            "'reasonCode':[{'id':'1','_text':{'id':'2'},'text':'secret'}]",
            "'content':[{'attachment':{'title':'secret'}}]",
            "'valueAttachment':{'title':'secret'}",
            "'finding':[{'basis':'secret'}]", "'detail':'secret'",
            "'finding':[{'itemCodeableConcept':{'text':'secret'},'basis':'secret'}]",
        ])
    func wordsOfTheWounded(member: String) throws {
        let link = "'z':[{'reference':'Observation/o'}]"
        #expect(
            try left(of: "{'resourceType':'Basic',\(member),\(link)}") == "{'resourceType':'Basic'}"
        )
        let whole = "{'resourceType':'Basic',\(member.replacing("secret", with: "open"))}"
        #expect(try left(of: whole) == whole)
    }

    @Test("a resource that lost a reference keeps its codes and its own title")
    func codesOfTheWounded() throws {
        let members =
            "'code':{'coding':[{'code':'1'}],'text':'open'},'title':'open',"
            + "'detail':{'status':'open'},'content':[{'attachment':{'contentType':'a/b'"
        let lost =
            "{'resourceType':'Basic',\(members),'title':'secret'}}],'z':{'reference':'Observation/o'}}"
        #expect(try left(of: lost) == "{'resourceType':'Basic',\(members)}}]}")
    }

    private static let binary =
        "{'resourceType':'Binary','id':'b','contentType':'text/plain','data':'c2VjcmV0'}"

    /// What is left of a document with a Binary, after the DocumentReference at place 2 went.
    private func withoutDocument(
        url: String,
        binary: String = "{'fullUrl':'urn:uuid:AB','resource':\(RedactorTests.binary)}",
        others: [String] = []
    ) throws -> String {
        let gone =
            "{'resourceType':'DocumentReference','content':[{'attachment':{'url':'\(url)'}}]}"
        let document = Sample.bundle([Sample.patient, Sample.request, gone] + others)
        let copy = String(document.dropLast(2)) + ",\(binary)]}"
        return try Sample.copy(copy, without: [2])
    }

    @Test(
        "a Binary to which only something that goes refers goes with it",
        arguments: [
            "Binary/b", "/Binary/b", "https://h.example/fhir/Binary/b", "Binary/b/_history/1",
            "urn:uuid:ab", "Binary?_id=b", "Binary\\/b", "https://h.example/Binary/b#page=2",
        ])
    func binaries(url: String) throws {
        let rest = Sample.bundle([Sample.patient, Sample.request])
        #expect(try withoutDocument(url: url) == rest)
    }

    @Test("a Binary stays that something else refers to, or nothing that goes")
    func neededBinaries() throws {
        let other =
            "{'resourceType':'Basic','content':[{'attachment':{'url':'https://h/Binary/b'}}]}"
        #expect(try withoutDocument(url: "Binary/b", others: [other]).contains("c2VjcmV0"))
        #expect(try withoutDocument(url: "Binary/c").contains("c2VjcmV0"))
        let said = "{'resourceType':'Basic','text':{'div':'<img src=\\'Binary/b\\'/>'}}"
            .replacing("\\'", with: " ")
        #expect(try !withoutDocument(url: "Binary/b", others: [said]).contains("c2VjcmV0"))
    }

    @Test("signatures and attestations of the whole go")
    func signatures() throws {
        let composition = "{'resourceType':'Composition','attester':[{'mode':'legal'}],'title':'t'}"
        #expect(try left(of: composition) == "{'resourceType':'Composition','title':'t'}")
        let document = Sample.bundle([Sample.patient, Sample.request, Self.observation])
            .replacing("'type':'collection'", with: "'signature':{'data':'x'},'link':[{'url':'l'}]")
        #expect(
            try Sample.copy(document, without: [2])
                == "{'resourceType':'Bundle','link':[{'url':'l'}],'entry':[{'resource':"
                + "\(Sample.patient)},{'resource':\(Sample.request)}]}")
    }

    @Test(
        "a copy that admits what was done differs in its label only",
        arguments: [
            ("", ",'meta':{'security':[L]}"), (",'meta':{}", ",'meta':{'security':[L]}"),
            (",'meta':{'tag':[1]}", ",'meta':{'security':[L],'tag':[1]}"),
            (",'meta':{'security':[]}", ",'meta':{'security':[L]}"),
            (",'meta':{'security':[{'code':'R'}]}", ",'meta':{'security':[L,{'code':'R'}]}"),
            (",'meta':{'security':[L]}", ",'meta':{'security':[L]}"),
        ])
    func admission(before: String, after: String) throws {
        let label =
            "{'system':'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',"
            + "'code':'REDACTED'}"
        func document(_ resources: [String], _ meta: String) -> String {
            Sample.bundle(resources).replacing(
                "{'resourceType':'Bundle'",
                with: "{'resourceType':'Bundle'" + meta.replacing("L", with: label))
        }
        let original = document([Sample.patient, Sample.request, Self.observation], before)
        let rest = [Sample.patient, Sample.request]
        #expect(try Sample.copy(original, without: [2]) == document(rest, before))
        #expect(
            try Sample.copy(original, without: [2], isAdmitted: true) == document(rest, after))
    }
}
