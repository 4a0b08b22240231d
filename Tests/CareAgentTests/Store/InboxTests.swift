import CareCore
import CareModel
import CareWire
import SwiftProtobuf
import Testing

@testable import CareAgent

@Suite("Inbox and what is known of referrals")
struct InboxTests {
    private let folder: Folder
    private let store: AgentStore

    init() throws {
        folder = try Folder()
        store = try AgentStore(directory: folder.path)
    }

    @Test("a message that comes twice is kept once, with its newest fence")
    func duplicates() throws {
        let first = Sample.delivery(1)
        var again = first
        again.fence = 2
        again.redelivered = true
        try store.store(first, payload: Sample.document, at: Sample.time)
        try store.store(again, payload: Sample.document, at: Sample.time + .seconds(9))
        let inbox = try store.inbox()
        #expect(inbox.count == 1)
        #expect(inbox.first?.deliver.fence == 2)
        #expect(inbox.first?.receivedAt == Sample.time)
        #expect(inbox.first?.payload == Sample.document)
    }

    @Test("the inbox is newest first, a referral's mail oldest first")
    func order() throws {
        let referral = AgentIDs.system.referral()
        for number in 1...3 as ClosedRange<UInt64> {
            try store.store(
                Sample.delivery(number, about: referral), payload: nil, at: Sample.time)
        }
        try store.store(Sample.delivery(4), payload: nil, at: Sample.time)
        #expect(try store.inbox().map(\.deliver.deliveryID) == [4, 3, 2, 1])
        #expect(try store.inbox(about: referral).map(\.deliver.deliveryID) == [1, 2, 3])
    }

    @Test("an opened message is told to the broker until it knows")
    func opened() throws {
        let delivery = Sample.delivery(5, fence: 3)
        let id = try #require(MessageID(delivery))
        try store.store(delivery, payload: nil, at: Sample.time)
        #expect(try store.untoldDisplays() == [])
        try store.open(id, at: Sample.time + .seconds(1))
        try store.open(id, at: Sample.time + .seconds(5))
        #expect(try store.received(id)?.openedAt == Sample.time + .seconds(1))
        #expect(try store.inbox(unopenedOnly: true).isEmpty)
        #expect(
            try store.untoldDisplays() == [AgentCore.Lease(DeliveryID(5), Fence(3))])
        var batch = MailBatch()
        batch.displaysKnown = [DeliveryID(5)]
        _ = try store.commit(batch, at: Sample.time)
        #expect(try store.untoldDisplays() == [])
        let error = #expect(throws: AgentError.self) {
            try store.open(AgentIDs.system.message(), at: Sample.time)
        }
        #expect(error?.code == .notFound)
    }

    @Test("the newest version of a referral wins, whoever tells it")
    func newestVersion() throws {
        let draft = Sample.request()
        let id = try #require(draft.referral)
        try store.enqueue(draft, at: Sample.time)
        try store.record(Sample.accepted(draft), at: Sample.time)
        #expect(try store.referral(id)?.state == "requested")
        #expect(try store.referral(id)?.priority == "urgent")
        try store.store(
            Sample.delivery(1, about: id, version: 3, state: "accepted", kind: "accept"),
            payload: nil, at: Sample.time)
        #expect(try store.referral(id)?.state == "accepted")
        #expect(try store.referral(id)?.recipient == "hospital")
        try store.store(
            Sample.delivery(2, about: id, version: 2, state: "received", kind: "ask"),
            payload: nil, at: Sample.time)
        #expect(try store.referral(id)?.state == "accepted")
        try store.remember(
            .with {
                $0.referralID = id.data
                $0.version = 3
                $0.state = "accepted"
                $0.allowedMoves = ["cancel"]
            })
        #expect(try store.referral(id)?.allowedMoves == ["cancel"])
        try store.remember(
            .with {
                $0.referralID = id.data
                $0.version = 1
                $0.state = "requested"
            })
        #expect(try store.referral(id)?.version == 3)
    }

    @Test("moves that were allowed in an older version are forgotten")
    func forgetsMoves() throws {
        let id = AgentIDs.system.referral()
        try store.remember(
            .with {
                $0.referralID = id.data
                $0.version = 1
                $0.state = "requested"
                $0.allowedMoves = ["cancel"]
                $0.worklist = "awaiting receipt"
            })
        try store.store(
            Sample.delivery(1, about: id, version: 2, state: "declined", kind: "decline"),
            payload: nil, at: Sample.time)
        let known = try #require(try store.referral(id))
        #expect(known.allowedMoves == [])
        #expect(known.worklist == "")
        #expect(known.state == "declined")
    }

    @Test("a stale answer tells where the referral stands")
    func staleVersion() throws {
        let draft = Sample.request()
        let id = try #require(draft.referral)
        try store.enqueue(draft, at: Sample.time)
        try store.record(Sample.accepted(draft), at: Sample.time)
        let move = Draft.move(.cancel, of: id, at: 1, reason: ReasonCode("patient-request"))
        try store.enqueue(move, at: Sample.time)
        var refusal = Sample.refused(move, "stale-version")
        refusal.refusal.state = "accepted"
        refusal.refusal.referralVersion = 4
        try store.record(refusal, at: Sample.time)
        #expect(try store.referral(id)?.state == "accepted")
        #expect(try store.referral(id)?.version == 4)
    }

    @Test("a referral is found by its number and listed newest first")
    func numbers() throws {
        let ids = [AgentIDs.system.referral(), AgentIDs.system.referral()]
        for (index, id) in ids.enumerated() {
            try store.remember(
                .with {
                    $0.referralID = id.data
                    $0.version = 1
                    $0.state = "requested"
                    $0.updatedAtMs = Int64(index + 1)
                })
        }
        #expect(try store.referrals().map(\.referralID) == ids.reversed().map(\.data))
        #expect(try store.referral(number: ReferralNumber(ids[0]))?.referralID == ids[0].data)
    }

    @Test("a referral of one's own leads to the patient's alias")
    func patients() throws {
        let identifier = try #require(Sample.patient)
        let patient = AgentStore.Patient(
            alias: "p7", identifier: identifier, name: "A", birthDate: "1950-01-02")
        let draft = Sample.request()
        let id = try #require(draft.referral)
        try store.put(patient)
        try store.enqueue(draft, at: Sample.time)
        #expect(try store.patient(of: id)?.alias == "p7")
        #expect(try store.patient(of: AgentIDs.system.referral()) == nil)
        #expect(try store.patient("p7")?.birthDate == "1950-01-02")
        #expect(try store.removePatient("p7"))
        #expect(try !store.removePatient("p7"))
        #expect(try store.patients().isEmpty)
    }

    @Test("a cursor goes forward within an epoch and anywhere in a new one")
    func cursors() throws {
        #expect(try store.cursor("agent:a") == nil)
        try store.setCursor("agent:a", epoch: 1, sequence: 9)
        try store.setCursor("agent:a", epoch: 1, sequence: 4)
        #expect(try store.cursor("agent:a")?.sequence == 9)
        try store.setCursor("agent:a", epoch: 2, sequence: 1)
        #expect(try store.cursor("agent:a")?.epoch == 2)
        #expect(try store.cursor("agent:a")?.sequence == 1)
    }
}
