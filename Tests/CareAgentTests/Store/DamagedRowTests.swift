import CareModel
import Foundation
import GRDB
import Testing

@testable import CareAgent

@Suite("A row that cannot be read is an error, never left out or repaired in silence")
struct DamagedRowTests {
    /// Is a damage, and a reading that meets it.
    struct Damage: Sendable {
        let sql: String
        let read: @Sendable (AgentStore) throws -> Void
    }

    private static func reading<Value>(
        _ body: @escaping @Sendable (AgentStore) throws -> Value
    ) -> @Sendable (AgentStore) throws -> Void {
        { _ = try body($0) }
    }

    private static let referral = AgentIDs.system.referral()

    static let damages = [
        Damage(sql: "UPDATE outbox SET acting_for = x''", read: reading { try $0.waiting() }),
        Damage(sql: "UPDATE outbox SET acting_for = x'ff'", read: reading { try $0.waiting() }),
        Damage(sql: "UPDATE outbox SET submit = x''", read: reading { try $0.waiting() }),
        // A field of which this version knows nothing: what it wrote would be another message.
        Damage(
            sql: "UPDATE outbox SET submit = CAST(submit || x'8a7d0161' AS BLOB)",
            read: reading { try $0.waiting() }),
        Damage(
            sql: "UPDATE outbox SET receipt = x'', answered_at = 1",
            read: reading { try $0.sent(about: referral) }),
        Damage(
            sql: "UPDATE outbox SET message = x'01'",
            read: reading { try $0.waiting(after: 0, limit: 9, at: Sample.time) }),
        Damage(
            sql: "UPDATE outbox SET referral = x'01'",
            read: reading { try $0.waiting(after: 0, limit: 9, at: Sample.time) }),
        Damage(sql: "UPDATE inbox SET deliver = x''", read: reading { try $0.inbox() }),
        Damage(
            sql: "UPDATE inbox SET opened_at = 1, ending = 'vanished'",
            read: reading { try $0.inbox() }),
        Damage(
            sql: "UPDATE inbox SET opened_at = 1, opened_by = x''",
            read: reading { try $0.untoldDisplays(limit: 9) }),
        Damage(sql: "UPDATE referral SET facts = x''", read: reading { try $0.referrals() }),
        Damage(
            sql: "UPDATE referral SET facts = x''",
            read: reading {
                try $0.remember(Sample.referral(referral, version: 9, state: .accepted))
            }),
        Damage(sql: "UPDATE patient SET value = ''", read: reading { try $0.patients() }),
        Damage(
            sql: "UPDATE break_glass SET id = x'01'",
            read: reading { try $0.runningBreakGlasses(at: Sample.time) }),
        Damage(
            sql: "UPDATE stream SET epoch = -1",
            read: reading { try $0.cursor(try #require(StreamName("organisation:north"))) }),
    ]

    private func filledStore() throws -> AgentStore {
        let store = try AgentStore(directory: Folder().path)
        let patient = try #require(Sample.patient)
        var draft = Sample.request()
        draft.referral = Self.referral
        draft.actingFor = Person(identifier: patient, name: "Nora")
        try store.enqueue(draft, at: Sample.time)
        try store.store(Sample.delivery(1), at: Sample.time)
        try store.put(
            AgentStore.Patient(alias: "maria", identifier: patient, name: "", birthDate: ""))
        try store.remember(
            AgentStore.RunningBreakGlass(
                id: BreakGlassID(UUIDBytes(high: 1, low: 2)), patient: patient,
                startedAt: Sample.time, endsAt: Sample.time + .seconds(60)))
        let stream = try #require(StreamName("organisation:north"))
        try store.setCursor(stream, epoch: 1, sequence: 2)
        return store
    }

    @Test("each damage is met by an error", arguments: damages.indices)
    func damaged(index: Int) throws {
        let damage = Self.damages[index]
        let store = try filledStore()
        try damage.read(store)
        try store.write { try $0.execute(sql: damage.sql) }
        let error = #expect(throws: AgentError.self, "\(damage.sql)") { try damage.read(store) }
        #expect(error?.code == .unusableStore)
    }

    @Test("a message that would not be read back as it is, is not taken")
    func unreadable() throws {
        let store = try AgentStore(directory: Folder().path)
        var draft = Sample.request()
        // On the wire, 0 is no time.
        let epoch = Timestamp(milliseconds: 0)
        draft.appointment = Appointment(start: epoch, end: Timestamp(milliseconds: 1))
        let error = #expect(throws: AgentError.self) {
            try store.enqueue(draft, at: Sample.time)
        }
        #expect(error?.code == .invalid)
    }
}
