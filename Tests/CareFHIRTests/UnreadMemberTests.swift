import CareModel
import CareTestKit
import Testing

@testable import CareFHIR

@Suite("Nothing of a resource vanishes without a word")
struct UnreadMemberTests {
    private func lines(_ resource: String) throws -> [String] {
        let text = "{'resourceType':\(resource)}".replacing("'", with: "\"")
        return try DocumentSummary(of: Array(text.utf8), at: .noon).lines
    }

    @Test(
        "what no line of its own is for has one all the same",
        arguments: [
            (
                "'ServiceRequest','code':{'text':'CT'},'orderDetail':[{'text':'without contrast'}]",
                "  Order detail: without contrast"
            ),
            (
                "'ServiceRequest','code':{'concept':{'text':'CT'}},'orderDetail':[{'parameter':"
                    + "[{'code':{'text':'contrast'},'valueString':'none'}]}]",
                "  Order detail parameter value: none"
            ),
            ("'ServiceRequest','asNeededBoolean':true", "  As needed: yes"),
            (
                "'ServiceRequest','asNeededCodeableConcept':{'text':'pain'}", "  As needed: pain"
            ),
            (
                "'AllergyIntolerance','code':{'text':'x'},'type':'intolerance','reaction':"
                    + "[{'manifestation':[{'text':'rash'}],'severity':'severe'}]",
                "  Reaction severity: severe"
            ),
            (
                "'MedicationRequest','dosageInstruction':[{'timing':{'repeat':{'when':['AC']}},"
                    + "'doseAndRate':[{'doseQuantity':{'value':2}}]}]",
                "  Dosage instruction timing repeat when: AC"
            ),
            (
                "'FamilyMemberHistory','relationship':{'text':'mother'},'condition':[{'code':"
                    + "{'text':'x'},'outcome':{'text':'died of it'}}]",
                "  Condition outcome: died of it"
            ),
            (
                "'Immunization','vaccineCode':{'text':'x'},'doseQuantity':{'value':5,'comparator':'<'}",
                "  Dose: <5"
            ),
            ("'Encounter','type':[{'text':'a'},{'text':'b'}]", "  Type: a; b"),
            ("'Appointment','participant':[{'actor':{'display':'Dr A'}}]", "  With: Dr A"),
            ("'Parameters','parameter':[{'name':'n','valueString':'v'}]", "  Parameter value: v"),
            ("'Observation','code':{'text':'x'},'method':{'text':'m'}", "  Method: m"),
            ("'DetectedIssue','severity':'high','code':{'text':'x'}", "  Severity: high"),
        ])
    func shown(resource: String, line: String) throws {
        let lines = try lines(resource)
        #expect(lines.contains(line), "\(lines)")
    }

