import CareFHIR
import Testing

@Suite("Somebody else's finding does not read as the patient's own")
struct SubjectCaveatTests {
    private static let heading = "Result: HIV Ab = Positive"

    /// The heading of an Observation with `member` beside a patient and the people around her.
    private func heading(_ member: String, more: String = "") throws -> String? {
        let text = """
            {'resourceType':'Bundle','entry':[
            {'fullUrl':'urn:uuid:aa','resource':{'resourceType':'Patient','id':'p','name':[{'text':'Ines'}],
            'identifier':[{'system':'urn:mrn','value':'7'}]}},
            {'fullUrl':'urn:uuid:bb','resource':{'resourceType':'Patient','id':'q','name':[{'text':'Olga'}],
            'identifier':[{'system':'urn:mrn','value':'8'}]}},
            {'fullUrl':'urn:uuid:cc','resource':{'resourceType':'RelatedPerson','id':'spouse','name':
            [{'text':'Ann'}],'relationship':[{'text':'wife'}],'patient':{'reference':'Patient/p'}}},
            {'fullUrl':'urn:uuid:dd','resource':{'resourceType':'Observation','code':{'text':'HIV Ab'},
            'valueString':'Positive','contained':[{'resourceType':'Group','id':'g','name':'Cohort'}],
            \(member)}}]}
            """.replacing("'", with: "\"")
        return try DocumentSummary(of: Array(text.utf8), at: .noon).lines
            .first { $0.hasSuffix(Self.heading) }
    }

    @Test(
        "whom it is about is said first",
        arguments: [
            (
                "'subject':{'reference':'Patient/p'},'focus':[{'reference':'RelatedPerson/spouse'}]",
                "about somebody else: Ann (wife)"
            ),
            ("'subject':{'reference':'urn:uuid:cc'}", "about somebody else: Ann (wife)"),
            ("'subject':{'reference':'urn:uuid:bb'}", "about somebody else: Olga"),
            ("'subject':{'reference':'Patient/q'}", "about somebody else: Olga"),
            (
                "'subject':{'reference':'RelatedPerson/away','display':'Bea'}",
                "about somebody else: Bea"
            ),
            (
                "'subject':{'type':'RelatedPerson','identifier':{'value':'9'}}",
                "about somebody else: 9"
            ),
            ("'subject':{'reference':'#g'}", "about something else: Cohort (group)"),
            (
                "'subject':{'reference':'https://h.example/fhir/Device/1'}",
                "about something else: https://h.example/fhir/Device/1 (device)"
            ),
            ("'focus':{'display':'the fetus'}", "about: the fetus"),
            ("'subject':{'display':'Olga'}", "about: Olga"),
        ])
    func others(member: String, words: String) throws {
        #expect(try heading(member) == "! \(words) - \(Self.heading)")
    }

    @Test(
        "nothing is said where it is about the patient",
        arguments: [
            "'subject':{'reference':'Patient/p'}", "'subject':{'reference':'urn:uuid:aa'}",
            "'subject':{'reference':'Patient/away'}", "'subject':{'display':'Ines'}",
            "'subject':{'type':'Patient','identifier':{'system':'urn:mrn','value':'7'}}",
            "'subject':{'reference':'Patient?identifier=urn:mrn|7'}", "'n':1",
            "'subject':{'reference':'Patient/p'},'focus':[{'reference':'Patient/p'}]",
        ])
    func own(member: String) throws {
        #expect(try heading(member) == Self.heading)
    }

    @Test("a Task's focus is what it acts on; a section's focus is whom it is about")
    func otherFocus() throws {
        let task = "{\"resourceType\":\"Task\",\"focus\":{\"reference\":\"ServiceRequest/1\"}}"
        let lines = try DocumentSummary(of: Array(task.utf8), at: .noon).lines
        #expect(lines == ["Task"] || lines.first?.hasPrefix("Nothing") == true)
        let composition =
            "{'resourceType':'Composition','title':'t','section':[{'title':'Allergies','focus':"
            + "{'reference':'RelatedPerson/1','display':'Bea'},'text':{'div':'<p>none</p>'}}]}"
        let sections = try DocumentSummary(
            of: Array(composition.replacing("'", with: "\"").utf8), at: .noon
        ).lines
        #expect(
            sections == [
                "Document: t", "  ! about somebody else: Bea - Allergies:", "  none",
            ])
    }
}
