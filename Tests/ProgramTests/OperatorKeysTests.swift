import Foundation
import Testing

@Suite("Keys are rotated and patients shredded while the broker runs", .serialized)
struct OperatorKeysTests {
    private func versions(_ machine: OperatorMachine) throws -> [Int] {
        let list = try machine.run("keys", "list", "--json").object()
        let rows = try #require(list["keys"] as? [[String: Any]])
        return rows.compactMap { $0["version"] as? Int }
    }

    @Test("a rotation makes a key that outlives a restart, and a forgotten one stays forgotten")
    func rotates() throws {
        let machine = try OperatorMachine()
        try machine.start()
        let rotated = try machine.run("keys", "rotate")
        #expect(rotated.status == 0, "\(rotated.complaint)")
        #expect(rotated.output.contains("Master key 2 is in use"))
        #expect(rotated.output.contains("careloopd keys forget"))
        #expect(try machine.run("keys", "forget", "2").status == 1, "the newest")
        let forgotten = try machine.run("keys", "forget", "1")
        #expect(forgotten.status == 0)
        #expect(forgotten.output.contains("Back-ups"))
        #expect(try machine.run("keys", "rotate").status == 0)
        #expect(try versions(machine) == [2, 3], "the broker had version 1 in memory")
        try machine.stop()
        try machine.start()
        #expect(try versions(machine) == [2, 3])
        let log = try machine.run("audit", "export").output
        #expect(log.split(separator: "\n").count { $0.contains("keys-rotated") } == 2)
        let starts = log.split(separator: "\n").filter { $0.contains("configured") }
        #expect(starts.count == 2)
        #expect(starts.first?.contains("masterKeys=1 ") == true)
        #expect(starts.last?.contains("masterKeys=2,3 ") == true)
    }

    @Test("no key is forgotten while there is no database that may need it")
    func keepsKeysWithoutData() throws {
        let machine = try OperatorMachine()
        try machine.start()
        #expect(try machine.run("keys", "rotate").status == 0)
        try machine.stop()
        let database = machine.data + "/careloop.db"
        try FileManager.default.moveItem(atPath: database, toPath: database + ".aside")
        let refused = try machine.run("keys", "forget", "1")
        #expect(refused.status == 1)
        #expect(refused.complaint.contains("Restore the data first"))
        #expect(try versions(machine) == [1, 2])
        try FileManager.default.moveItem(atPath: database + ".aside", toPath: database)
        #expect(try machine.run("keys", "forget", "1").status == 0)
    }

    @Test("doctor looks at every file of the data, and at a checkpoint newer than the log")
    func doctorFails() throws {
        let machine = try OperatorMachine()
        try machine.start()
        try machine.stop()
        let older = try Data(contentsOf: URL(fileURLWithPath: machine.data + "/careloop.db"))
        try machine.start()
        try machine.stop()
        #expect(try machine.run("doctor").status == 0)
        for name in ["lock", "starts", "checkpoint"] {
            let path = "\(machine.data)/\(name)"
            chmod(path, 0o640)
            let open = try machine.run("doctor")
            #expect(open.status == 1)
            #expect(open.output.contains("\(path) is open to others"), "\(name)")
            chmod(path, 0o600)
        }
        try older.write(to: URL(fileURLWithPath: machine.data + "/careloop.db"))
        chmod(machine.data + "/careloop.db", 0o600)
        let behind = try machine.run("doctor")
        #expect(behind.status == 1)
        #expect(behind.output.contains("the log has fewer"))
    }

    @Test("a broker that cannot write its keys refuses to rotate, and goes on")
    func refusesReadOnly() throws {
        let machine = try OperatorMachine()
        // As systemd hands them over: nothing may be written there.
        let credentials = machine.program.home.path + "/credentials"
        try FileManager.default.copyItem(atPath: machine.keys, toPath: credentials)
        try machine.start([
            "CREDENTIALS_DIRECTORY": credentials, "CARELOOPD_KEYS_DIRECTORY": credentials,
        ])
        let refused = try machine.run("keys", "rotate")
        #expect(refused.status == 1)
        #expect(refused.complaint.contains("log says why"))
        #expect(try machine.run("status").status == 0)
        #expect(try versions(machine) == [1])
        let made = try FileManager.default.contentsOfDirectory(atPath: credentials).sorted()
        #expect(made == ["audit.key", "broker.key", "master.keys", "patient.key"])
    }

    @Test("doctor finds nothing amiss with a broker that runs")
    func doctor() throws {
        let machine = try OperatorMachine()
        try machine.start()
        let outcome = try machine.run("doctor")
        #expect(outcome.status == 0, "\(outcome.output)")
        #expect(outcome.output.contains("ok   broker"))
        #expect(outcome.output.contains("ok   wrapping"))
    }

    @Test("a broker does not start with master keys of another one")
    func refusesOtherAuditKey() throws {
        let machine = try OperatorMachine()
        try machine.start()
        try machine.stop()
        let other = try OperatorMachine()
        for name in ["audit.key"] {
            try FileManager.default.removeItem(atPath: "\(machine.keys)/\(name)")
            try FileManager.default.copyItem(
                atPath: "\(other.keys)/\(name)", toPath: "\(machine.keys)/\(name)")
        }
        let outcome = try machine.run("run")
        #expect(outcome.status == 1)
        #expect(outcome.complaint.contains("audit key"))
        #expect(try machine.run("doctor").status == 1)
    }

    @Test("the identifier to shred comes from standard input and nowhere else is it told")
    func shredsNobody() throws {
        let machine = try OperatorMachine()
        try machine.start()
        let unusable = try machine.run("patient", "shred", input: "no bar\n")
        #expect(unusable.status == 2)
        let identifier = "urn:example:mrn|cl-7731-9004"
        let outcome = try machine.run(
            "patient", "shred", "--operator", "ann", "--i-am-sure", input: identifier + "\n")
        #expect(outcome.complaint.contains("Operator ann("), "the login name is behind it")
        #expect(!(outcome.output + outcome.complaint).contains("cl-7731-9004"))
        #expect(
            try machine.run("patient", "shred", "--operator", "a b", input: identifier).status == 2)
        let log = try machine.run("audit", "export").output
        #expect(!log.contains("cl-7731-9004"))
    }
}
