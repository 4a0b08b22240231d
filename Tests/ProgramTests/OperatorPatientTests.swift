import Foundation
import Testing

@testable import careloopd

private let bundle = """
    {"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:1","resource":\
    {"resourceType":"Patient","identifier":[{"system":"urn:local","value":"mk-20771"}],\
    "name":[{"text":"Julie Jones"}]}},\n   {"fullUrl":"urn:uuid:2","resource":{"resourceType":\
    "ServiceRequest","status":"active","intent":"order","subject":{"reference":"urn:uuid:1"},\
    "reasonCode":[{"text":"chest pain"}]}}]}\n
    """

@Suite("What the broker holds of a patient hangs on keys", .serialized)
struct OperatorPatientTests {
    private let broker: CLIBroker

    init() throws {
        broker = try CLIBroker()
        _ = try broker.run("ann", "patient", "add", "julie", "--from", "-", input: bundle)
        let put = try broker.run("ann", "consent", "put", "julie", "--permit", "--json")
        try #require(put.status == 0, "\(put.complaint)")
    }

    private func operate(_ arguments: String..., input: String = "") throws -> CLIProgram.Outcome {
        let data = broker.program.home.path + "/broker"
        return try broker.program.run(
            arguments + ["--data", data], of: "careloopd", input: input)
    }

    private func refer() throws -> CLIProgram.Outcome {
        try broker.run(
            "ann", "refer", "julie", "--to", "cardiology", "--json", "--reason", "assessment",
            "--bundle", "-", input: bundle)
    }

    private func shred(_ name: String, _ more: String..., value: String) throws
        -> CLIProgram.Outcome
    {
        let arguments = ["patient", "shred", "--operator", name] + more
        return try broker.program.run(
            arguments + ["--data", broker.program.home.path + "/broker"], of: "careloopd",
            input: "urn:local|\(value)\n")
    }

    /// How many patients' keys each master key wraps.
    private func wrapped() throws -> [Int: Int] {
        let list = try operate("keys", "list", "--json").object()
        let rows = try #require(list["keys"] as? [[String: Any]])
        return Dictionary(
            uniqueKeysWithValues: rows.compactMap { row in
                guard let version = row["version"] as? Int, let count = row["patients"] as? Int
                else { return nil }
                return (version, count)
            })
    }

    @Test("a rotation wraps every patient's key again, and deliveries go on")
    func rotates() throws {
        #expect(try wrapped() == [1: 1])
        let referred = try refer()
        try #require(referred.status == 0, "\(referred.complaint)")
        #expect(try operate("keys", "rotate").status == 0)
        #expect(try wrapped() == [1: 0, 2: 1])
        #expect(try operate("keys", "forget", "1").status == 0)
        let inbox = try broker.run("bo", "inbox")
        #expect(inbox.status == 0)
        let number = try #require(try referred.object()["number"] as? String)
        #expect(try broker.run("bo", "show", number, "--raw", "request").output == bundle)
    }

    @Test("a patient is shredded once a second operator asks, and not when the first asks twice")
    func shredsWithTwo() throws {
        let first = try shred("ann", value: "mk-20771")
        let login = try OperatorName.of(nil, environment: [:])
        #expect(first.output.contains("Another operator than ann(\(login))"))
        #expect(try shred("ann", value: "mk-20771").output.contains("Nothing is destroyed yet"))
        #expect(try wrapped() == [1: 1])
        #expect(try shred("bo", value: "mk-20771").output.contains("is destroyed"))
        #expect(try wrapped() == [1: 0])
        let log = try operate("audit", "export").output
        let event = try #require(log.split(separator: "\n").last { $0.contains("shredded") })
        #expect(event.contains("operators ann(\(login)) and bo(\(login))"))
        #expect(!log.contains("mk-20771"))
        #expect(try operate("audit", "verify").status == 0)
    }

    @Test("one who is sure acts alone; a patient that nobody knows is refused")
    func shredsAlone() throws {
        let unknown = try shred("ann", "--i-am-sure", value: "mk-99999")
        #expect(unknown.status == 1)
        #expect(!unknown.complaint.contains("mk-99999"))
        #expect(try shred("ann", "--i-am-sure", value: "mk-20771").status == 0)
        #expect(try refer().status == 1, "the consent went with the key")
    }
}
