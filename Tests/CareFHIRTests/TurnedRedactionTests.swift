import CareFHIR
import CareModel
import CareTestKit
import Testing

@Suite("Redaction takes no modifier out of what it leaves")
struct TurnedRedactionTests {
    private typealias Sample = RedactionSample

    private static let gone = "{'resourceType':'Encounter','id':'e','type':[{'text':'secret'}]}"
    private static let link = "{'reference':'Encounter/e'}"

    /// A document with an Encounter at place 2 and `resources` after it.
    private func document(_ resources: [String]) -> String {
        Sample.bundle([Sample.patient, Sample.request, Self.gone] + resources)
    }

    @Test(
        "a resource that would lose what turns it round goes whole",
        arguments: [
            "'modifierExtension':[{'url':'urn:not','valueReference':LINK}]",
            "'modifierExtension':[{'url':'urn:not','extension':[{'url':'a','valueReference':LINK},"
                + "{'url':'b','valueBoolean':true}]}]",
            "'modifierExtension':[{'url':'urn:not','valueBoolean':true},{'url':'b','valueReference':LINK}]",
            "'modifierExtension':[{'url':'urn:not',\(RedactionSample.inline("PSY")),'valueBoolean':true}]",
            "'verificationStatus':{'text':'refuted by the team there'},'encounter':LINK",
            "'verificationStatus':{'text':'refuted','extension':[{'url':'u','valueString':'x'}]},'encounter':LINK",
            "'verificationStatus':{'coding':[{'code':'refuted',\(RedactionSample.inline("PSY"))}]}",
            "'verificationStatus':{'coding':[{'code':'confirmed'},{'code':'refuted',"
                + "\(RedactionSample.inline("PSY"))}]}",
            "'doNotPerform':true,'_doNotPerform':{\(RedactionSample.inline("PSY"))}",
            "'status':'not-taken','_status':{\(RedactionSample.inline("PSY"))}",
            "'component':[{'modifierExtension':[{'url':'urn:not','valueReference':LINK}],'code':{'coding':[{'code':'1'}]}}]",
            "'focus':[LINK]", "'subject':LINK",
            "'valueQuantity':{'value':5,'comparator':'<','_comparator':{\(RedactionSample.inline("PSY"))}}",
            "'abatementDateTime':'2019','_abatementDateTime':{\(RedactionSample.inline("PSY"))}",
            "'adherence':{'code':{'text':'not taking, see there'}},'context':LINK",
        ])
    func whole(member: String) throws {
        let type = member.hasPrefix("'adherence'") ? "MedicationStatement" : "AllergyIntolerance"
        let resource =
            "{'resourceType':'\(type)','id':'a','code':{'coding':[{'code':'penicillin'}]},"
            + member.replacing("LINK", with: Self.link) + "}"
        let document = document([resource])
        let items = try Sample.items(document)
        // The labelled parts go too, as a policy that forbids them asks.
        let places = items.indices.filter { $0 == 2 || items[$0].container == 3 }
        let copy = try Sample.copy(document, without: places)
        #expect(copy == Sample.bundle([Sample.patient, Sample.request]))
    }

    @Test(
        "a resource that keeps what turns it round stays, with what does not",
        arguments: [
            (
                "'verificationStatus':{'text':'refuted'},'encounter':LINK",
                "'verificationStatus':{'text':'refuted'}"
            ),
            (
                "'clinicalStatus':{'coding':[],'text':'In remission'},'encounter':LINK",
                "KEPT-OUT"
            ),
            (
                "'verificationStatus':{'coding':[{'code':'refuted'}],'text':'no'},'encounter':LINK",
                "'verificationStatus':{'coding':[{'code':'refuted'}],'text':'no'}"
            ),
            (
                "'modifierExtension':[{'url':'urn:not','valueBoolean':true}],'encounter':LINK",
                "'modifierExtension':[{'url':'urn:not','valueBoolean':true}]"
            ),
            ("'extension':[{'url':'u','valueReference':LINK}],'n':1", "'n':1"),
            (
                "'verificationStatus':{'extension':[{'url':'u','valueReference':LINK}],'coding':"
                    + "[{'code':'refuted'}]}",
                "'verificationStatus':{'coding':[{'code':'refuted'}]}"
            ),
            ("'encounter':LINK,'n':1", "'n':1"),
        ])
    func kept(member: String, left: String) throws {
        let head = "{'resourceType':'AllergyIntolerance','id':'a',"
        let document = document([head + member.replacing("LINK", with: Self.link) + "}"])
        let copy = try Sample.copy(document, without: [2])
        let rest = left == "KEPT-OUT" ? [] : ["\(head)\(left)}"]
        #expect(copy == Sample.bundle([Sample.patient, Sample.request] + rest))
    }

    @Test("that a record is replaced by one that goes is still said")
    func links() throws {
        let other = "{'resourceType':'RelatedPerson','id':'o'}"
        let patient = Sample.patient.replacing(
            "'id':'p'",
            with: "'id':'p','link':[{'other':{'reference':'RelatedPerson/o'},'type':'replaced-by'}]"
        )
        let copy = try Sample.copy(
            Sample.bundle([patient, Sample.request, other]), without: [2])
        #expect(copy.contains("'link':[{'type':'replaced-by'}]"))
    }

    /// Conditions each of which is turned round by the one before, the first by what goes.
    private func chain(_ count: Int) -> [String] {
        (0..<count).map { number in
            let other = number == 0 ? "Encounter/e" : "Condition/c\(number - 1)"
            return "{'resourceType':'Condition','id':'c\(number)','modifierExtension':"
                + "[{'url':'u','valueReference':{'reference':'\(other)'}}]}"
        }
    }

