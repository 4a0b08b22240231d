import CareFixtures
import Foundation
import Testing

private let patient = """
    {"resourceType":"Patient","identifier":[{"system":"urn:local","value":"17"},\
    {"system":"https://fhir.nhs.uk/Id/nhs-number","value":"3478526985"}],\
    "name":[{"text":"Julie Jones"}],"birthDate":"1959-05-04"}
    """

@Suite("The program does what it says, without a broker")
struct CLIProgramTests {
    private let program: CLIProgram

    init() throws { program = try CLIProgram() }

    @Test("help goes to the standard output with exit 0, for every command")
    func helps() throws {
        let help = try program.run("--help")
        #expect(help.status == 0)
        #expect(help.complaint.isEmpty)
        for command in ["refer", "inbox", "show", "accept", "open", "track", "consent", "doctor"] {
            #expect(help.output.contains("  \(command) "))
            #expect(try program.run(command, "--help").status == 0)
        }
    }

    @Test("wrong usage exits with 2 and says how to go on")
    func refusesWrongUsage() throws {
        let outcome = try program.run("refer", "ann")
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.complaint.hasPrefix("careloop: Missing expected argument '--to <mailbox>'"))
        #expect(outcome.complaint.contains("careloop refer --help"))
        let json = try program.run("refer", "ann", "--json")
        #expect(json.status == 2)
        #expect(try json.error()["code"] as? String == "usage")
    }

    @Test("without a context every command says how to make one")
    func asksForContext() throws {
        for command in ["inbox", "open", "doctor"] {
            let outcome = try program.run(command)
            #expect(outcome.status == 1)
            #expect((outcome.output + outcome.complaint).contains("careloop init"))
        }
    }

    @Test("init makes a private key and says what the operator has to type")
    func makesContext() throws {
        let made = try program.makeContext()
        #expect(made.status == 0)
        #expect(made.output.contains("careloopd enrol agent dr-clinic --organisation ORGANISATION"))
        let folder = program.home.path + "/people/contexts/clinic"
        let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/agent.key")
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        let secret = try String(contentsOfFile: folder + "/agent.key", encoding: .utf8)
        #expect(!made.output.contains(secret.prefix(40)))
        let again = try program.makeContext()
        #expect(again.status == 1)
        #expect(again.complaint.contains("exists"))
    }

    @Test("contexts are listed, chosen, shown and deleted")
    func handlesContexts() throws {
        _ = try program.makeContext("clinic")
        _ = try program.makeContext("ward")
        let list = try program.run("context", "list", "--json").object()
        let contexts = try #require(list["contexts"] as? [[String: Any]])
        #expect(contexts.map { $0["name"] as? String } == ["clinic", "ward"])
        #expect(contexts.map { $0["current"] as? Bool } == [true, false])
        #expect(try program.run("context", "use", "ward").status == 0)
        #expect(
            try program.run("context", "show", "--json").object()["agent"] as? String == "dr-ward")
        let other = try program.run("--context", "clinic", "context", "show", "--json")
        #expect(try other.object()["agent"] as? String == "dr-clinic")
        #expect(try program.run("context", "delete", "clinic").status == 2)
        #expect(try program.run("context", "delete", "clinic", "--yes").status == 0)
        #expect(try program.run("context", "show", "clinic").status == 1)
    }

    @Test(
        "init refuses names, addresses and keys that cannot be",
        arguments: [
            ["--name", "Bad Name", "--broker", "tcp://h:1"], ["--name", "a", "--broker", "h:1"],
            ["--name", "a", "--broker", "tcp://h:99999"], ["--name", "a"],
        ])
    func refusesContext(arguments: [String]) throws {
        let key = ["--broker-key", "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"]
        let all = ["init", "--agent", "dr-ann"] + arguments + key
        #expect(try program.run(all).status == 2)
    }

    @Test("a patient is read from stdin, with the identifier that has a system of the right name")
    func addsPatient() throws {
        _ = try program.makeContext()
        let added = try program.run(
            "patient", "add", "ann", "--from", "-", "--system",
            "https://fhir.nhs.uk/Id/nhs-number", "--json", input: patient)
        #expect(added.status == 0)
        #expect(try added.object()["value"] as? String == "3478526985")
        #expect(try added.object()["name"] as? String == "Julie Jones")
        let unknown = try program.run(
            "patient", "add", "bob", "--from", "-", "--system", "urn:none", input: patient)
        #expect(unknown.status == 1)
        #expect(!unknown.complaint.contains("3478526985"))
        #expect(try program.run("patient", "add", "cy").status == 2, "there is nobody to ask")
        #expect(try program.run("patient", "remove", "ann").status == 0)
        #expect(try program.run("patient", "remove", "ann").status == 1)
    }

    @Test("while no broker can be reached a referral is queued with exit 3, and is known")
    func queuesReferral() throws {
        _ = try program.makeContext()
        _ = try program.run("patient", "add", "ann", "--from", "-", input: patient)
        let sent = try program.run(
            "refer", "ann", "--to", "cardiology", "--reason", "assessment", "--text-file", "-",
            "--timeout", "1", "--json", input: "chest pain")
        #expect(sent.status == 3)
        #expect(try sent.object()["outcome"] as? String == "queued")
        #expect(try sent.error()["code"] as? String == "unreachable")
        let number = try #require(try sent.object()["number"] as? String)

        let open = try program.run("open", "--offline", "--json")
        #expect(open.status == 0)
        let rows = try #require(try open.object()["open"] as? [[String: Any]])
        #expect(rows.map { $0["number"] as? String } == [number])
        #expect(rows.map { $0["state"] as? String } == ["draft"])
        #expect(rows.map { $0["patient"] as? String } == ["ann"])

        let shown = try program.run("show", String(number.prefix(7)), "--offline")
        #expect(shown.status == 0)
        #expect(shown.output.contains("chest pain"))
        #expect(shown.output.contains("not sent yet"))
    }

    @Test("for people the number comes first and the way out is named")
    func tellsPeopleOfQueue() throws {
        _ = try program.makeContext()
        _ = try program.run("patient", "add", "ann", "--from", "-", input: patient)
        let sent = try program.run(
            "refer", "ann", "--to", "cardiology", "--reason", "assessment", "--text-file", "-",
            "--timeout", "1", input: "chest pain")
        #expect(sent.status == 3)
        #expect(sent.output.hasPrefix("R-"))
        #expect(sent.complaint.contains("queued: no broker can be reached; it will be sent by"))
        #expect(!sent.output.contains("\u{1B}"), "no colours into a file")
    }

    @Test("what a broker would refuse for its form is not queued")
    func refusesBeforeQueueing() throws {
        _ = try program.makeContext()
        _ = try program.run("patient", "add", "ann", "--from", "-", input: patient)
        func refer(_ arguments: String..., input: String = "") throws -> CLIProgram.Outcome {
            try program.run(
                ["refer", "ann", "--to", "cardiology", "--offline"] + arguments, input: input)
        }
        #expect(try refer("--reason", "boredom", "--text-file", "-", input: "x").status == 2)
        #expect(try refer("--reason", "advice", "--text-file", "-", input: " ").status == 2)
        #expect(try refer("--reason", "advice").status == 2, "there is nobody to ask")
        #expect(try refer("--reason", "advice", "--bundle", "-", input: "no JSON").status == 1)
        #expect(try refer("--reason", "advice", "--bundle", "-", input: patient).status == 1)
        let open = try program.run("open", "--offline", "--json").object()
        #expect((open["open"] as? [Any])?.isEmpty == true)
    }

    @Test("a read that could not ask the broker prints what is known and exits with 3")
    func readsStale() throws {
        _ = try program.makeContext()
        let inbox = try program.run("inbox", "--timeout", "1", "--json")
        #expect(inbox.status == 3)
        #expect(try inbox.object()["stale"] as? Bool == true)
        #expect(try inbox.error()["code"] as? String == "unreachable")
        let offline = try program.run("inbox", "--offline", "--json")
        #expect(offline.status == 0)
        #expect(try offline.object()["stale"] as? Bool == false)
    }

    @Test("an unknown referral is refused, an impossible number is wrong usage")
    func refusesNumbers() throws {
        _ = try program.makeContext()
        #expect(try program.run("show", "R-0000", "--offline").status == 1)
        #expect(try program.run("show", "unheard", "--offline").status == 2)
        #expect(try program.run("accept", "R-0000", "--offline").status == 1)
    }

    @Test("doctor finds a key that others can read and says what to type")
    func examines() throws {
        _ = try program.makeContext()
        let key = program.home.path + "/people/contexts/clinic/agent.key"
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
        let outcome = try program.run("doctor", "--offline")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("chmod 600"))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        #expect(try program.run("doctor", "--offline").status == 0)
        #expect(try program.run("doctor", "--timeout", "1").status == 3, "the broker is away")
    }
}

@Suite("Consent cases are decided without context or broker")
struct CLIEvaluateTests {
    @Test("each published case gives one line with its verdict")
    func evaluates() throws {
        let file = FixtureFolder.path + "/consent/cases.json"
        let outcome = try CLIProgram().run("consent", "evaluate", "--cases", file, "--json")
        #expect(outcome.status == 0)
        let rows = try outcome.output.split(separator: "\n").map { line in
            let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
            return try #require(value as? [String: Any])
        }
        let data = try Data(contentsOf: URL(fileURLWithPath: file))
        let cases = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
        #expect(rows.map { $0["id"] as? String } == cases.map { $0["id"] as? String })
        for row in rows {
            #expect(row["decision"] is String)
            #expect(row["obligations"] is [Any])
            #expect(row["basis"] is [Any])
        }
    }

    @Test("a file that is no case file is refused with a precise reason")
    func refusesFile() throws {
        let outcome = try CLIProgram().run(
            "consent", "evaluate", "--cases", "-", "--json", input: "{}")
        #expect(outcome.status == 1)
        #expect(try outcome.error()["code"] as? String == "not-fhir")
    }
}
