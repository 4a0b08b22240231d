import CareCore
import CareModel
import CareWire
import Foundation
import GRDB
import SwiftProtobuf
import Testing

@testable import CareAgent

@Suite("Recalled copies leave the store")
struct RecallStoreTests {
    private let folder: Folder
    private let store: AgentStore

    init() throws {
        folder = try Folder()
        store = try AgentStore(directory: folder.path)
    }

    private func erase(_ lease: AgentCore.Lease) throws -> MailChange {
        var batch = MailBatch()
        batch.erased = [lease]
        return try store.commit(batch, at: Sample.time)
    }

    private func settle(_ lease: AgentCore.Lease) throws {
        var batch = MailBatch()
        batch.settled = [lease]
        _ = try store.commit(batch, at: Sample.time)
    }

    private func holds(_ marker: String) throws -> Bool {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).contains { name in
            let file = URL(fileURLWithPath: folder.path + "/" + name)
            return try Data(contentsOf: file).range(of: Data(marker.utf8)) != nil
        }
    }

    @Test("a copy that nobody opened vanishes, and no file holds its words any more")
    func unopened() throws {
        let delivery = Sample.delivery(5)
        let id = try #require(MessageID(delivery))
        let words = "MARKER-OF-A-DOCUMENT"
        try store.store(delivery, payload: Payload(Array(words.utf8)), at: Sample.time)
        #expect(try holds(words))
        #expect(try erase(lease(5)).recalled == [id])
        #expect(try store.inbox().isEmpty)
        #expect(try store.received(id) == nil)
        #expect(try !holds(words))
        #expect(try erase(lease(5)).recalled == [])
        #expect(try AgentStore(directory: folder.path).inbox().isEmpty)
    }

    /// Stores a document and recalls it while another program reads; the journal keeps its words.
    private func eraseBesideReader(_ words: String) throws -> DatabaseQueue {
        try store.store(
            Sample.delivery(5), payload: Payload(Array(words.utf8)), at: Sample.time)
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let reader = try DatabaseQueue(
            path: folder.path + "/agent.db", configuration: configuration)
        try reader.inDatabase { database in
            try database.execute(sql: "BEGIN")
            #expect(try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM inbox") == 1)
        }
        #expect(try erase(lease(5)).recalled.count == 1)
        #expect(try store.inbox().isEmpty)
        #expect(try holds(words), "else this test shows nothing")
        return reader
    }

    @Test("what a reader kept in the journal leaves it with a later commit, be it an empty one")
    func retries() throws {
        let words = "MARKER-OF-A-DOCUMENT"
        let reader = try eraseBesideReader(words)
        _ = try store.commit(MailBatch(), at: Sample.time)
        #expect(try holds(words))
        try reader.inDatabase { try $0.execute(sql: "COMMIT") }
        _ = try store.commit(MailBatch(), at: Sample.time)
        #expect(try !holds(words))
    }

    @Test("what an ended program left in the journal leaves it when the store is opened")
    func retriesAtOpen() throws {
        let words = "MARKER-OF-A-DOCUMENT"
        let reader = try eraseBesideReader(words)
        try reader.inDatabase { try $0.execute(sql: "COMMIT") }
        #expect(try holds(words))
        _ = try AgentStore(directory: folder.path)
        #expect(try !holds(words))
    }

    @Test("an opened copy leaves a row that says why, without document and patient")
    func opened() throws {
        var delivery = Sample.delivery(5)
        delivery.envelope.patient = try #require(Sample.patient).wire
        let id = try #require(MessageID(delivery))
        try store.store(delivery, payload: Sample.document, at: Sample.time)
        try store.open(id, at: Sample.time)
        #expect(try erase(lease(5)).recalled == [id])
        let entry = try #require(try store.received(id))
        #expect(entry.ending == .recalled)
        #expect(entry.payload == nil)
        #expect(!entry.deliver.envelope.hasPatient)
        #expect(entry.openedAt == Sample.time)
        #expect(try store.untoldDisplays() == [])
        #expect(try !holds("4711"))
    }

    @Test("a newer copy and an acknowledged one stay")
    func stays() throws {
        try store.store(Sample.delivery(5, fence: 2), payload: Sample.document, at: Sample.time)
        #expect(try erase(lease(5, 1)).recalled == [])
        #expect(try erase(lease(6, 9)).recalled == [])
        #expect(try store.inbox().count == 1)
        try settle(lease(5, 2))
        #expect(try erase(lease(5, 2)).recalled == [])
        #expect(try store.inbox().first?.payload == Sample.document)
    }

    @Test("a copy and its recall in one turn leave nothing, in whichever order the leases were")
    func oneTurn() throws {
        let first = Sample.delivery(5, fence: 1)
        var again = first
        again.fence = 2
        var batch = MailBatch()
        batch.deliveries = [(first, Sample.document), (again, Sample.document)]
        batch.erased = [lease(5, 1)]
        #expect(try store.commit(batch, at: Sample.time).recalled == [])
        #expect(try store.inbox().map(\.deliver.fence) == [2])
        batch.deliveries = []
        batch.erased = [lease(5, 2)]
        #expect(try store.commit(batch, at: Sample.time).recalled.count == 1)
        #expect(try store.inbox().isEmpty)
    }

    @Test("a recalled message that comes again is new and unopened")
    func comesAgain() throws {
        let first = Sample.delivery(5, fence: 1)
        let id = try #require(MessageID(first))
        try store.store(first, payload: Sample.document, at: Sample.time)
        try store.open(id, at: Sample.time)
        _ = try erase(lease(5, 1))
        var again = first
        again.fence = 2
        var batch = MailBatch()
        batch.deliveries = [(again, Payload([1]))]
        #expect(try store.commit(batch, at: Sample.time).new == [id])
        let entry = try #require(try store.received(id))
        #expect(entry.ending == nil)
        #expect(entry.openedAt == nil)
        #expect(entry.payload?.bytes == [1])
    }

    @Test("of two copies of a message the newest counts, whatever consent left of it")
    func newestCopy() throws {
        let first = Sample.delivery(5, fence: 1)
        var again = first
        again.fence = 2
        again.envelope.redacted = true
        try store.store(first, payload: Payload([1, 2]), at: Sample.time)
        try settle(lease(5, 1))
        try store.store(again, payload: Payload([1]), at: Sample.time)
        let entry = try #require(try store.inbox().first)
        #expect(entry.payload?.bytes == [1])
        #expect(entry.deliver.envelope.redacted)
        #expect(try store.unsettled() == [lease(5, 2)])
    }

    @Test("what was stored and not answered is known after a restart, until the answer comes")
    func unsettled() throws {
        try store.store(Sample.delivery(5, fence: 3), payload: nil, at: Sample.time)
        let reopened = try AgentStore(directory: folder.path)
        #expect(try reopened.unsettled() == [lease(5, 3)])
        try settle(lease(5, 2))
        #expect(try store.unsettled() == [lease(5, 3)])
        try settle(lease(5, 3))
        #expect(try store.unsettled() == [])
    }

    @Test("a copy whose lease is over is put away, and is not news when it comes again")
    func putAway() throws {
        let first = Sample.delivery(5)
        let id = try #require(MessageID(first))
        try store.store(first, payload: Sample.document, at: Sample.time)
        var batch = MailBatch()
        batch.putAway = [lease(5)]
        #expect(try store.commit(batch, at: Sample.time).recalled == [])
        #expect(try store.inbox().isEmpty)
        #expect(try store.inbox(unopenedOnly: true).isEmpty)
        #expect(try store.received(id) == nil)
        #expect(throws: AgentError.self) { try store.open(id, at: Sample.time) }
        var again = first
        again.fence = 2
        batch = MailBatch()
        batch.deliveries = [(again, Sample.document)]
        #expect(try store.commit(batch, at: Sample.time).new == [])
        #expect(try store.inbox().first?.payload == Sample.document)
    }
}