    @Test("what is too much or too deep is named, and the author's words for it follow")
    func named() throws {
        let deep = "{'a':{'b':{'c':{'d':{'e':'x'}}}}}"
        let text = "'text':{'status':'generated','div':'<p>The author says x.</p>'}"
        let lines = try lines("'Specimen','status':'unsatisfactory','oddPart':[\(deep)],\(text)")
        #expect(
            lines.suffix(2) == [
                "  (more in the record, not shown here: odd part a b c d)",
                "  Text: The author says x.",
            ])
        let data = String(repeating: "QUJD", count: 1_000)
        let long = try self.lines(
            "'Patient','photo':[{'contentType':'image/png','data':'\(data)'}]")
        #expect(long.contains("  Photo: (attached: image/png)"))
        let bare = try self.lines("'Patient','photo':[{'data':'\(data)'}]")
        #expect(bare.contains("  (more in the record, not shown here: photo data)"), "\(bare)")
    }

    @Test("a resource of very many unknown members stays readable, and says that there is more")
    func many() throws {
        let members = (0..<5_000).map { "'m\($0)x':'v'" }.joined(separator: ",")
        let lines = try lines("'Condition','code':{'text':'x'},\(members)")
        #expect(lines.count == UnreadMembers.lineLimit + 2)
        #expect(lines.last?.hasSuffix(", and more)") == true)
        let values = (0..<5_000).map { "'v\($0)'" }.joined(separator: ",")
        let list = try self.lines("'Condition','code':{'text':'x'},'odd':[\(values)]")
        #expect(list.last == "  (more in the record, not shown here: odd)")
    }

    @Test(
        "links without a name, and who wrote it when, are not worth a line",
        arguments: [
            "'encounter':{'reference':'Encounter/1','display':'x'}",
            "'recorder':{'display':'Dr A'}", "'stage':[]", "'stage':null", "'id':'1'",
            "'category':[{'text':'x'}]", "'extension':[{'url':'urn:x','valueString':'x'}]",
            "'evidence':[{'detail':[{'reference':'Observation/1'}]}]",
        ])
    func silent(member: String) throws {
        #expect(try lines("'Condition','code':{'text':'x'},\(member)") == ["Condition: x"])
    }

    /// What one member of a random shape holds, with the mark that has to be found.
    private static func value(_ mark: String, _ random: inout SplitMix64, depth: Int = 0) -> String
    {
        switch Int.random(in: 0..<(depth > 5 ? 5 : 8), using: &random) {
        case 0: "'\(mark)'"
        case 1: "{'text':'\(mark)'}"
        case 2: "{'coding':[{'system':'urn:s','code':'\(mark)'}]}"
        case 3: "{'value':5,'unit':'\(mark)'}"
        case 4: "{'reference':'Basic/1','display':'\(mark)'}"
        case 5: "[\(value(mark, &random, depth: depth + 1))]"
        case 6: "{'concept':{'text':'\(mark)'}}"
        default: "{'zzPart':\(value(mark, &random, depth: depth + 1)),'zzOther':true}"
        }
    }

    @Test("a member nobody knows is shown or named, in every type and of every shape")
    func everyType() throws {
        var random = SplitMix64(seed: 11)
        for type in ModifierElements.table.keys.sorted() {
            for _ in 0..<20 {
                let value = Self.value("zz-mark", &random)
                // What is around care is shown only where something about it is odd.
                let lines = try lines("'\(type)','implicitRules':'urn:r','zzOdd':\(value)")
                let isShown = lines.contains { $0.contains("zz-mark") || $0.contains("zz odd") }
                #expect(isShown, "\(type) \(value): \(lines)")
            }
        }
    }

    @Test(
        "a member that lines are for is shown or named in a shape they do not know, too",
        arguments: [
            "priority", "criticality", "description", "patientInstruction", "conclusion", "summary",
            "comment", "note", "payload", "reasonCode", "reason", "bodySite", "severity",
            "statusReason", "conclusionCode", "reaction", "dosage", "dosageInstruction",
            "referenceRange", "code", "type", "title",
        ])
    func oddShape(name: String) throws {
        for value in ["{'zz':'zz-mark'}", "[{'zz':{'zz':'zz-mark'}}]", "[['zz-mark']]"] {
            let lines = try lines("'Condition','\(name)':\(value)")
            let words = CaveatWords.element(name)
            let isShown = lines.contains { $0.contains("zz-mark") || $0.contains("here: \(words)") }
            #expect(isShown, "\(name) \(value): \(lines)")
        }
    }

    @Test(
        "a member that lines are for is shown by them",
        arguments: [
            ("Condition", "'priority':'zz-mark'"), ("Condition", "'criticality':'zz-mark'"),
            ("Condition", "'description':'zz-mark'"), ("Condition", "'comment':'zz-mark'"),
            ("Condition", "'conclusion':'zz-mark'"), ("Condition", "'summary':'zz-mark'"),
            ("Condition", "'note':[{'text':'zz-mark'}]"),
            ("Communication", "'payload':[{'contentString':'zz-mark'}]"),
            ("Communication", "'payload':[{'contentReference':{'display':'zz-mark'}}]"),
            ("Condition", "'reasonCode':[{'text':'a'},{'text':'zz-mark'}]"),
            ("Condition", "'bodySite':[{'text':'zz-mark'}]"),
            ("Condition", "'severity':{'text':'zz-mark'}"),
            ("Condition", "'statusReason':{'text':'zz-mark'}"),
            ("Condition", "'conclusionCode':[{'text':'zz-mark'}]"),
            ("AllergyIntolerance", "'reaction':[{'manifestation':[{'text':'zz-mark'}]}]"),
            ("AllergyIntolerance", "'reaction':[{'substance':{'text':'zz-mark'}}]"),
            ("MedicationRequest", "'dosageInstruction':[{'text':'zz-mark'}]"),
            ("MedicationRequest", "'dosageInstruction':[{'route':{'text':'zz-mark'}}]"),
            ("MedicationRequest", "'dosageInstruction':[{'site':{'text':'zz-mark'}}]"),
            ("MedicationAdministration", "'dosage':{'dose':{'value':1,'unit':'zz-mark'}}"),
            ("MedicationAdministration", "'dosage':{'rateQuantity':{'value':1,'unit':'zz-mark'}}"),
            ("Observation", "'referenceRange':[{'text':'zz-mark'}]"),
            ("Observation", "'referenceRange':[{'age':{'low':{'value':1,'unit':'zz-mark'}}}]"),
            ("Observation", "'valueString':'zz-mark'"), ("Condition", "'valueString':'zz-mark'"),
            ("Observation", "'interpretation':[{'text':'zz-mark'}]"),
            ("Observation", "'component':[{'code':{'text':'a'},'valueString':'zz-mark'}]"),
            ("Condition", "'component':[{'valueString':'zz-mark'}]"),
            ("Appointment", "'serviceType':[{'text':'zz-mark'}]"),
            ("Appointment", "'participant':[{'actor':{'display':'zz-mark'},'status':'accepted'}]"),
            ("Appointment", "'participant':[{'actor':{'display':'zz-mark'},'status':'declined'}]"),
            ("FamilyMemberHistory", "'relationship':{'text':'zz-mark'}"),
            ("FamilyMemberHistory", "'relationship':{'text':'a'},'name':'zz-mark'"),
            ("CarePlan", "'activity':[{'detail':{'code':{'text':'a'},'description':'zz-mark'}}]"),
            ("CarePlan", "'activity':[{'progress':[{'text':'zz-mark'}]}]"),
            ("CarePlan", "'period':{'start':'zz-mark'}"),
            ("CarePlan", "'created':'2020','date':'2020','period':{'start':'zz-mark'}"),
            ("List", "'emptyReason':{'text':'zz-mark'}"), ("Condition", "'onsetString':'zz-mark'"),
            ("Patient", "'contact':[{'name':{'text':'zz-mark'}}]"),
            ("Patient", "'maritalStatus':{'text':'zz-mark'}"), ("Slot", "'start':'zz-mark'"),
            ("Procedure", "'complication':[{'text':'zz-mark'}]"),
        ])
    func read(type: String, member: String) throws {
        let lines = try lines("'\(type)',\(member)")
        #expect(lines.contains { $0.contains("zz-mark") }, "\(lines)")
    }
}
