import CareConsent
import CareFHIR
import CareModel

/// Short ways to say what tests of directives say often.
enum Fixture {
    static let noon = Timestamp(milliseconds: 1_656_676_800_000)  // 2022-07-01T12:00:00Z
    static let clinic = ConsentActor(reference: "Organization/clinic")
    static let other = ConsentActor(reference: "Organization/other")

    /// A role as JSON, with `'` for quotes.
    static func role(_ code: String) -> String {
        "{'coding':[{'system':'http://terminology.hl7.org/CodeSystem/v3-ParticipationType',"
            + "'code':'\(code)'}]}"
    }

    static func request(
        _ purposes: [Coding] = [.coordinationOfCare], actors: [ConsentActor] = [clinic],
        at time: Timestamp = noon, classes: [Coding] = []
    ) -> ConsentRequest {
        ConsentRequest(
            time: time, actors: actors, purposes: purposes, actions: [.action("disclose")],
            classes: classes)
    }

    static func directive(
        _ base: ConsentEffect, _ root: ConsentProvision = .init(), name: String = "directive",
        revision: Int64 = 1, status: ConsentStatus = .active
    ) -> ConsentDirective {
        ConsentDirective(
            name: name, version: String(revision), status: status, revision: revision,
            rule: .stated(base: base, root: root))
    }

    static func verdict(
        _ directives: [ConsentDirective], _ request: ConsentRequest = request(),
        policy: ImplicitPolicy = .deny
    ) -> Verdict {
        CompiledConsents(directives).verdict(for: request, policy: policy)
    }

    /// The directive that `json`, a Consent with `'` for quotes, states.
    static func read(_ json: String) throws -> ConsentDirective {
        let text = json.replacing("'", with: "\"")
        return try FHIRConsentReader().read(Array(text.utf8)).directive
    }

    /// An R4 Consent around `provision`, with `'` for quotes.
    static func consent(_ provision: String, _ more: String = "") -> String {
        """
        {'resourceType':'Consent','id':'c','status':'active','scope':{'coding':[
        {'system':'http://terminology.hl7.org/CodeSystem/consentscope','code':'patient-privacy'}]},
        'category':[{'coding':[{'system':'http://loinc.org','code':'59284-0'}]}],
        'patient':{'identifier':{'system':'urn:test','value':'1'}},'dateTime':'2022-01-01',
        \(more) 'provision':\(provision)}
        """
    }

    static func observation(
        _ labels: [Coding], id: String = "1", period: ConsentPeriod? = nil
    ) -> ContentResource {
        ContentResource(
            type: "Observation", references: ["Observation/\(id)"], securityLabels: labels,
            codes: [Coding(system: "http://loinc.org", code: "1-1")], period: period,
            authors: ["Practitioner/a"])
    }
}
