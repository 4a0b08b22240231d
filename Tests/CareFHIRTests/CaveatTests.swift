import CareFHIR
import Testing

@Suite("What changes the meaning of a thing stands before it")
struct CaveatTests {
    private func lines(_ text: String) throws -> [String] {
        try DocumentSummary(of: Array(text.replacing("'", with: "\"").utf8), at: .noon).lines
    }

    @Test("refuted, entered in error, not to be done, deceased: each is said first")
    func fieldInput() throws {
        let summary = try DocumentSummary(
            of: FieldInput.bytes("15-refer-modifiers.json"), at: .noon)
        let headings = summary.lines.filter { !$0.hasPrefix(" ") }
        #expect(
            headings == [
                "! deceased 2026-11-20 - Patient: Ines Fieldtest, born 1971-03-09",
                "! NOT to be done - Request: Cardiology assessment [active]",
                "! refuted; inactive - Allergy: Penicillin",
                "! entered in error - Condition: Epilepsy",
                "! NOT to be given - Medication: Ibuprofen [active]",
            ])
        #expect(
            summary.remarks.map { "\($0.type).\($0.caveat.element) \($0.caveat.value ?? "")" } == [
                "Patient.deceasedDateTime 2026-11-20", "ServiceRequest.doNotPerform true",
                "AllergyIntolerance.verificationStatus refuted",
                "AllergyIntolerance.clinicalStatus inactive",
                "Condition.verificationStatus entered-in-error",
                "MedicationRequest.doNotPerform true",
            ])
    }

    @Test(
        "each kind says in its first line what a reader must not miss",
        arguments: [
            // Statuses of every kind of resource.
            ("'ServiceRequest','status':'revoked','code':{'text':'x'}", "! revoked - Request: x"),
            ("'ServiceRequest','status':'on-hold','code':{'text':'x'}", "! on hold - Request: x"),
            ("'ServiceRequest','status':'wibble','code':{'text':'x'}", "! wibble - Request: x"),
            ("'Procedure','status':'not-done','code':{'text':'x'}", "! NOT done - Procedure: x"),
            (
                "'Immunization','status':'not-done','vaccineCode':{'text':'x'}",
                "! NOT done - Immunization: x"
            ),
            (
                "'MedicationStatement','status':'not-taken','medicationCodeableConcept':{'text':'x'}",
                "! NOT taken - Medication: x"
            ),
            (
                "'MedicationRequest','status':'stopped','medication':{'concept':{'text':'x'}}",
                "! stopped - Medication: x"
            ),
            (
                "'MedicationRequest','status':'completed','medicationCodeableConcept':{'text':'x'}",
                "! completed - Medication: x"
            ),
            (
                "'DiagnosticReport','status':'preliminary','code':{'text':'x'}",
                "! preliminary - Report: x"
            ),
            (
                "'Observation','status':'corrected','code':{'text':'x'},'valueString':'y'",
                "! corrected - Result: x = y"
            ),
            (
                "'Observation','status':'entered-in-error','code':{'text':'x'},'valueBoolean':false",
                "! entered in error - Result: x = no"
            ),
            (
                "'Appointment','status':'cancelled','start':'2026-12-01'",
                "! cancelled - Appointment: 2026-12-01"
            ),
            ("'Flag','status':'inactive','code':{'text':'x'}", "! inactive - Flag: x"),
            (
                "'Flag','status':'active','code':{'text':'x'},'period':{'end':'2020'}",
                "! ended 2020 - Flag: x [active]"
            ),
            (
                "'Goal','lifecycleStatus':'cancelled','description':{'text':'x'}",
                "! cancelled - Goal: x"
            ),
            (
                "'DocumentReference','status':'superseded','type':{'text':'x'}",
                "! superseded - Document: x"
            ),
            (
                "'DocumentReference','status':'current','docStatus':'preliminary','type':{'text':'x'}",
                "! preliminary - Document: x [current]"
            ),
            (
                "'CarePlan','status':'active','intent':'proposal','title':'x'",
                "! only proposed - Care plan: x [active]"
            ),
            // Verification, and what has ended.
            (
                "'Condition','verificationStatus':{'coding':[{'code':'unconfirmed'}]},'code':{'text':'x'}",
                "! unconfirmed - Condition: x"
            ),
            (
                "'Condition','clinicalStatus':{'coding':[{'code':'resolved'}]},'abatementDateTime':'2019','code':{'text':'x'}",
                "! resolved; ended 2019 - Condition: x"
            ),
            (
                "'AllergyIntolerance','verificationStatus':{'text':'Refuted by test'},'code':{'text':'x'}",
                "! Refuted by test - Allergy: x"
            ),
            (
                "'AllergyIntolerance','verificationStatus':{'coding':[{'code':'confirmed'},{'code':'refuted'}]},'code':{'text':'x'}",
                "! refuted - Allergy: x"
            ),
            (
                "'AllergyIntolerance','verificationStatus':{'coding':[{'code':'confirmed'}],'text':'refuted'},'code':{'text':'x'}",
                "! verification status: refuted (coded confirmed) - Allergy: x [confirmed]"
            ),
            // Negations, also of earlier releases and malformed.
            (
                "'ServiceRequest','doNotPerform':'true','code':{'text':'x'}",
                "! NOT to be done - Request: x"
            ),
            (
                "'ServiceRequest','doNotPerform':1,'code':{'text':'x'}",
                "! NOT clear whether do not perform: 1 - Request: x"
            ),
            (
                "'ServiceRequest','doNotPerform':false,'status':'active','code':{'text':'x'}",
                "Request: x [active]"
            ),
            ("'Procedure','notDone':true,'code':{'text':'x'}", "! NOT done - Procedure: x"),
            (
                "'Immunization','wasNotGiven':true,'vaccineCode':{'text':'x'}",
                "! NOT given - Immunization: x"
            ),
            (
                "'MedicationStatement','taken':'n','medicationCodeableConcept':{'text':'x'}",
                "! NOT taken - Medication: x"
            ),
            // People.
            ("'Patient','deceasedBoolean':true,'name':[{'text':'x'}]", "! deceased - Patient: x"),
            ("'Patient','deceasedBoolean':false,'active':true,'name':[{'text':'x'}]", "Patient: x"),
            ("'Patient','active':false,'name':[{'text':'x'}]", "! NOT active - Patient: x"),
            (
                "'Patient','link':[{'type':'replaced-by','other':{'reference':'Patient/2'}}],'name':[{'text':'x'}]",
                "! this record is replaced by another: Patient/2 - Patient: x"
            ),
            (
                "'Practitioner','active':false,'name':[{'family':'x'}]",
                "! NOT active - Practitioner: x"
            ),
            // Nothing known is dropped because it is not known here.
            (
                "'Condition','modifierExtension':[{'url':'urn:negated','valueBoolean':true}],'code':{'text':'x'}",
                "! changed by a modifier not known here: urn:negated = yes - Condition: x"
            ),
            (
                "'Condition','implicitRules':'urn:rules','code':{'text':'x'}",
                "! made under rules that may change it: urn:rules - Condition: x"
            ),
            (
                "'Observation','code':{'text':'x'},'dataAbsentReason':{'coding':[{'code':'masked'}]}",
                "! NO VALUE (masked) - Result: x"
            ),
            (
                "'Observation','_status':{'extension':[{'url':'http://hl7.org/fhir/StructureDefinition/data-absent-reason','valueCode':'unknown'}]},'code':{'text':'x'}",
                "! status not given (unknown) - Result: x"
            ),
            ("'Widget','status':'broken','code':{'text':'x'}", "! broken - Widget: x"),
            (
                "'Condition','meta':{'security':[{'code':'HTEST'}]},'code':{'text':'x'}",
                "! test data, no real person's - Condition: x"
            ),
        ])
    func heading(resource: String, heading: String) throws {
        #expect(try lines("{'resourceType':\(resource)}").first == heading)
    }

    @Test(
        "what changes a part stands before the part",
        arguments: [
            (
                "'CarePlan','activity':[{'detail':{'status':'active','doNotPerform':true,'code':{'text':'x'}}}]",
                "  ! NOT to be done - x"
            ),
            (
                "'CarePlan','activity':[{'detail':{'prohibited':true,'description':'x'}}]",
                "  ! NOT to be done - x"
            ),
            (
                "'CarePlan','activity':[{'detail':{'status':'cancelled','code':{'text':'x'}}}]",
                "  ! cancelled - x"
            ),
            (
                "'CarePlan','activity':[{'detail':{'status':'scheduled','code':{'text':'x'}}}]",
                "  Plans: x [scheduled]"
            ),
            (
                "'Appointment','participant':[{'status':'declined','actor':{'display':'x'}}]",
                "  ! declined - x"
            ),
            (
                "'List','entry':[{'deleted':true,'item':{'display':'x'}}]",
                "  ! NOT on the list any more - x"
            ),
            (
                "'Observation','component':[{'modifierExtension':[{'url':'urn:m'}],'code':{'text':'x'}}]",
                "  ! changed by a modifier not known here: urn:m - x"
            ),
            (
                "'Patient','telecom':[{'system':'phone','use':'old','value':'5'}]",
                "  ! old, NOT in use - Phone: 5"
            ),
            (
                "'Patient','address':[{'use':'temp','city':'Here','period':{'end':'2020'}}]",
                "  ! temporary, ended 2020 - Address: Here"
            ),
            (
                "'Practitioner','qualification':[{'code':{'text':'x'},'period':{'end':'2019-01-01'}}]",
                "  Qualification: ! ended 2019-01-01 - x"
            ),
            (
                "'MedicationRequest','dosageInstruction':[{'text':'2 daily','asNeededBoolean':true}]",
                "  Dosage: only as needed; 2 daily"
            ),
            (
                "'FamilyMemberHistory','relationship':{'text':'mother'},'condition':[{'code':{'text':'x'}}]",
                "  Had: x"
            ),
            (
                "'Procedure','status':'not-done','statusReason':{'text':'refused'}",
                "  Why so: refused"
            ),
            (
                "'Condition','code':{'text':'x','coding':[{'display':'Not x at all'}]}",
                "  Coded as: Not x at all"
            ),
            (
                "'Condition','code':{'text':'x'},'text':{'status':'additional','div':'<div>Ruled out.</div>'}",
                "  Text: Ruled out."
            ),
        ])
    func part(resource: String, line: String) throws {
        #expect(try lines("{'resourceType':\(resource)}").contains(line))
    }

    @Test("a modifier on an entry of a Bundle is shown before all else")
    func entry() throws {
        let text = """
            {'resourceType':'Bundle','entry':[{'modifierExtension':[{'url':'urn:m','valueCode':'no'}],
            'resource':{'resourceType':'Condition','code':{'text':'x'}}}]}
            """
        let lines = try lines(text)
        #expect(
            lines[0...1] == [
                "Bundle", "  ! changed by a modifier not known here: urn:m = no - a part of this",
            ])
    }

    @Test(
        "a value is shown whole: its comparator, its limits, and that there is none",
        arguments: [
            ("'valueQuantity':{'value':5,'comparator':'<','unit':'mg'}", "Result: x = <5 mg"),
            (
                "'valueQuantity':{'value':5,'comparator':'ad','unit':'mL'}",
                "Result: x = enough for 5 mL"
            ),
            ("'valueQuantity':{'value':5,'comparator':'~'}", "Result: x = (~, not known here) 5"),
            (
                "'valueRatio':{'numerator':{'value':1},'denominator':{'value':128}}",
                "Result: x = 1:128"
            ),
            ("'valueRange':{'high':{'value':5,'unit':'g'}}", "Result: x = 5 g or less"),
            (
                "'valueSampledData':{'origin':{}}",
                "Result: x = (cannot be shown here: valueSampledData)"
            ),
            ("'_valueString':{'extension':[]}", "Result: x: NO VALUE (not given)"),
            ("'valueInteger':0", "Result: x = 0"),
            (
                "'valueQuantity':{'value':7},'interpretation':[{'coding':[{'code':'HH'}]}]",
                "Result: x = 7 [HH]"
            ),
        ])
    func value(member: String, heading: String) throws {
        let text = "{'resourceType':'Observation','code':{'text':'x'},\(member)}"
        #expect(try lines(text).first == heading)
    }

    @Test("a preview counts what it leaves out, and what of that is marked")
    func preview() throws {
        let entries = (0..<9).map {
            "{'resource':{'resourceType':'Condition','code':{'text':'c\($0)'},"
                + "'verificationStatus':{'coding':[{'code':'\($0 > 6 ? "refuted" : "confirmed")'}]}}}"
        }
        let text = "{'resourceType':'Bundle','entry':[\(entries.joined(separator: ","))]}"
        let summary = try DocumentSummary(
            of: Array(text.replacing("'", with: "\"").utf8), at: .noon)
        let (lines, rest) = summary.preview(4)
        #expect(lines.count == 4)
        #expect(rest == "5 more lines, 2 of them marked !")
    }
}
