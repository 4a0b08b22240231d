import Foundation
import Testing

private let bundle = """
    {"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:1","resource":\
    {"resourceType":"Patient","identifier":[{"system":"urn:local","value":"17"}],\
    "name":[{"text":"Julie Jones"}]}},{"fullUrl":"urn:uuid:2","resource":{"resourceType":\
    "ServiceRequest","status":"active","intent":"order","subject":{"reference":"urn:uuid:1"},\
    "reasonCode":[{"text":"chest pain"}]}}]}
    """

@Suite("A patient's history is read across organisations", .serialized)
struct CLITimelineTests {
    private let broker: CLIBroker

    init() throws {
        broker = try CLIBroker()
        for person in ["ann", "bo", "cora", "dora"] {
            _ = try broker.run(person, "patient", "add", "julie", "--from", "-", input: bundle)
        }
        _ = try broker.run("ann", "consent", "put", "julie", "--permit")
    }

    private func loop() throws -> String {
        let sent = try broker.run(
            "ann", "refer", "julie", "--to", "cardiology", "--reason", "assessment", "--bundle",
            "-", "--json", input: bundle)
        let number = try #require(try sent.object()["number"] as? String)
        _ = try broker.run("bo", "inbox")
        _ = try broker.run("bo", "accept", number)
        _ = try broker.run("bo", "note", number, "--text-file", "-", input: "murmur heard")
        return number
    }

    @Test("both sides see all documents in order, with who wrote them and when")
    func tells() throws {
        let number = try loop()
        for person in ["ann", "bo"] {
            let timeline = try broker.run(person, "timeline", "julie", "--json").object()
            let rows = try #require(timeline["timeline"] as? [[String: Any]])
            #expect(rows.map { $0["kind"] as? String } == ["request", "note"], "\(person)")
            #expect(rows.map { $0["fromOrganisation"] as? String } == ["practice", "hospital"])
            #expect(Set(rows.compactMap { $0["number"] as? String }) == [number])
            let lines = rows.flatMap { $0["lines"] as? [String] ?? [] }.joined(separator: "\n")
            #expect(lines.contains("chest pain"))
            #expect(lines.contains("murmur heard"))
            #expect(timeline["partial"] as? Bool == false)
        }
        let people = try broker.run("bo", "timeline", "julie", "--open").output
        #expect(people.contains("murmur heard"))
        #expect(people.contains("bo, hospital"))
    }

    @Test("an account says on whose behalf one's own agents acted, as text, JSON and FHIR")
    func actingFor() throws {
        _ = try loop()
        _ = try broker.run("cora", "disclosures", "julie", "--acting-for", "urn:staff|S-117")
        let rows = try #require(
            try broker.run("cora", "disclosures", "julie", "--json").object()["disclosures"]
                as? [[String: Any]])
        let people = rows.filter { $0["actingFor"] != nil }
        #expect(people.map { $0["event"] as? String } == ["accounting-read"])
        #expect((people.first?["actingFor"] as? [String: Any])?["value"] as? String == "S-117")
        #expect(try broker.run("cora", "disclosures", "julie").output.contains("cora for S-117"))
        let fhir = try broker.run("cora", "disclosures", "julie", "--fhir").output
        #expect(fhir.contains(#"{"system":"urn:staff","value":"S-117"}},"requestor":true"#))
    }

    @Test("who has nothing to do with the patient is told what to do, not whether there is one")
    func refuses() throws {
        let before = try broker.run("bo", "timeline", "julie", "--json")
        #expect(before.status == 1)
        #expect(try before.error()["code"] as? String == "unknown-patient")
        _ = try loop()
        let stranger = try broker.run("dora", "timeline", "julie")
        #expect(stranger.status == 1)
        #expect(stranger.complaint.contains("careloop break-glass julie"))
    }

    @Test("what consent no longer permits is not in it")
    func leavesOut() throws {
        _ = try loop()
        _ = try broker.run("ann", "consent", "put", "julie", "--deny", "--to", "hospital")
        let timeline = try broker.run("bo", "timeline", "julie", "--json")
        #expect(!timeline.output.contains("chest pain"))
    }

    @Test("a long history comes in parts and is whole")
    func pages() throws {
        let number = try loop()
        for place in 1...70 {
            let outcome = try broker.run(
                "bo", "note", number, "--text-file", "-", input: "note \(place)")
            try #require(outcome.status == 0, "\(outcome.complaint)")
        }
        let timeline = try broker.run("ann", "timeline", "julie", "--json").object()
        #expect((timeline["timeline"] as? [Any])?.count == 72)
    }
}
