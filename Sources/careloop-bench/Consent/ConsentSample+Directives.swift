extension ConsentSample {
    /// Ten Consents: IHE PCF, R4 with a policy rule, and R5.
    static let directives: [String] = [
        pcf("basic", purposes: ["TREAT", "HPAYMT", "HOPERAT"], actors: [clinic, ward]),
        pcf("author", purposes: ["TREAT"], exceptions: [data("authoredby", "Practitioner/p2")]),
        pcf("labels", purposes: ["TREAT", "HPAYMT"], exceptions: [labels(["R", "V"])]),
        pcf("override", purposes: ["BTG"]),
        pcf("withdrawn", status: "inactive", purposes: ["HMARKT"]),
        policy("optin", "OPTIN", #"{"purpose":[\#(purpose("HMARKT")),\#(purpose("HRESCH"))]}"#),
        policy("notinsurer", "OPTIN", #"{"actor":[\#(actor("Organization/insurer"))]}"#),
        policy(
            "optout", "OPTOUT",
            """
            {"actor":[\(actor("#team")),\(clinic)],"purpose":[\(purpose("TREAT"))],
            "provision":[{"code":[{"coding":[{"system":"http://snomed.info/sct",
            "code":"191816009"}]}]}]}
            """),
        r5(
            "marketing", "permit",
            """
            {"purpose":[\(purpose("HMARKT"))]},{"actor":[\(actor("Organization/other"))],
            "provision":[{"purpose":[\(purpose("ETREAT"))]}]}
            """),
        r5("nobodyelse", "deny", #"{"actor":[\#(clinic),\#(ward)]}"#),
    ]

    private static let clinic = actor("Organization/clinic")
    private static let ward = actor("Organization/ward")

    private static func actor(_ reference: String) -> String {
        let role = #"{"coding":[{"system":"urn:oid:2.16.840.1.113883.5.90","code":"IRCP"}]}"#
        return #"{"role":\#(role),"reference":{"reference":"\#(reference)"}}"#
    }

    private static func purpose(_ code: String) -> String {
        #"{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"\#(code)"}"#
    }

    private static func data(_ meaning: String, _ reference: String) -> String {
        #"{"type":"deny","data":[{"meaning":"\#(meaning)","reference":{"reference":"\#(reference)"}}]}"#
    }

    private static func labels(_ codes: [String]) -> String {
        let system = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
        let labels = codes.map { #"{"system":"\#(system)","code":"\#($0)"}"# }
        return #"{"type":"deny","securityLabel":[\#(labels.joined(separator: ","))]}"#
    }

    private static func pcf(
        _ id: String, status: String = "active", purposes: [String], actors: [String] = [],
        exceptions: [String] = []
    ) -> String {
        func list(_ name: String, _ values: [String]) -> String {
            values.isEmpty ? "" : #","\#(name)":[\#(values.joined(separator: ","))]"#
        }
        return """
            {\(head(id, status)),\(period("provision")),
            "type":"permit"\(list("actor", actors))\(list("purpose", purposes.map(purpose)))\
            \(list("provision", exceptions))}}
            """
    }

    private static func policy(_ id: String, _ code: String, _ provision: String) -> String {
        """
        {\(head(id, "active")),"contained":[{"resourceType":"Group","id":"team","member":[
        {"entity":{"reference":"Organization/ward"}},{"entity":{"reference":"Practitioner/p1"}}]}],
        "policyRule":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode",
        "code":"\(code)"}]},"provision":\(provision)}
        """
    }

    private static func r5(_ id: String, _ decision: String, _ provisions: String) -> String {
        """
        {"resourceType":"Consent","id":"\(id)","meta":{"versionId":"1"},"status":"active",
        "subject":{"reference":"Patient/1"},"date":"2024-12-01","decision":"\(decision)",
        "period":{"start":"2024","end":"2029"},"provision":[\(provisions)]}
        """
    }

    private static func head(_ id: String, _ status: String) -> String {
        """
        "resourceType":"Consent","id":"\(id)","meta":{"versionId":"1"},"status":"\(status)",
        "scope":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/consentscope",
        "code":"patient-privacy"}]},
        "category":[{"coding":[{"system":"http://loinc.org","code":"59284-0"}]}],
        "patient":{"reference":"Patient/1"},"dateTime":"2024-12-01"
        """
    }

    private static func period(_ name: String) -> String {
        #""\#(name)":{"period":{"start":"2025-01-01","end":"2029-12-31"}"#
    }
}