    @Test("what is contained goes alone, and what it turned round goes after it")
    func rounds() throws {
        let contained =
            "{'resourceType':'Observation','id':'o','contained':[{'resourceType':'Condition','id':'c',"
            + "'modifierExtension':[{'url':'u','valueReference':\(Self.link)}]}],'n':1}"
        #expect(
            try Sample.copy(document([contained]), without: [2])
                == Sample.bundle([
                    Sample.patient, Sample.request, "{'resourceType':'Observation','id':'o','n':1}",
                ]))
        #expect(
            try Sample.copy(document(chain(4)), without: [2])
                == Sample.bundle([Sample.patient, Sample.request]))
    }

    @Test("what cannot be taken out, or never ends, has no copy")
    func refused() throws {
        func code(_ document: String, _ places: [Int] = [2]) throws -> InspectionError.Code? {
            do {
                _ = try PayloadInspector().copy(
                    of: Sample.bytes(document),
                    without: Redaction(places: places, isAdmitted: true),
                    expecting: Sample.expectation())
                return nil
            } catch let error as InspectionError {
                return error.code
            }
        }
        let modifier = "'modifierExtension':[{'url':'u','valueReference':\(Self.link)}]"
        let bundle = document([]).replacing(
            "'type':'collection'", with: "'type':'collection',\(modifier)")
        #expect(try code(bundle) == .notRedactable)
        let request = Sample.request.replacing("'id':'r'", with: "'id':'r',\(modifier)")
        #expect(
            try code(Sample.bundle([Sample.patient, request, Self.gone])) == .kindMismatch)
        #expect(try code(document(chain(40))) == .notRedactable)
    }

    @Test("an entry whose own modifier goes, goes with it")
    func entry() throws {
        let flag = "{'resourceType':'Flag','id':'f'}"
        let document = Sample.bundle([Sample.patient, Sample.request, Self.gone, flag]).replacing(
            "{'resource':\(flag)}",
            with:
                "{'modifierExtension':[{'url':'u','valueReference':\(Self.link)}],'resource':\(flag)}"
        )
        #expect(
            try Sample.copy(document, without: [2])
                == Sample.bundle([Sample.patient, Sample.request]))
    }

    // Any document

    /// A random resource with modifiers, some of which lead to others of `count` resources.
    private func resource(_ number: Int, of count: Int, _ random: inout SplitMix64) -> String {
        let other = "{'reference':'Condition/c\(Int.random(in: 0..<count, using: &random))'}"
        let members = [
            "'modifierExtension':[{'url':'urn:m','valueReference':\(other)}]",
            "'modifierExtension':[{'url':'urn:m','valueBoolean':true}]",
            "'verificationStatus':{'text':'refuted'}",
            "'verificationStatus':{'text':'refuted as we found'}",
            "'verificationStatus':{'coding':[{'code':'refuted'}]}",
            "'clinicalStatus':{'coding':[{'code':'resolved',\(Sample.inline("PSY"))}]}",
            "'doNotPerform':true,'_doNotPerform':{\(Sample.inline("HIV"))}",
            "'focus':{'reference':'RelatedPerson/x','display':'x'}", "'focus':\(other)",
            "'subject':\(other)", "'evidence':[{'detail':[\(other)]}]", "'note':[{'text':'n'}]",
            "'component':[{'valueInteger':1,'modifierExtension':[{'url':'urn:p','valueReference':\(other)}]}]",
        ].shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random))
        var names: Set<String> = []
        let chosen = members.filter { names.insert(String($0.prefix(8))).inserted }
        return "{'resourceType':'Condition','id':'c\(number)',"
            + "'code':{'coding':[{'code':'t\(number)t'}]}," + chosen.joined(separator: ",") + "}"
    }

    /// What is said of each resource that changes its meaning, by the code of the resource.
    private func remarks(_ text: String) throws -> [String: Set<String>] {
        var remarks: [String: Set<String>] = [:]
        let summary = try DocumentSummary(of: Sample.bytes(text), at: .noon)
        for remark in summary.remarks {
            let caveat = remark.caveat
            remarks[remark.title ?? "", default: []].insert(
                "\(caveat.element) \(caveat.value ?? "") \(caveat.says)")
        }
        return remarks
    }

    @Test("no copy of any document has a resource that lost what changes its meaning")
    func anyDocument() throws {
        var (kept, refused, turned) = (0, 0, 0)
        for seed in 0..<400 {
            var random = SplitMix64(seed: UInt64(seed))
            let count = Int.random(in: 2...7, using: &random)
            let resources = (0..<count).map { resource($0, of: count, &random) }
            let document = Sample.bundle([Sample.patient, Sample.request] + resources)
            let items = try Sample.items(document)
            let place = Int.random(in: 2..<items.count, using: &random)
            guard let copy = try? Sample.copy(document, without: [place]) else {
                refused += 1
                continue
            }
            let (before, after) = (try remarks(document), try remarks(copy))
            for number in 0..<count where copy.contains("'t\(number)t'") {
                #expect(after["t\(number)t"] == before["t\(number)t"], "seed \(seed): \(copy)")
                kept += 1
            }
            turned += try items.count - Sample.items(copy).count > 2 ? 1 : 0
        }
        #expect(kept > 500 && turned > 20 && refused < 40, "\(kept) \(turned) \(refused)")
    }
}
