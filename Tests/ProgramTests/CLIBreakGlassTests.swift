import Foundation
import Testing

private let bundle = """
    {"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:1","resource":\
    {"resourceType":"Patient","identifier":[{"system":"urn:local","value":"17"}],\
    "name":[{"text":"Julie Jones"}]}},{"fullUrl":"urn:uuid:2","resource":{"resourceType":\
    "ServiceRequest","status":"active","intent":"order","subject":{"reference":"urn:uuid:1"},\
    "reasonCode":[{"text":"allergic to penicillin"}]}}]}
    """

@Suite("In an emergency consent is overridden, told and judged", .serialized)
struct CLIBreakGlassTests {
    private let broker: CLIBroker

    init() throws {
        broker = try CLIBroker()
        for person in ["ann", "bo", "cora", "dora", "eve"] {
            _ = try broker.run(person, "patient", "add", "julie", "--from", "-", input: bundle)
        }
        _ = try broker.run("ann", "consent", "put", "julie", "--permit", "--to", "practice")
        _ = try broker.run(
            "ann", "consent", "put", "julie", "--permit", "--to", "hospital", "--until", "+1d")
        _ = try broker.run(
            "ann", "refer", "julie", "--to", "cardiology", "--reason", "assessment", "--bundle",
            "-", input: bundle)
        _ = try broker.run("bo", "inbox")
    }

    private func breakGlass(_ person: String) throws -> CLIProgram.Outcome {
        try broker.run(
            person, "break-glass", "julie", "--reason-file", "-", "--json",
            input: "found unconscious, needs drugs")
    }

    private func worklist(_ person: String) throws -> [[String: Any]] {
        let list = try broker.run(person, "break-glass", "list", "--json").object()
        return try #require(list["breakGlasses"] as? [[String: Any]])
    }

    @Test("only who has the role breaks the glass, and only one at a time")
    func needsRole() throws {
        #expect(try breakGlass("bo").status == 1)
        #expect(try broker.run("dora", "timeline", "julie").status == 1)
        let started = try breakGlass("dora")
        #expect(started.status == 0, "\(started.complaint)")
        #expect(try started.object()["breakGlass"] is String)
        #expect(try broker.run("dora", "timeline", "julie").output.contains("penicillin"))
        let again = try breakGlass("dora")
        #expect(again.status == 1)
        #expect(try again.error()["code"] as? String == "break-glass-holds")
        #expect(try broker.run("dora", "break-glass", "stop", "julie").status == 0)
        #expect(try broker.run("dora", "timeline", "julie").status == 1)
        #expect(try breakGlass("dora").status == 0)
    }

    @Test("the patient's clinics are told, and somebody else judges it once")
    func isReviewed() throws {
        let id = try #require(try breakGlass("dora").object()["breakGlass"] as? String)
        let inbox = try broker.run("cora", "inbox")
        #expect(inbox.output.contains("break-glass-notice: see `careloop break-glass list`"))
        let row = try #require(try worklist("cora").first)
        #expect(row["breakGlass"] as? String == id)
        #expect(row["patient"] as? String == "julie")
        #expect(row["reason"] as? String == "found unconscious, needs drugs")
        #expect(row["finding"] == nil)
        let own = try broker.run("dora", "break-glass", "review", id, "--justified")
        #expect(own.status == 1)
        #expect(try broker.run("cora", "break-glass", "review", id, "--justified").status == 0)
        #expect(try worklist("eve").map { $0["finding"] as? String } == ["justified"])
        let same = try broker.run("eve", "break-glass", "review", id, "--justified")
        #expect(same.output.contains("It was judged justified already"))
        let other = try broker.run("eve", "break-glass", "review", id, "--unjustified", "--json")
        #expect(other.status == 1)
        #expect(other.output.isEmpty)
        #expect(try other.error()["code"] as? String == "not-allowed")
        #expect((try other.error()["message"] as? String)?.contains("justified already") == true)
        #expect(try worklist("eve").map { $0["finding"] as? String } == ["justified"])
        #expect(!(try broker.run("cora", "inbox").output.contains("break-glass-notice")))
    }

    @Test("the accounting tells of the override and of what was seen under it")
    func isAccounted() throws {
        _ = try breakGlass("dora")
        _ = try broker.run("dora", "timeline", "julie")
        let account = try broker.run("cora", "disclosures", "julie", "--json").object()
        let rows = try #require(account["disclosures"] as? [[String: Any]])
        let events = Set(rows.compactMap { $0["event"] as? String })
        #expect(events.contains("break-glass-started"))
        #expect(rows.contains { $0["purpose"] as? String == "BTG" })
    }

    @Test("an override holds as long as the broker says, and is remembered so")
    func holdsAsSet() throws {
        let broker = try CLIBroker(environment: ["CARELOOPD_BREAK_GLASS_HOURS": "2"])
        for person in ["ann", "dora"] {
            _ = try broker.run(person, "patient", "add", "julie", "--from", "-", input: bundle)
        }
        _ = try broker.run("ann", "consent", "put", "julie", "--permit", "--to", "practice")
        let started = try broker.run(
            "dora", "break-glass", "julie", "--reason-file", "-",
            input: "found unconscious, needs drugs")
        #expect(started.output.contains("(2 h from now)"), "\(started.output)")
        let own = try broker.run("dora", "break-glass", "list", "--own", "--json").object()
        let row = try #require((own["breakGlasses"] as? [[String: Any]])?.first)
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let start = try Date(#require(row["startedAt"] as? String), strategy: format)
        let end = try Date(#require(row["endsAt"] as? String), strategy: format)
        #expect(end.timeIntervalSince(start) == 7_200)
    }

    @Test("without the broker nothing is kept that could break the glass later")
    func keepsNothing() throws {
        try broker.stop()
        let outcome = try broker.run(
            "dora", "break-glass", "julie", "--reason-file", "-", "--timeout", "1",
            input: "found unconscious, needs drugs")
        #expect(outcome.status == 3)
        #expect(outcome.complaint.contains("The glass is not broken"))
        #expect(try broker.run("dora", "doctor", "--offline").output.contains("0 to be sent"))
    }
}
