import CareFHIR
import Foundation
import Testing

@Suite("The audit log is verified, proved and exported by the real program", .serialized)
struct OperatorAuditTests {
    /// A machine whose broker ran and wrote some events.
    private func machineWithLog() throws -> OperatorMachine {
        let machine = try OperatorMachine()
        try machine.start()
        for name in ["north", "south", "west"] {
            let outcome = try machine.run("enrol", "organisation", name, "--name", name)
            try #require(outcome.status == 0, "\(outcome.complaint)")
        }
        try machine.stop()
        return machine
    }

    private func export(_ machine: OperatorMachine, _ more: String...) throws -> [[String: Any]] {
        let arguments = ["audit", "export", "--data", machine.data] + more
        let text = try machine.program.run(arguments, of: "careloopd").output
        return try text.split(separator: "\n").map { line in
            try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    @Test("a sound log verifies with the keys, with the public key alone, and beside a broker")
    func sound() throws {
        let machine = try machineWithLog()
        let key = try machine.run("audit", "key").output.trimmingCharacters(in: .newlines)
        #expect(try machine.run("audit", "verify").status == 0)
        let other = try OperatorMachine()
        let foreign = try other.run("audit", "key").output.trimmingCharacters(in: .newlines)
        try FileManager.default.removeItem(atPath: machine.keys + "/master.keys")
        #expect(try machine.run("audit", "verify", "--key", key).status == 0)
        #expect(try machine.run("audit", "verify", "--key", foreign).status == 1)
        #expect(try machine.run("audit", "verify", "--key", "nonsense").status == 2)
        let report = try machine.run("audit", "verify", "--json").object()
        #expect(report["sound"] as? Bool == true)
        #expect(report["events"] as? Int == 4)
    }

    @Test("one letter changed in the database is found, and says so with status 1")
    func tampered() throws {
        let machine = try machineWithLog()
        try machine.changeDatabase(from: "organisation south", to: "organisation soutn")
        let outcome = try machine.run("audit", "verify")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("TAMPERED"))
        let report = try machine.run("audit", "verify", "--json")
        #expect(report.status == 1)
        #expect(try report.object()["sound"] as? Bool == false)
    }

    @Test("an older copy is found with a checkpoint that was kept elsewhere")
    func olderCopy() throws {
        let machine = try machineWithLog()
        let older = machine.program.home.path + "/older.db"
        try FileManager.default.copyItem(atPath: machine.data + "/careloop.db", toPath: older)
        try machine.start()
        #expect(try machine.run("enrol", "organisation", "east", "--name", "east").status == 0)
        try machine.stop()
        let kept = try machine.program.home.write(
            machine.run("audit", "checkpoint").output, to: "kept.checkpoint")
        #expect(try machine.run("audit", "verify", "--from-checkpoint", kept).status == 0)
        try FileManager.default.removeItem(atPath: machine.data + "/careloop.db")
        try FileManager.default.copyItem(atPath: older, toPath: machine.data + "/careloop.db")
        let beside = try machine.run("audit", "verify")
        #expect(beside.status == 1, "the file checkpoint is newer")
        try FileManager.default.removeItem(atPath: machine.data + "/checkpoint")
        #expect(try machine.run("audit", "verify").status == 0, "alone it looks sound")
        let found = try machine.run("audit", "verify", "--from-checkpoint", kept)
        #expect(found.status == 1)
        #expect(found.output.contains("older copy"))
        let note = try String(contentsOfFile: kept, encoding: .utf8)
        let piped = try machine.run("audit", "verify", "--from-checkpoint", "-", input: note)
        #expect(piped.status == 1)
        let nonsense = try machine.run("audit", "verify", "--from-checkpoint", "-", input: "x")
        #expect(nonsense.status == 2)
    }

    @Test("the checkpoint printed is the file that can be copied off, and is signed")
    func checkpoint() throws {
        let machine = try machineWithLog()
        let printed = try machine.run("audit", "checkpoint").output
        let file = try String(contentsOfFile: machine.data + "/checkpoint", encoding: .utf8)
        #expect(printed == file)
        #expect(printed.contains("\n\n\u{2014} careloop/"))
    }

    @Test("events are exported in order, from, to and since")
    func exports() throws {
        let machine = try machineWithLog()
        let all = try export(machine)
        #expect(all.map { $0["sequence"] as? Int } == [1, 2, 3, 4])
        #expect(all.first?["kind"] as? String == "configured")
        #expect(all.allSatisfy { $0["at"] is Int })
        let part = try export(machine, "--from", "2", "--to", "3")
        #expect(part.map { $0["sequence"] as? Int } == [2, 3])
        #expect(try export(machine, "--since", "2000-01-01").count == 4)
        #expect(try export(machine, "--since", "2999-01-01").isEmpty)
    }

    @Test("FHIR export gives one AuditEvent for each event")
    func exportsFHIR() throws {
        let machine = try machineWithLog()
        let resources = try export(machine, "--format", "fhir")
        #expect(resources.map { $0["id"] as? String } == ["1", "2", "3", "4"])
        #expect(resources.allSatisfy { $0["resourceType"] as? String == "AuditEvent" })
    }

    @Test("a proof holds the event and the path to a signed root, in JSON and as a file")
    func proves() throws {
        let machine = try machineWithLog()
        let proof = try machine.run("audit", "prove", "3").object()
        let event = try #require(proof["event"] as? [String: Any])
        #expect(event["sequence"] as? Int == 3)
        #expect(proof["index"] as? Int == 2)
        #expect(proof["size"] as? Int == 4)
        #expect((proof["path"] as? [String])?.count == 2)
        let key = try machine.run("audit", "key").output.trimmingCharacters(in: .newlines)
        let text = try machine.run("audit", "prove", "3", "--format", "proof").output
        try ProofReader.expectValid(text, key: key, index: 2, size: 4)
        #expect(try machine.run("audit", "prove", "99").status == 1)
    }

    @Test("no proof is handed out under a checkpoint that another key signed")
    func provesNothingForeign() throws {
        let machine = try machineWithLog()
        let key = try machine.run("audit", "key").output.trimmingCharacters(in: .newlines)
        let foreign = try OperatorMachine().run("audit", "key").output
            .trimmingCharacters(in: .newlines)
        let refused = try machine.run("audit", "prove", "3", "--key", foreign)
        #expect(refused.status == 1)
        #expect(refused.output.isEmpty)
        #expect(refused.complaint.contains("not signed by"))
        try FileManager.default.removeItem(atPath: machine.keys + "/audit.key")
        #expect(try machine.run("audit", "prove", "3").status == 2)
        #expect(try machine.run("audit", "prove", "3", "--key", key).status == 0)
        #expect(try machine.run("audit", "prove", "3", "--key", "nonsense").status == 2)
    }

    @Test("with the public key alone, events that no signature covers are not called sound")
    func uncovered() throws {
        let machine = try machineWithLog()
        let key = try machine.run("audit", "key").output.trimmingCharacters(in: .newlines)
        try machine.start()
        try machine.kill()
        let part = try machine.run("audit", "verify", "--key", key)
        #expect(part.status == 0)
        #expect(part.output.hasPrefix("sound up to event 4: 5 events"), "\(part.output)")
        #expect(part.output.contains("No signature covers the last 1 event(s)"))
        #expect(try machine.run("audit", "verify").output.hasPrefix("sound: 5 events"))
        let fresh = try OperatorMachine()
        let freshKey = try fresh.run("audit", "key").output.trimmingCharacters(in: .newlines)
        try fresh.start()
        try fresh.kill()
        let none = try fresh.run("audit", "verify", "--key", freshKey)
        #expect(none.status == 2)
        #expect(none.output.hasPrefix("NOT PROVED"), "\(none.output)")
        let report = try fresh.run("audit", "verify", "--key", freshKey, "--json")
        #expect(report.status == 2)
        #expect(try report.object()["proven"] as? Bool == false)
        #expect(try report.object()["uncovered"] as? Int == 1)
    }
}
