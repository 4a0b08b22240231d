import CareFHIR
import CareModel
import CareVault
import Foundation
import Testing

@testable import careloopd

@Suite("Operators' commands read and write as they say")
struct OperatorWordsTests {
    @Test(
        "dates and date-times are read in UTC",
        arguments: [
            ("2026-11-30", 1_795_996_800_000), ("2026-11-30T08:00:00Z", 1_796_025_600_000),
            ("2026-11-30T08:00:00.250Z", 1_796_025_600_250),
            ("2026-11-30T09:00:00+01:00", 1_796_025_600_000),
        ] as [(String, Int64)])
    func reads(text: String, milliseconds: Int64) {
        #expect(Instant.timestamp(text) == Timestamp(milliseconds: milliseconds))
    }

    @Test(
        "what is no date is refused",
        arguments: ["", "yesterday", "2026-13-01", "30.11.2026", "2026-11-30T08:00"])
    func refuses(text: String) {
        #expect(Instant.timestamp(text) == nil)
    }

    @Test(
        "instants are written to the millisecond",
        arguments: [
            (1_796_025_600_250, "2026-11-30T08:00:00.250Z"), (0, "1970-01-01T00:00:00.000Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func writes(milliseconds: Int64, text: String) {
        #expect(Instant.text(Timestamp(milliseconds: milliseconds)) == text)
    }

    @Test(
        "ages use the largest unit that fits",
        arguments: [
            (0, "0 seconds"), (1_000, "1 second"), (61_000, "1 minute"), (7_200_000, "2 hours"),
            (86_400_000, "1 day"), (-5_000, "0 seconds"),
        ] as [(Int64, String)])
    func ages(milliseconds: Int64, text: String) {
        let now = Timestamp(milliseconds: 1_796_025_600_000)
        let then = Timestamp(milliseconds: now.milliseconds - milliseconds)
        #expect(Instant.age(of: then, at: now) == text)
    }

    @Test("an operator is who became another user or is logged in, whatever name is given")
    func operatorName() throws {
        let sudo = ["SUDO_USER": "bo"]
        #expect(try OperatorName.of("ann", environment: sudo) == "ann(bo)")
        #expect(try OperatorName.of("bo", environment: sudo) == "bo")
        #expect(try OperatorName.of(nil, environment: sudo) == "bo")
        #expect(try OperatorName.of("ann", login: "cora", environment: [:]) == "ann(cora)")
        #expect(try OperatorName.of(nil, login: "cora", environment: [:]) == "cora")
        #expect(try OperatorName.of("ann", login: nil, environment: [:]) == "ann")
        let long = String(repeating: "a", count: 61)
        #expect(try OperatorName.of(long, login: "b", environment: [:]) == long + "(b)")
        #expect(throws: OperatorFailure.self) {
            try OperatorName.of(long + "a", login: "b", environment: [:])
        }
        #expect(throws: OperatorFailure.self) {
            try OperatorName.of(nil, login: nil, environment: [:])
        }
        #expect(try !OperatorName.of(nil, environment: ["SUDO_USER": ""]).isEmpty)
    }

    @Test(
        "a name that cannot be audited is refused",
        arguments: ["", "ann lee", "änn", String(repeating: "a", count: 65)])
    func refusesName(name: String) {
        #expect(throws: OperatorFailure.self) { try OperatorName.of(name, environment: [:]) }
    }

    @Test("an event is written with the names of AUDIT-1, and without what it lacks")
    func auditJSON() throws {
        var event = AuditEvent(
            .disclosureSent, at: Timestamp(milliseconds: 5), outcome: "permit")
        event.agent = AgentID("ann")
        event.organisation = OrganisationID("north")
        event.recipient = ServiceID("cardiology").map(Mailbox.service)
        event.message = MessageNumber(17)
        event.delivery = DeliveryID(23)
        event.patient = PatientKey(bytes: Array(0..<32))
        event.rule = "say \"yes\""
        event.purpose = "COC"
        event.epoch = 1
        let text = AuditRecord(sequence: 3, event: event).json.text
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(
            object.keys.sorted() == [
                "agent", "at", "delivery", "epoch", "kind", "message", "organisation", "outcome",
                "patient", "purpose", "recipient", "rule", "sequence",
            ])
        #expect(object["recipient"] as? String == "service:cardiology")
        #expect(
            object["patient"] as? String
                == "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
        #expect(object["rule"] as? String == "say \"yes\"")
        #expect(object["sequence"] as? Int == 3)
    }

    @Test("a master key older than a year is warned of")
    func keyAge() {
        let now = Timestamp(milliseconds: 1_796_025_600_000)
        let keys = MasterKeys.first(at: now)
        #expect(KeyChecks.age(of: keys, now).result == .ok)
        #expect(KeyChecks.age(of: keys, now + .seconds(365 * 86_400)).result == .ok)
        let late = KeyChecks.age(of: keys, now + .seconds(365 * 86_400 + 1))
        #expect(late.result == .warn)
        #expect(late.message.contains("careloopd keys rotate"))
    }

    @Test("a core pattern that names a program is warned of, as the limit does not bind it")
    func coreFiles() {
        #expect(MachineChecks.coreFiles(limit: 0, pattern: "core\n").result == .ok)
        #expect(MachineChecks.coreFiles(limit: 0, pattern: "|/usr/bin/x %P\n").result == .warn)
        #expect(MachineChecks.coreFiles(limit: 0, pattern: nil).result == .warn)
        #expect(MachineChecks.coreFiles(limit: 1, pattern: "core\n").result == .fail)
    }

    @Test("findings stand in columns and keep their words in JSON")
    func findings() {
        #expect(Finding.ok("disk", "much").line == "ok   disk         much")
        #expect(Finding.fail("disk", "full").line == "FAIL disk         full")
        #expect(
            Finding.fail("disk", "full").json.text
                == #"{"check":"disk","result":"fail","message":"full"}"#)
    }
}
