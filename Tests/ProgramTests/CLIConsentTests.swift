import Foundation
import Testing

private let julie = """
    {"resourceType":"Patient","identifier":[{"system":"urn:local","value":"17"}],\
    "name":[{"text":"Julie Jones"}]}
    """

private func bundle(_ label: String) -> String {
    """
    {"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:1","resource":\
    \(julie.dropLast()),"meta":{"security":[{"system":\
    "http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"N"}]}}},{"fullUrl":\
    "urn:uuid:2","resource":{"resourceType":"ServiceRequest","meta":{"security":[{"system":\
    "http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"N"}]},"status":"active",\
    "intent":"order","subject":{"reference":"urn:uuid:1"},"reasonCode":[{"text":"chest pain"}]}},\
    {"fullUrl":"urn:uuid:3","resource":{"resourceType":"Observation","meta":{"security":[{"system":\
    "http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"\(label)"}]},"status":"final",\
    "code":{"text":"secret test"},"valueString":"SECRET-RESULT",\
    "subject":{"reference":"urn:uuid:1"}}}]}
    """
}

@Suite("Consent is recorded, explained, replaced and withdrawn from a terminal", .serialized)
struct CLIConsentTests {
    private let broker: CLIBroker

    init() throws {
        broker = try CLIBroker()
        for person in ["ann", "cora"] {
            _ = try broker.run(person, "patient", "add", "julie", "--from", "-", input: julie)
        }
    }

    private func put(_ options: String...) throws -> [String: Any] {
        let all = ["--context", "ann", "consent", "put", "julie", "--json"] + options
        let outcome = try broker.program.run(all)
        #expect(outcome.status == 0, "\(outcome.complaint)")
        return try outcome.object()
    }

    private func refer(_ label: String) throws -> String {
        let outcome = try broker.run(
            "ann", "refer", "julie", "--to", "cardiology", "--reason", "assessment", "--bundle",
            "-", "--json", input: bundle(label))
        #expect(outcome.status == 0, "\(outcome.complaint)")
        return try #require(try outcome.object()["number"] as? String)
    }

    @Test("the list says what each directive rules, show says it in full, byte for byte if asked")
    func says() throws {
        let id = try #require(
            try put("--permit", "--to", "hospital", "--except-label", "HIV")["consent"] as? String)
        let list = try broker.run("ann", "consent", "list", "julie", "--json").object()
        let rows = try #require(list["consents"] as? [[String: Any]])
        #expect(
            rows.map { $0["says"] as? String } == [
                "permits City Hospital (hospital) for coordination of care, "
                    + "except HIV-related content"
            ])
        let shown = try broker.run("ann", "consent", "show", id)
        #expect(shown.output.contains("What: HIV-related content"))
        #expect(shown.output.contains("recorded"))
        let document = try broker.run("ann", "consent", "show", id, "--fhir").output
        let object = try JSONSerialization.jsonObject(with: Data(document.utf8))
        #expect((object as? [String: Any])?["resourceType"] as? String == "Consent")
    }

    @Test("the history tells of replacement and withdrawal, and receipts are kept")
    func history() throws {
        let first = try put("--permit")
        let id = try #require(first["consent"] as? String)
        #expect((first["receipt"] as? String)?.hasPrefix("careloop consent receipt 1\n") == true)
        _ = try put("--deny", "--consent", id)
        let file = broker.program.home.path + "/receipt"
        #expect(try broker.run("ann", "consent", "revoke", id, "--receipt", file).status == 0)
        let history = try broker.run("ann", "consent", "history", "julie", "--json").object()
        let rows = try #require(history["history"] as? [[String: Any]])
        #expect(rows.map { $0["event"] as? String } == ["recorded", "replaced", "withdrawn"])
        let saved = try String(contentsOfFile: file, encoding: .utf8)
        #expect(saved.contains("\naction withdrawn\n"))
        #expect(try broker.run("ann", "consent", "receipt", id).output == saved)
        let all = try broker.run("ann", "consent", "receipt", id, "--json").object()
        #expect((all["receipts"] as? [Any])?.count == 3)
    }

    @Test("a check explains every directive and names what would change the verdict")
    func explains() throws {
        _ = try put("--permit", "--to", "hospital", "--until", "+1h")
        let deny = try #require(try put("--deny", "--to", "hospital")["consent"] as? String)
        let check = try broker.run(
            "ann", "consent", "check", "julie", "--to", "cardiology", "--json"
        ).object()
        #expect(check["effective"] as? String == "deny")
        let reasons = try #require(check["reasons"] as? [[String: Any]])
        #expect(reasons.count == 2)
        #expect(reasons.contains { $0["consent"] as? String == deny })
        #expect((check["remedies"] as? [String])?.isEmpty == false)
        #expect(check["breakGlass"] is String)
        let people = try broker.run("ann", "consent", "check", "julie", "--to", "cardiology")
        #expect(people.output.hasPrefix("cardiology: deny\n"))
        #expect(people.output.contains("What would change it:"))
    }

    @Test("what consent excepts is not in the recipient's copy, which says so")
    func redacts() throws {
        _ = try put("--permit", "--except-label", "HIV")
        let number = try refer("HIV")
        let shown = try broker.run("bo", "show", number)
        #expect(shown.output.contains("chest pain"))
        #expect(!shown.output.contains("SECRET-RESULT"))
        let raw = try broker.run("bo", "show", number, "--raw", "request").output
        #expect(!raw.contains("SECRET-RESULT"))
        #expect(try broker.run("ann", "show", number).output.contains("SECRET-RESULT"))
    }

    @Test("a withdrawal reaches what waits, and a new permission sends it after all")
    func reachesQueue() throws {
        let id = try #require(try put("--permit")["consent"] as? String)
        let number = try refer("PSY")
        #expect(try broker.run("ann", "consent", "revoke", id).status == 0)
        let inbox = try broker.run("bo", "inbox", "--json").object()
        #expect((inbox["inbox"] as? [Any])?.isEmpty == true)
        _ = try put("--permit")
        #expect(try broker.run("bo", "inbox").output.contains(number))
    }

    @Test("the accounting names who got what and why, also as FHIR")
    func accounts() throws {
        _ = try put("--permit")
        let number = try refer("PSY")
        _ = try broker.run("bo", "inbox")
        let account = try broker.run("cora", "disclosures", "julie", "--json").object()
        let rows = try #require(account["disclosures"] as? [[String: Any]])
        let sent = try #require(rows.first { $0["event"] as? String == "disclosure-sent" })
        #expect(sent["purpose"] as? String == "COC")
        #expect(sent["number"] as? String == number)
        #expect(sent["fromOrganisation"] as? String == "practice")
        let none = try broker.run(
            "cora", "disclosures", "julie", "--until", "2020-01-01", "--json"
        ).object()
        #expect((none["disclosures"] as? [Any])?.isEmpty == true)
        let empty = try broker.run("cora", "disclosures", "julie", "--until", "2020-01-01")
        #expect(empty.output.contains("Nothing is on record in the time you gave"))
        #expect(!empty.output.contains("Nobody"))
        let fhir = try broker.run("cora", "disclosures", "julie", "--fhir").object()
        #expect(fhir["resourceType"] as? String == "Bundle")
        #expect(try broker.run("ann", "disclosures", "julie").status == 1)
    }
}
