import Foundation
import Testing

@Suite("A broker is set up with its keys apart from its data", .serialized)
struct OperatorSetUpTests {
    @Test("init tells both public keys, and the same are printed afterwards")
    func tellsKeys() throws {
        let program = try CLIProgram()
        let data = program.home.path + "/d"
        let keys = program.home.path + "/elsewhere/k"
        let made = try program.run(["init", "--data", data, "--keys", keys], of: "careloopd")
        #expect(made.status == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: keys).sorted()
        #expect(names == ["audit.key", "broker.key", "master.keys", "patient.key"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: data) == ["careloopd.json"])
        for command in [["key"], ["audit", "key"]] {
            let key = try program.run(command + ["--data", data], of: "careloopd").output
                .trimmingCharacters(in: .newlines)
            #expect(!key.isEmpty && made.output.contains(key))
        }
        #expect(made.output.contains("Back up \(keys)"))
    }

    @Test("init makes nothing anew where keys, a broker or a database are")
    func refusesAgain() throws {
        let machine = try OperatorMachine()
        #expect(try machine.run("init").status == 1)
        try FileManager.default.removeItem(atPath: machine.data + "/careloopd.json")
        let again = try machine.run("init")
        #expect(again.status == 1)
        #expect(again.complaint.contains("broker.key already"))
        let other = try machine.run("init", "--keys", machine.data + "/keys")
        #expect(other.status == 2)
        #expect(other.complaint.contains("within the data directory"))
    }

    @Test(
        "a call that makes no sense ends with status 2",
        arguments: [
            ["keys", "forget"], ["keys", "forget", "one"], ["audit", "export", "--format", "xml"],
            ["audit", "export", "--from", "0"], ["audit", "export", "--from", "5", "--to", "4"],
            ["audit", "export", "--since", "yesterday"], ["audit", "prove", "x"],
            ["patient", "shred", "urn:x|1"],
        ])
    func refusesCall(arguments: [String]) throws {
        let program = try CLIProgram()
        #expect(try program.run(arguments, of: "careloopd").status == 2)
    }

    @Test("without a broker the keys are listed, and commands that need one end with status 3")
    func withoutBroker() throws {
        let machine = try OperatorMachine()
        let list = try machine.run("keys", "list", "--json").object()
        let rows = try #require(list["keys"] as? [[String: Any]])
        #expect(rows.map { $0["version"] as? Int } == [1])
        #expect(rows.map { $0["patients"] as? Int } == [0])
        #expect(try machine.run("keys", "rotate").status == 3)
        #expect(try machine.run("patient", "shred", input: "urn:x|1\n").status == 3)
        #expect(try machine.run("keys", "forget", "1").status == 1, "the newest")
        #expect(try machine.run("keys", "forget", "7").status == 1, "none such")
        #expect(try machine.run("audit", "verify").status == 2, "nothing to read")
    }

    @Test("no command shows a key's bytes", arguments: [["keys", "list"], ["doctor"], ["status"]])
    func showsNoKey(arguments: [String]) throws {
        let machine = try OperatorMachine()
        let outcome = try machine.program.run(
            arguments + ["--data", machine.data], of: "careloopd")
        for name in ["broker.key", "patient.key", "audit.key", "master.keys"] {
            let text = try String(contentsOfFile: "\(machine.keys)/\(name)", encoding: .utf8)
            let secret = try #require(text.split(whereSeparator: \.isWhitespace).last)
            #expect(!outcome.output.contains(secret))
            #expect(!outcome.complaint.contains(secret))
        }
    }

    @Test("doctor warns where nothing runs yet, and fails where a key is open to others")
    func doctor() throws {
        let machine = try OperatorMachine()
        let healthy = try machine.run("doctor")
        #expect(healthy.status == 0, "\(healthy.output)")
        #expect(healthy.output.contains("warn broker"))
        #expect(!healthy.output.contains("FAIL"))
        chmod(machine.keys + "/audit.key", 0o644)
        let open = try machine.run("doctor", "--json")
        #expect(open.status == 1)
        let object = try open.object()
        #expect(object["ok"] as? Bool == false)
        let findings = try #require(object["findings"] as? [[String: String]])
        let failed = findings.filter { $0["result"] == "fail" }
        #expect(failed.allSatisfy { $0["check"] == "keys" } && !failed.isEmpty)
        #expect(failed.contains { $0["message"]?.contains("chmod 600") == true })
    }
}
