import ArgumentParser
import CareAgent
import CareModel
import Foundation
import Testing

@testable import careloop

@Suite("Exit codes and errors mean the same everywhere")
struct CLIEndingTests {
    private func refusal(_ code: RefusalCode) -> BrokerRefusal {
        BrokerRefusal(code: code.rawValue, message: code.summary)
    }

    @Test("somebody else's being first is a conflict, every other refusal is a refusal")
    func mapsRefusals() {
        let conflicts: Set<RefusalCode> = [
            .staleVersion, .duplicateConflict, .possibleDuplicate, .referralExists,
        ]
        for code in RefusalCode.allCases {
            let status = CommandFailure(refusal(code)).status
            #expect(status == (conflicts.contains(code) ? .conflict : .refused), "\(code)")
        }
    }

    @Test("what the agent library cannot do has its code")
    func mapsAgentErrors() {
        #expect(CommandFailure(AgentError(.unreachable, "x")).status == .unreachable)
        #expect(CommandFailure(AgentError(.invalid, "x")).status == .usage)
        #expect(CommandFailure(AgentError(.unusableStore, "x")).status == .refused)
        let stale = AgentError(.refused, "x", refusal: refusal(.staleVersion))
        #expect(CommandFailure(stale).status == .conflict)
        #expect(CommandFailure(stale).code == "stale-version")
    }

    @Test("a failure says what failed and what to do, on one line, with the rule that decided")
    func writesComplaint() {
        var refusal = refusal(.consentRefused)
        refusal.message = "No.\u{1B}[2J\nAsk."
        refusal.rule = "no directive"
        let ending = Ending(CommandFailure(refusal), isJSON: false)
        #expect(ending.complaint == "careloop: No.[2J Ask.\n  What decided: no directive")
        #expect(ending.status == 1)
        #expect(ending.output.isEmpty)
    }

    @Test("with --json the error is one JSON object with what the broker said")
    func writesJSON() {
        var refusal = refusal(.illegalMove)
        refusal.message = "No."
        refusal.category = Coded(.sender)
        refusal.state = Coded(.closed)
        refusal.version = 7
        refusal.allowedMoves = [Coded(.correct)]
        let ending = Ending(CommandFailure(refusal), isJSON: true)
        #expect(
            ending.complaint
                == #"{"error":{"allowedMoves":["correct"],"category":"sender","code":"illegal-move","exit":1,"#
                + #""message":"No.","retriable":false,"state":"closed","version":7}}"#)
    }

    @Test("wrong usage ends with 2, help and version with 0")
    func mapsParserErrors() throws {
        for (arguments, status) in [
            (["--bogus"], 2), (["refer"], 2), (["open", "--timeout", "0"], 2), (["--help"], 0),
            (["--version"], 0), (["accept", "--help"], 0),
            (["consent", "put", "a", "--permit", "--deny"], 2),
        ] {
            let error = #expect(throws: (any Error).self) {
                var command = try CareloopCommand.parseAsRoot(arguments)
                // Help is a command of its own.
                try command.run()
            }
            let ending = Ending(try #require(error), isJSON: false)
            #expect(ending.status == Int32(status), "\(arguments)")
            #expect(ending.output.isEmpty == (status != 0))
            #expect(ending.complaint.isEmpty == (status == 0))
        }
    }

    @Test("global options may stand before or after the command")
    func takesGlobalOptionsAnywhere() throws {
        for arguments in [
            ["--json", "--context", "x", "inbox"], ["inbox", "--json", "--context", "x"],
            ["--context", "x", "inbox", "--json"],
        ] {
            let inbox = try #require(try CareloopCommand.parseAsRoot(arguments) as? InboxCommand)
            #expect(inbox.options.json)
            #expect(inbox.options.context == "x")
        }
    }

    @Test("an error nobody expected is not taken for wrong usage")
    func mapsSurprises() {
        let ending = Ending(CocoaError(.fileNoSuchFile), isJSON: false)
        #expect(ending.status == 1)
        #expect(ending.complaint.hasPrefix("careloop: Something failed that should not"))
    }
}
