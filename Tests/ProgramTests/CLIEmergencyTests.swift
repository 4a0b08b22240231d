import CareAgent
import CareModel
import Foundation
import Testing

private let patient = """
    {"resourceType":"Patient","identifier":[{"system":"urn:local","value":"17"}]}
    """

@Suite("What must happen now is refused without a broker, and nothing is kept")
struct CLIEmergencyTests {
    private let program: CLIProgram

    init() throws {
        program = try CLIProgram()
        _ = try program.makeContext()
        _ = try program.run("patient", "add", "julie", "--from", "-", input: patient)
    }

    private func waitingCount() throws -> Int {
        try AgentStore(directory: program.home.path + "/people/contexts/clinic").waitingCount()
    }

    @Test("a glass that cannot be broken now is not broken later")
    func keepsNothing() throws {
        let outcome = try program.run(
            "break-glass", "julie", "--reason-file", "-", "--timeout", "1", "--json",
            input: "found unconscious, needs drugs")
        #expect(outcome.status == 3)
        #expect(outcome.output.isEmpty)
        let error = try outcome.error()
        #expect(error["code"] as? String == "unreachable")
        let message = try #require(error["message"] as? String)
        #expect(message.contains("The glass is not broken"))
        #expect(message.contains("Nothing is kept"))
        #expect(!message.contains("unconscious"))
        #expect(try waitingCount() == 0)
    }

    @Test("a reason comes from a file or a prompt, and says something")
    func needsReason() throws {
        #expect(try program.run("break-glass", "julie").status == 2, "there is nobody to ask")
        for reason in ["", "short", "ééééé", String(repeating: "x", count: 1_001)] {
            let outcome = try program.run(
                "break-glass", "julie", "--reason-file", "-", "--timeout", "1", input: reason)
            #expect(outcome.status == 2, "\(reason.count)")
        }
        let argument = try program.run("break-glass", "julie", "--reason", "emergency in the ward")
        #expect(argument.status == 2, "never on the command line")
        #expect(try waitingCount() == 0)
    }

    @Test(
        "working offline is wrong usage for what is at the broker",
        arguments: [
            ["break-glass", "julie", "--reason-file", "-"], ["break-glass", "list"],
            ["break-glass", "stop", "julie"], ["timeline", "julie"], ["disclosures", "julie"],
            ["consent", "list", "julie"], ["consent", "history", "julie"],
            ["consent", "show", "01a203f1-3a84-7855-8200-fbeca569edcf"],
            ["break-glass", "review", "01a203f1-3a84-7855-8200-fbeca569edcf", "--justified"],
            ["consent", "check", "julie", "--to", "cardiology"],
        ])
    func needsBroker(arguments: [String]) throws {
        let offline = try program.run(
            arguments + ["--offline"], input: "found unconscious, needs drugs")
        #expect(offline.status == 2)
        #expect(offline.complaint.contains("Leave --offline out"))
    }

    @Test(
        "without a broker what only it knows ends with 3",
        arguments: [
            ["timeline", "julie"], ["disclosures", "julie", "--fhir"], ["break-glass", "list"],
            ["consent", "history", "julie"],
            ["break-glass", "review", "01a203f1-3a84-7855-8200-fbeca569edcf", "--unjustified"],
            ["break-glass", "stop", "01a203f1-3a84-7855-8200-fbeca569edcf"],
        ])
    func missesBroker(arguments: [String]) throws {
        let outcome = try program.run(arguments + ["--timeout", "1"])
        #expect(outcome.status == 3)
        #expect(outcome.output.isEmpty)
        #expect(try waitingCount() == 0)
    }

    @Test("a review says what was found, one thing of two")
    func needsFinding() throws {
        let id = "01a203f1-3a84-7855-8200-fbeca569edcf"
        #expect(try program.run("break-glass", "review", id).status == 2)
        let both = try program.run("break-glass", "review", id, "--justified", "--unjustified")
        #expect(both.status == 2)
        #expect(try program.run("break-glass", "review", "x", "--justified").status == 2)
    }

    @Test("an override is ended by alias only where this machine knows of one")
    func stopsByAlias() throws {
        let unknown = try program.run("break-glass", "stop", "julie", "--timeout", "1", "--json")
        #expect(unknown.status == 1)
        #expect(try unknown.error()["code"] as? String == "unknown-break-glass")
        let store = try AgentStore(directory: program.home.path + "/people/contexts/clinic")
        let now = AgentIDs.system.now()
        let identifier = try #require(BusinessIdentifier(system: "urn:local", value: "17"))
        try store.remember(
            AgentStore.RunningBreakGlass(
                id: BreakGlassID(UUIDBytes(high: 1, low: 2)), patient: identifier, startedAt: now,
                endsAt: now + .seconds(3_600)))
        let own = try program.run("break-glass", "list", "--own", "--json").object()
        let rows = try #require(own["breakGlasses"] as? [[String: Any]])
        #expect(rows.map { $0["patient"] as? String } == ["julie"])
        #expect(try program.run("doctor", "--offline").output.contains("1 running"))
        #expect(try program.run("break-glass", "stop", "julie", "--timeout", "1").status == 3)
        #expect(try store.runningBreakGlasses(at: now).count == 1, "it may still be running")
    }

    @Test("times of an accounting must be times, and directives' content must be known")
    func refusesSlips() throws {
        let always = ["--timeout", "1"]
        #expect(try program.run(["disclosures", "julie", "--from", "soon"] + always).status == 2)
        #expect(try program.run(["disclosures", "julie", "--fhir", "--json"]).status == 2)
        for options in [
            ["--except-label", "HIVV"], ["--only-label", "X"], ["--except-class", "Observations"],
            ["--except-code", "B20"],
        ] {
            let outcome = try program.run(
                ["consent", "put", "julie", "--permit", "--offline"] + options)
            #expect(outcome.status == 2, "\(options)")
        }
        #expect(
            try program.run(
                "consent", "put", "julie", "--deny", "--only-label", "N", "--offline"
            ).status == 2)
        #expect(try waitingCount() == 0)
    }

    @Test("a directive with content options waits like any other, and no receipt is made up")
    func queuesDirective() throws {
        let receipt = program.home.path + "/receipt"
        let put = try program.run(
            "consent", "put", "julie", "--permit", "--except-label", "HIV", "--receipt", receipt,
            "--offline", "--json")
        #expect(put.status == 3)
        #expect(!FileManager.default.fileExists(atPath: receipt))
        let id = try #require(try put.object()["consent"] as? String)
        let printed = try program.run("consent", "receipt", id, "--json")
        #expect(printed.status == 1)
        #expect(try printed.error()["code"] as? String == "no-receipt")
    }

    @Test("each command of consent and emergencies explains itself")
    func helps() throws {
        for command in [
            ["break-glass"], ["break-glass", "start"], ["break-glass", "review"], ["timeline"],
            ["disclosures"], ["consent", "history"], ["consent", "verify"], ["consent", "put"],
        ] {
            let help = try program.run(command + ["--help"])
            #expect(help.status == 0)
            #expect(help.output.contains("OVERVIEW: "))
        }
        let roles = try program.run("directory", "--help").output
        #expect(roles.contains("emergency"))
    }
}
