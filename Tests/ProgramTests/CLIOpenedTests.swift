import Foundation
import Testing

private let bundle = """
    {"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:1","resource":\
    {"resourceType":"Patient","identifier":[{"system":"urn:local","value":"17"}],\
    "name":[{"text":"Julie Jones"}]}},{"fullUrl":"urn:uuid:2","resource":{"resourceType":\
    "ServiceRequest","status":"active","intent":"order","subject":{"reference":"urn:uuid:1"},\
    "reasonCode":[{"text":"chest pain"}]}}]}
    """

@Suite("Opened is what a person has read", .serialized)
struct CLIOpenedTests {
    private let broker: CLIBroker

    init() throws {
        broker = try CLIBroker()
        _ = try broker.run("ann", "patient", "add", "julie", "--from", "-", input: bundle)
        _ = try broker.run("ann", "consent", "put", "julie", "--permit")
    }

    /// Which of ann's messages about the referral are displayed, as she is told.
    private func displayed(_ number: String) throws -> [String: Bool] {
        let trail = try broker.run("ann", "track", number, "--json").object()["trail"]
        let rows = try #require(trail as? [[String: Any]])
        return Dictionary(
            rows.compactMap { row in
                (row["kind"] as? String).map { ($0, row["state"] as? String == "displayed") }
            }.filter { ["request", "cancel"].contains($0.0) }, uniquingKeysWith: { $1 })
    }

    private func unopened(_ number: String) throws -> Int {
        let rows = try broker.run("bo", "inbox", "--all", "--json").object()["inbox"]
        return try #require((rows as? [[String: Any]])?.first?["unopened"] as? Int)
    }

    @Test("what a program reads is not opened, a document opens its own message, a person the rest")
    func opens() throws {
        let sent = try broker.run(
            "ann", "refer", "julie", "--to", "cardiology", "--reason", "assessment", "--bundle",
            "-", "--json", input: bundle)
        let number = try #require(try sent.object()["number"] as? String)
        #expect(try broker.run("bo", "inbox").status == 0)
        #expect(try broker.run("bo", "accept", number, "--by", "+14d").status == 0)
        #expect(try broker.run("ann", "inbox").status == 0)
        let cancelled = try broker.run("ann", "cancel", number, "--reason", "patient-request")
        #expect(cancelled.status == 0, "\(cancelled.complaint)")
        #expect(try unopened(number) == 2)

        // As the hook of `careloop run` reads an arrival.
        #expect(try broker.run("bo", "show", number, "--json").status == 0)
        #expect(
            try broker.run("bo", "show", number, "--raw", "request", "--json").output == bundle)
        #expect(try unopened(number) == 2)
        #expect(try displayed(number) == ["request": false, "cancel": false])

        #expect(try broker.run("bo", "show", number, "--raw", "request").output == bundle)
        #expect(try unopened(number) == 1)
        #expect(try displayed(number) == ["request": true, "cancel": false])

        #expect(try broker.run("bo", "show", number, "--json", "--opened").status == 0)
        #expect(try unopened(number) == 0)
        #expect(try displayed(number) == ["request": true, "cancel": true])
    }
}
