import CareCore
import CareModel
import Foundation
import GRDB
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

    private func erase(_ lease: DeliveryRight) throws -> MailChange {
        var batch = MailBatch()
        batch.erased = [lease]
        return try store.commit(batch, at: Sample.time)
    }

    private func settle(_ lease: DeliveryRight) throws {
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
        let words = "MARKER-OF-A-DOCUMENT"
        let delivery = Sample.delivery(5, payload: Payload(Array(words.utf8)))
        let id = delivery.envelope.message
        try store.store(delivery, at: Sample.time)
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
            Sample.delivery(5, payload: Payload(Array(words.utf8))), at: Sample.time)
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
        var delivery = Sample.delivery(5, payload: Sample.document)
        delivery.envelope.patient = Sample.patient
        let id = delivery.envelope.message
        try store.store(delivery, at: Sample.time)
        try store.open(id, at: Sample.time)
        #expect(try erase(lease(5)).recalled == [id])
        let entry = try #require(try store.received(id))
        #expect(entry.ending == .recalled)
        #expect(entry.payload == nil)
        #expect(entry.envelope.patient == nil)
        #expect(entry.openedAt == Sample.time)
        #expect(try store.untoldDisplays(limit: 9) == [])
        #expect(try !holds("4711"))
    }

    @Test("what was stored and not answered is known after a restart, until the answer comes")
    func unsettled() throws {
        try store.store(Sample.delivery(5, fence: 3), at: Sample.time)
        let reopened = try AgentStore(directory: folder.path)
        #expect(try reopened.unsettled(limit: 9) == [lease(5, 3)])
        try settle(lease(5, 2))
        #expect(try store.unsettled(limit: 9) == [lease(5, 3)])
        try settle(lease(5, 3))
        #expect(try store.unsettled(limit: 9) == [])
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

    private func accept(_ draft: Draft, receipt: String?) throws {
        try store.enqueue(draft, at: Sample.time)
        var answer = Receipt(message: draft.message, outcome: Coded(.accepted))
        answer.consent = draft.consent
        answer.consentReceipt = receipt
        try store.record(answer, at: Sample.time + .seconds(1))
    }

    @Test("signed receipts of a directive come back in order, those of others do not")
    func receipts() throws {
        let patient = try #require(Sample.patient)
        let id = AgentIDs.system.consent()
        try accept(.consentPut(patient, directive: Sample.document, consent: id), receipt: "one\n")
        try accept(.consentPut(patient, directive: Sample.document), receipt: "other\n")
        try accept(.consentRevoke(patient, consent: id), receipt: "two\n")
        try accept(.consentRevoke(patient, consent: id), receipt: nil)
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

    @Test("a patient is found by the identifier")
    func patients() throws {
        let identifier = try #require(Sample.patient)
        #expect(try store.patient(identifier) == nil)
        try store.put(
            AgentStore.Patient(alias: "p7", identifier: identifier, name: "A", birthDate: ""))
        #expect(try store.patient(identifier)?.alias == "p7")
    }
}
