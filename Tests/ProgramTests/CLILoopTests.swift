import Foundation
import Testing

private let bundle = """
    {"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:1","resource":\
    {"resourceType":"Patient","identifier":[{"system":"urn:local","value":"17"}],\
    "name":[{"text":"Julie Jones"}]}},\n   {"fullUrl":"urn:uuid:2","resource":{"resourceType":\
    "ServiceRequest","status":"active","intent":"order","subject":{"reference":"urn:uuid:1"},\
    "reasonCode":[{"text":"chest pain"}]}}]}\n
    """

@Suite("People close a referral's loop from their terminals", .serialized)
struct CLILoopTests {
    private let broker: CLIBroker

    init() throws {
        broker = try CLIBroker()
        _ = try broker.run("ann", "patient", "add", "julie", "--from", "-", input: bundle)
    }

    private func refer(_ arguments: String...) throws -> CLIProgram.Outcome {
        let all = ["--context", "ann", "refer", "julie", "--to", "cardiology", "--json"]
        return try broker.program.run(
            all + ["--reason", "assessment", "--bundle", "-"] + arguments, input: bundle)
    }

    private func permit() throws -> String {
        let put = try broker.run("ann", "consent", "put", "julie", "--permit", "--json")
        return try #require(try put.object()["consent"] as? String)
    }

    private func requested() throws -> String {
        try #require(try refer().object()["number"] as? String)
    }

    private func state(_ person: String, _ number: String) throws -> String {
        let shown = try broker.run(person, "show", number, "--json").object()
        let referral = try #require(shown["referral"] as? [String: Any])
        return try #require(referral["state"] as? String)
    }

    private func step(
        _ person: String, _ arguments: String..., input: String = "", leadsTo expected: String
    ) throws {
        let all = ["--context", person] + arguments + ["--json"]
        let outcome = try broker.program.run(all, input: input)
        #expect(outcome.status == 0, "\(arguments): \(outcome.complaint)")
        #expect(try outcome.object()["state"] as? String == expected)
    }

    @Test("without consent a referral is refused with the rule, with it the loop closes")
    func closesLoop() throws {
        let refused = try refer()
        #expect(refused.status == 1)
        #expect(try refused.error()["code"] as? String == "consent-refused")
        #expect(try refused.error()["rule"] is String)
        _ = try permit()
        let number = try requested()
        #expect(try broker.run("cora", "open").output.contains("awaiting receipt"))

        let inbox = try broker.run("bo", "inbox").output
        #expect(inbox.contains("•  \(number)  Julie Jones"))
        #expect(try broker.run("bo", "show", number, "--raw", "request").output == bundle)
        let shown = try broker.run("bo", "show", number).output
        #expect(shown.contains("chest pain"))
        #expect(shown.contains("  careloop accept \(number)\n"))

        try step("bo", "accept", number, "--by", "+14d", leadsTo: "accepted")
        try step("bo", "schedule", number, "--start", "+2d", leadsTo: "scheduled")
        try step("bo", "note", number, "--text-file", "-", input: "seen", leadsTo: "seen")
        try step(
            "bo", "complete", String(number.prefix(9)), "--outcome", "treated", "--text-file", "-",
            input: "no structural disease", leadsTo: "completed")
        #expect(try broker.run("cora", "open").output.contains("result not acknowledged"))
        #expect(try broker.run("ann", "inbox").output.contains("complete and 3 more"))
        #expect(try broker.run("ann", "show", number).output.contains("no structural disease"))
        try step("ann", "acknowledge", number, leadsTo: "closed")
        #expect(try state("bo", number) == "closed")
        #expect(try broker.run("cora", "open").output == "Nothing is open.\n")

        let trail = try broker.run("cora", "track", number, "--json").object()["trail"]
        let deliveries = try #require(trail as? [[String: Any]])
        #expect(
            deliveries.map { $0["kind"] as? String } == [
                "request", "accept", "schedule", "note", "complete", "acknowledge",
            ])
        #expect(Set(deliveries.dropLast().compactMap { $0["state"] as? String }) == ["displayed"])
    }

    @Test("a question is answered, a pause ends, and a refused cancellation goes back")
    func takesDetours() throws {
        _ = try permit()
        let number = try requested()
        _ = try broker.run("bo", "inbox")
        try step(
            "bo", "ask", number, "--missing", "other", "--due", "+3d", "--comment-file", "-",
            input: "which drugs?", leadsTo: "info-requested")
        #expect(try broker.run("ann", "inbox").output.contains("info-requested"))
        try step("ann", "answer", number, "--text-file", "-", input: "none", leadsTo: "received")
        #expect(try broker.run("bo", "show", number).output.contains("Says: none"))
        try step("bo", "hold", number, "--reason", "awaiting-test", leadsTo: "on-hold")
        try step("bo", "resume", number, leadsTo: "received")
        _ = try broker.run("ann", "inbox")
        try step(
            "ann", "cancel", number, "--reason", "patient-request", leadsTo: "cancel-requested")
        _ = try broker.run("bo", "inbox")
        try step("bo", "refuse-cancel", number, "--reason", "in-treatment", leadsTo: "received")
    }

    @Test("who decides on an old version learns what happened since, with exit 4")
    func tellsConflict() throws {
        _ = try permit()
        let number = try requested()
        _ = try broker.run("bo", "inbox")
        _ = try broker.run("cora", "open")
        try step("bo", "accept", number, leadsTo: "accepted")
        let late = try broker.run("cora", "hold", number, "--reason", "capacity")
        #expect(late.status == 4)
        #expect(late.complaint.contains("it is accepted now. Since then: accept by bo"))
        #expect(try broker.run("cora", "show", number).status == 0)
        let wanted = try broker.run(
            "bo", "schedule", number, "--start", "+2d", "--expect-version", "2", "--json")
        #expect(try wanted.error()["code"] as? String == "stale-version")
        #expect(try refer().status == 4, "a second open referral is a possible duplicate")
    }

    @Test("what was queued while the broker was away is sent later, and a refusal is told")
    func sendsLater() throws {
        let queued = try refer("--offline")
        #expect(queued.status == 3)
        let inbox = try broker.run("ann", "inbox")
        #expect(inbox.status == 0)
        #expect(inbox.complaint.contains("queued before, was refused (consent-refused)"))
        _ = try permit()
        let number = try #require(try refer("--offline").object()["number"] as? String)
        let doctor = try broker.run("ann", "doctor")
        #expect(doctor.complaint.contains("\(number), queued before, is sent"))
        #expect(try state("ann", number) == "requested")
        try broker.stop()
        let away = try broker.run("ann", "show", number, "--timeout", "1")
        #expect(away.status == 3)
        #expect(away.output.contains("requested"))
    }

    @Test("a withdrawn directive stops the next document, and status gets through")
    func withdrawsConsent() throws {
        let consent = try permit()
        let number = try requested()
        _ = try broker.run("bo", "inbox")
        #expect(try broker.run("ann", "consent", "revoke", consent).status == 0)
        let check = try broker.run(
            "ann", "consent", "check", "julie", "--to", "cardiology", "--json")
        #expect(try check.object()["effective"] as? String == "deny")
        try step("bo", "accept", number, leadsTo: "accepted")
        let note = try broker.run("bo", "note", number, "--text-file", "-", input: "seen")
        #expect(note.status == 1)
        #expect(note.complaint.contains("What decided:"))
    }
}
