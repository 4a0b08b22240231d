import CareFHIR
import Testing

@Suite("What turns a statement round is shown, flagged by FHIR or not")
struct UnflaggedModifierTests {
    private func lines(_ resource: String) throws -> [String] {
        let text = "{'resourceType':\(resource)}".replacing("'", with: "\"")
        return try DocumentSummary(of: Array(text.utf8), at: .noon).lines
    }

    @Test(
        "adherence says whether a recorded medication is taken",
        arguments: [
            ("not-taking", "! NOT taken - Medication: Warfarin [recorded]"),
            ("on-hold", "! on hold - Medication: Warfarin [recorded]"),
            ("stopped", "! stopped - Medication: Warfarin [recorded]"),
            (
                "stopped-not-as-directed",
                "! stopped not as directed - Medication: Warfarin [recorded]"
            ),
            (
                "taking-not-as-directed",
                "! taken, but NOT as directed - Medication: Warfarin [recorded]"
            ),
            ("unknown", "! adherence unknown - Medication: Warfarin [recorded]"),
            ("wibble", "! wibble - Medication: Warfarin [recorded]"),
            ("taking", "Medication: Warfarin [recorded, taking]"),
            ("taking-as-directed", "Medication: Warfarin [recorded, taking as directed]"),
        ])
    func adherence(code: String, heading: String) throws {
        let resource =
            "'MedicationStatement','status':'recorded','medication':{'concept':{'text':'Warfarin'}},"
            + "'text':{'status':'generated','div':'<div>Warfarin</div>'},"
            + "'adherence':{'code':{'coding':[{'code':'\(code)'}]}}"
        #expect(try lines(resource).first == heading)
    }

    @Test(
        "what is so in one element only is said first",
        arguments: [
            (
                "'MedicationStatement','status':'recorded','medication':{'concept':{'text':'x'}},"
                    + "'adherence':{'code':{'text':'Never started'}}",
                "! Never started - Medication: x [recorded]"
            ),
            (
                "'DeviceUsage','status':'active','adherence':{'code':{'coding':[{'code':'never'}]}}",
                "! NOT used - Device usage [active]"
            ),
            (
                "'Procedure','status':'completed','code':{'text':'x'},'outcome':{'coding':[{'system':"
                    + "'http://snomed.info/sct','code':'385671000','display':'Unsuccessful'}]}",
                "! outcome: Unsuccessful - Procedure: x [completed]"
            ),
            (
                "'Procedure','status':'completed','code':{'text':'x'},'outcome':{'text':'failed'}",
                "! outcome: failed - Procedure: x [completed]"
            ),
            (
                "'Procedure','status':'completed','code':{'text':'x'},'outcome':{'coding':[{'system':"
                    + "'http://snomed.info/sct','code':'385669000','display':'Successful'}]}",
                "Procedure: x [completed, Successful]"
            ),
            (
                "'Goal','lifecycleStatus':'completed','description':{'text':'x'},"
                    + "'achievementStatus':{'coding':[{'code':'not-achieved'}]}",
                "! NOT achieved - Goal: x [completed]"
            ),
            (
                "'Goal','lifecycleStatus':'active','description':{'text':'x'},"
                    + "'achievementStatus':{'coding':[{'code':'improving'}]}",
                "Goal: x [active, improving]"
            ),
            (
                "'ImmunizationEvaluation','status':'completed','doseStatus':{'coding':"
                    + "[{'code':'notvalid'}]}",
                "! dose status: notvalid - Immunization evaluation [completed]"
            ),
        ])
    func heading(resource: String, heading: String) throws {
        #expect(try lines(resource).first == heading)
    }

    @Test(
        "what turns a part round stands before the part, and nowhere without it",
        arguments: [
            (
                "'List','entry':[{'flag':{'coding':[{'code':'05','display':'Ceased'}]},"
                    + "'item':{'display':'Metformin'}}]",
                "  ! Ceased - Metformin", "  Lists: Metformin"
            ),
            (
                "'List','entry':[{'flag':{'text':'Prescribed'},'item':{'display':'Metformin'}}]",
                "  Lists: Metformin [Prescribed]", "  ! Prescribed - Metformin"
            ),
            (
                "'NutritionIntake','consumedItem':[{'type':{'text':'Lunch'},'notConsumed':true}]",
                "  ! NOT consumed - Lunch", "  Lunch"
            ),
            (
                "'Group','characteristic':[{'code':{'text':'Diabetes'},'exclude':true}]",
                "  ! whoever has this is NOT in it - Diabetes", "  Diabetes"
            ),
        ])
    func part(resource: String, line: String, other: String) throws {
        let lines = try lines(resource)
        #expect(lines.contains(line), "\(lines)")
        #expect(!lines.contains(other))
    }
}