@Suite("What is kept of consent and its overrides")
struct ConsentStoreTests {
    private let folder: Folder
    private let store: AgentStore

    init() throws {
        folder = try Folder()
        store = try AgentStore(directory: folder.path)
    }

    private func accept(_ draft: Draft, receipt: String) throws {
        try store.enqueue(draft, at: Sample.time)
        try store.record(
            .with {
                $0.messageID = draft.submit.messageID
                $0.outcome = "accepted"
                $0.consentID = draft.submit.consentID
                $0.consentReceipt = receipt
            }, at: Sample.time + .seconds(1))
    }

    @Test("signed receipts of a directive come back in order, those of others do not")
    func receipts() throws {
        let patient = try #require(Sample.patient)
        let id = AgentIDs.system.consent()
        try accept(.consentPut(patient, directive: Sample.document, consent: id), receipt: "one\n")
        try accept(.consentPut(patient, directive: Sample.document), receipt: "other\n")
        try accept(.consentRevoke(patient, consent: id), receipt: "two\n")
        try accept(.consentRevoke(patient, consent: id), receipt: "")
        let receipts = try store.consentReceipts(of: id)
        #expect(receipts.map(\.note) == ["one\n", "two\n"])
        #expect(receipts.map(\.isWithdrawal) == [false, true])
        #expect(receipts.first?.receivedAt == Sample.time + .seconds(1))
        #expect(try store.consentReceipts(of: AgentIDs.system.consent()).isEmpty)
    }

    @Test("an override is remembered until it ends by itself or is ended")
    func overrides() throws {
        let patient = try #require(Sample.patient)
        let ids = (1...2).map { BreakGlassID(UUIDBytes(high: 3, low: $0)) }
        for (place, id) in ids.enumerated() {
            try store.remember(
                AgentStore.RunningBreakGlass(
                    id: id, patient: patient, startedAt: Sample.time + .seconds(place),
                    endsAt: Sample.time + .seconds(100 + place)))
        }
        #expect(try store.runningBreakGlasses(at: Sample.time).map(\.id) == ids.reversed())
        #expect(try store.runningBreakGlasses(at: Sample.time).first?.patient == patient)
        try store.forgetBreakGlass(ids[0])
        #expect(try store.runningBreakGlasses(at: Sample.time).map(\.id) == [ids[1]])
        #expect(try store.runningBreakGlasses(at: Sample.time + .seconds(101)).isEmpty)
        #expect(try store.runningBreakGlasses(at: Sample.time).isEmpty)
    }

    @Test("a message that is only good now waits no longer than that")
    func sendBefore() throws {
        let now = AgentIDs.system.now()
        let late = Sample.request(nil)
        let good = Sample.request(nil)
        try store.enqueue(
            late.submit, payload: nil, at: now + .seconds(-60), sendBefore: now + .seconds(-30))
        #expect(try store.waiting().isEmpty)
        #expect(try store.waitingCount() == 0)
        #expect(try store.waiting(after: 0, limit: 9).isEmpty)
        #expect(try store.sent(try #require(late.message)) != nil)
        try store.enqueue(
            good.submit, payload: nil, at: now, sendBefore: now + .seconds(3_600))
        #expect(try store.sent(try #require(late.message)) == nil)
        #expect(try store.waiting().map(\.message) == [good.message])
        #expect(try store.discard(try #require(good.message)))
        #expect(try !store.discard(try #require(good.message)))
        #expect(try store.waitingCount() == 0)
    }

    @Test("an answered message is not taken back")
    func answered() throws {
        let draft = Sample.request(nil)
        try store.enqueue(draft, at: Sample.time)
        try store.record(Sample.accepted(draft), at: Sample.time)
        #expect(try !store.discard(try #require(draft.message)))
    }

    @Test("a patient is found by the identifier")
    func patients() throws {
        let identifier = try #require(Sample.patient)
        #expect(try store.patient(identifier) == nil)
        try store.put(
            AgentStore.Patient(alias: "p7", identifier: identifier, name: "A", birthDate: ""))
        #expect(try store.patient(identifier)?.alias == "p7")
    }
}
