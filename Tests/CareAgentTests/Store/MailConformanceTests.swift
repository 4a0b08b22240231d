import CareCore
import CareModel
import Testing

@testable import CareAgent

/// Says which conformer of ``Mail`` a test is about.
enum MailKind: CaseIterable, CustomTestStringConvertible {
    case file
    case memory

    var testDescription: String { self == .file ? "the file" : "memory" }

    /// An empty mail of this kind.
    func mail() throws -> any Mail {
        switch self {
        case .file: try AgentStore(directory: Folder().path)
        case .memory: MemoryMail()
        }
    }
}

func erase(in mail: any Mail, _ lease: DeliveryRight) throws -> MailChange {
    var batch = MailBatch()
    batch.erased = [lease]
    return try mail.commit(batch, at: Sample.time)
}

func settle(in mail: any Mail, _ lease: DeliveryRight) throws {
    var batch = MailBatch()
    batch.settled = [lease]
    _ = try mail.commit(batch, at: Sample.time)
}

@Suite("Every mail: what is sent")
struct OutgoingMailTests {
    @Test(
        "messages wait in the order they were written, with their documents",
        arguments: MailKind.allCases)
    func order(kind: MailKind) throws {
        let store = try kind.mail()
        let drafts = [Sample.request(), Sample.request(nil), Sample.request()]
        for draft in drafts { try store.enqueue(draft, at: Sample.time) }
        let waiting = try store.waiting()
        #expect(waiting.map(\.draft) == drafts)
        #expect(try store.waitingCount() == 3)
    }

    @Test(
        "the same message again changes nothing, another under its id is refused",
        arguments: MailKind.allCases)
    func sameID(kind: MailKind) throws {
        let store = try kind.mail()
        let draft = Sample.request()
        try store.enqueue(draft, at: Sample.time)
        try store.enqueue(draft, at: Sample.time)
        #expect(try store.waiting().count == 1)
        var other = draft
        other.reason = ReasonCode("advice")
        let error = #expect(throws: AgentError.self) {
            try store.enqueue(other, at: Sample.time)
        }
        #expect(error?.code == .invalid)
    }

    @Test("an answer ends the wait and stays the first one", arguments: MailKind.allCases)
    func answers(kind: MailKind) throws {
        let store = try kind.mail()
        let draft = Sample.request()
        let message = draft.message
        try store.enqueue(draft, at: Sample.time)
        try store.record(Sample.accepted(draft), at: Sample.time + .seconds(1))
        #expect(try store.waiting().isEmpty)
        try store.record(Sample.refused(draft, "not-allowed"), at: Sample.time + .seconds(2))
        let entry = try #require(try store.sent(message))
        #expect(entry.receipt?.outcome == .accepted)
        #expect(entry.answeredAt == Sample.time + .seconds(1))
    }

    @Test(
        "a busy broker leaves the message waiting, a repeated refusal does not",
        arguments: MailKind.allCases)
    func retriable(kind: MailKind) throws {
        let store = try kind.mail()
        let draft = Sample.request()
        try store.enqueue(draft, at: Sample.time)
        try store.record(Sample.refused(draft, "busy", retriable: true), at: Sample.time)
        #expect(try store.waiting().map(\.receipt) == [nil])
        try store.record(
            Sample.refused(draft, "internal-error", retriable: true, duplicate: true),
            at: Sample.time)
        #expect(try store.waiting().isEmpty)
    }

    @Test(
        "the waiting messages come in pages without their documents", arguments: MailKind.allCases)
    func pages(kind: MailKind) throws {
        let store = try kind.mail()
        for _ in 0..<5 { try store.enqueue(Sample.request(), at: Sample.time) }
        let first = try store.waiting(after: 0, limit: 3, at: Sample.time)
        #expect(first.map(\.place) == [1, 2, 3])
        #expect(first.map(\.byteCount) == Array(repeating: Sample.document.byteCount, count: 3))
        #expect(try store.waiting(after: 3, limit: 3, at: Sample.time).map(\.place) == [4, 5])
    }

    @Test(
        "a request makes its referral known as a draft, until the broker refuses it",
        arguments: MailKind.allCases)
    func drafts(kind: MailKind) throws {
        let store = try kind.mail()
        let draft = Sample.request()
        let id = try #require(draft.referral)
        try store.enqueue(draft, at: Sample.time)
        let known = try #require(try store.referral(number: ReferralNumber(id)))
        #expect(known.state == .draft)
        #expect(known.version == 0)
        #expect(known.to == draft.to)
        try store.record(Sample.refused(draft, "consent-refused"), at: Sample.time)
        #expect(try store.referral(id) == nil)
        #expect(try store.sent(about: id).count == 1)
    }

    @Test("who is acted for is kept with the message", arguments: MailKind.allCases)
    func person(kind: MailKind) throws {
        let store = try kind.mail()
        let identifier = try #require(Sample.patient)
        let nora = try #require(Person(identifier: identifier, name: "Nora", role: "nurse"))
        var draft = Sample.request()
        draft.actingFor = nora
        try store.enqueue(draft, at: Sample.time)
        #expect(try store.sent(draft.message)?.draft == draft)
        // Somebody else who sends the same says nothing new.
        draft.actingFor = nil
        try store.enqueue(draft, at: Sample.time)
        #expect(try store.sent(draft.message)?.draft.actingFor == nora)
    }
}

@Suite("Every mail: what is collected and known")
struct CollectedMailTests {
    @Test(
        "a message that comes twice is kept once, with its newest fence",
        arguments: MailKind.allCases)
    func duplicates(kind: MailKind) throws {
        let store = try kind.mail()
        let first = Sample.delivery(1, payload: Sample.document)
        var again = first
        again.fence = Fence(2)
        again.isRedelivered = true
        try store.store(first, at: Sample.time)
        try store.store(again, at: Sample.time + .seconds(9))
        let inbox = try store.inbox()
        #expect(inbox.count == 1)
        #expect(inbox.first?.arrival.fence == Fence(2))
        #expect(inbox.first?.receivedAt == Sample.time)
        #expect(inbox.first?.payload == Sample.document)
    }

    @Test("the inbox is newest first, a referral's mail oldest first", arguments: MailKind.allCases)
    func order(kind: MailKind) throws {
        let store = try kind.mail()
        let referral = AgentIDs.system.referral()
        for number in 1...3 as ClosedRange<Int64> {
            try store.store(
                Sample.delivery(number, about: referral), at: Sample.time)
        }
        try store.store(Sample.delivery(4), at: Sample.time)
        #expect(try store.inbox().map(\.arrival.delivery.number) == [4, 3, 2, 1])
        #expect(try store.inbox(about: referral).map(\.arrival.delivery.number) == [1, 2, 3])
    }

    @Test("an opened message is told to the broker until it knows", arguments: MailKind.allCases)
    func opened(kind: MailKind) throws {
        let store = try kind.mail()
        let delivery = Sample.delivery(5, fence: 3)
        let id = delivery.envelope.message
        try store.store(delivery, at: Sample.time)
        #expect(try store.untoldDisplays(limit: 9) == [])
        try store.open(id, at: Sample.time + .seconds(1))
        try store.open(id, at: Sample.time + .seconds(5))
        #expect(try store.received(id)?.openedAt == Sample.time + .seconds(1))
        #expect(try store.inbox(unopenedOnly: true).isEmpty)
        #expect(
            try store.untoldDisplays(limit: 9) == [
                OpenedDelivery(DeliveryRight(DeliveryID(5), Fence(3)))
            ])
        var batch = MailBatch()
        batch.displaysKnown = [DeliveryID(5)]
        _ = try store.commit(batch, at: Sample.time)
        #expect(try store.untoldDisplays(limit: 9) == [])
        let error = #expect(throws: AgentError.self) {
            try store.open(AgentIDs.system.message(), at: Sample.time)
        }
        #expect(error?.code == .notFound)
    }

    @Test("the newest version of a referral wins, whoever tells it", arguments: MailKind.allCases)
    func newestVersion(kind: MailKind) throws {
        let store = try kind.mail()
        let draft = Sample.request()
        let id = try #require(draft.referral)
        try store.enqueue(draft, at: Sample.time)
        try store.record(Sample.accepted(draft), at: Sample.time)
        #expect(try store.referral(id)?.state == .requested)
        #expect(try store.referral(id)?.priority == .urgent)
        try store.store(
            Sample.delivery(1, about: id, version: 3, state: .accepted, kind: .accept),
            at: Sample.time)
        #expect(try store.referral(id)?.state == .accepted)
        #expect(try store.referral(id)?.recipient == OrganisationID(unchecked: "hospital"))
        try store.store(
            Sample.delivery(2, about: id, version: 2, state: .received, kind: .ask), at: Sample.time
        )
        #expect(try store.referral(id)?.state == .accepted)
        var told = Sample.referral(id, version: 3, state: .accepted)
        told.allowedMoves = [Coded(.cancel)]
        try store.remember(told)
        #expect(try store.referral(id)?.allowedMoves == [Coded(.cancel)])
        try store.remember(Sample.referral(id, version: 1, state: .requested))
        #expect(try store.referral(id)?.version == 3)
    }

    @Test("moves that were allowed in an older version are forgotten", arguments: MailKind.allCases)
    func forgetsMoves(kind: MailKind) throws {
        let store = try kind.mail()
        let id = AgentIDs.system.referral()
        var told = Sample.referral(id, version: 1, state: .requested)
        told.allowedMoves = [Coded(.cancel)]
        told.worklist = Coded(.awaitingReceipt)
        try store.remember(told)
        try store.store(
            Sample.delivery(1, about: id, version: 2, state: .declined, kind: .decline),
            at: Sample.time)
        let known = try #require(try store.referral(id))
        #expect(known.allowedMoves == [])
        #expect(known.worklist == nil)
        #expect(known.state == .declined)
    }

    @Test("a stale answer tells where the referral stands", arguments: MailKind.allCases)
    func staleVersion(kind: MailKind) throws {
        let store = try kind.mail()
        let draft = Sample.request()
        let id = try #require(draft.referral)
        try store.enqueue(draft, at: Sample.time)
        try store.record(Sample.accepted(draft), at: Sample.time)
        let move = Draft.move(.cancel, of: id, at: 1, reason: ReasonCode("patient-request"))
        try store.enqueue(move, at: Sample.time)
        var refusal = Sample.refused(move, "stale-version")
        refusal.refusal?.state = Coded(.accepted)
        refusal.refusal?.version = 4
        try store.record(refusal, at: Sample.time)
        #expect(try store.referral(id)?.state == .accepted)
        #expect(try store.referral(id)?.version == 4)
    }

    @Test(
        "a cursor goes forward within an epoch and anywhere in a new one",
        arguments: MailKind.allCases)
    func cursors(kind: MailKind) throws {
        let store = try kind.mail()
        let stream = try #require(StreamName("agent:a"))
        #expect(try store.cursor(stream) == nil)
        try store.setCursor(stream, epoch: 1, sequence: 9)
        try store.setCursor(stream, epoch: 1, sequence: 4)
        #expect(try store.cursor(stream)?.sequence == 9)
        try store.setCursor(stream, epoch: 2, sequence: 1)
        #expect(try store.cursor(stream)?.epoch == 2)
        #expect(try store.cursor(stream)?.sequence == 1)
    }

    @Test("who opened a message first is told to the broker", arguments: MailKind.allCases)
    func openedBy(kind: MailKind) throws {
        let store = try kind.mail()
        let identifier = try #require(Sample.patient)
        let nora = try #require(Person(identifier: identifier, name: "Nora"))
        let delivery = Sample.delivery(5)
        try store.store(delivery, at: Sample.time)
        try store.open(delivery.envelope.message, by: nora, at: Sample.time)
        try store.open(delivery.envelope.message, by: nil, at: Sample.time + .seconds(1))
        #expect(
            try store.untoldDisplays(limit: 9) == [OpenedDelivery(delivery.right, by: nora)])
    }
}

@Suite("Every mail: what is taken back")
struct RecalledMailTests {
    @Test("a newer copy and an acknowledged one stay", arguments: MailKind.allCases)
    func stays(kind: MailKind) throws {
        let store = try kind.mail()
        try store.store(Sample.delivery(5, fence: 2, payload: Sample.document), at: Sample.time)
        #expect(try erase(in: store, lease(5, 1)).recalled == [])
        #expect(try erase(in: store, lease(6, 9)).recalled == [])
        #expect(try store.inbox().count == 1)
        try settle(in: store, lease(5, 2))
        #expect(try erase(in: store, lease(5, 2)).recalled == [])
        #expect(try store.inbox().first?.payload == Sample.document)
    }

    @Test(
        "a copy and its recall in one turn leave nothing, in whichever order the leases were",
        arguments: MailKind.allCases)
    func oneTurn(kind: MailKind) throws {
        let store = try kind.mail()
        let first = Sample.delivery(5, fence: 1, payload: Sample.document)
        var again = first
        again.fence = Fence(2)
        var batch = MailBatch()
        batch.arrivals = [first, again]
        batch.erased = [lease(5, 1)]
        #expect(try store.commit(batch, at: Sample.time).recalled == [])
        #expect(try store.inbox().map(\.arrival.fence) == [Fence(2)])
        batch.arrivals = []
        batch.erased = [lease(5, 2)]
        #expect(try store.commit(batch, at: Sample.time).recalled.count == 1)
        #expect(try store.inbox().isEmpty)
    }

    @Test("a recalled message that comes again is new and unopened", arguments: MailKind.allCases)
    func comesAgain(kind: MailKind) throws {
        let store = try kind.mail()
        let first = Sample.delivery(5, fence: 1, payload: Sample.document)
        let id = first.envelope.message
        try store.store(first, at: Sample.time)
        try store.open(id, at: Sample.time)
        _ = try erase(in: store, lease(5, 1))
        var again = first
        again.fence = Fence(2)
        var batch = MailBatch()
        again.payload = Payload([1])
        batch.arrivals = [again]
        #expect(try store.commit(batch, at: Sample.time).new == [id])
        let entry = try #require(try store.received(id))
        #expect(entry.ending == nil)
        #expect(entry.openedAt == nil)
        #expect(entry.payload?.bytes == [1])
    }

    @Test(
        "of two copies of a message the newest counts, whatever consent left of it",
        arguments: MailKind.allCases)
    func newestCopy(kind: MailKind) throws {
        let store = try kind.mail()
        let first = Sample.delivery(5, fence: 1, payload: Payload([1, 2]))
        var again = first
        again.fence = Fence(2)
        again.envelope.isRedacted = true
        again.payload = Payload([1])
        try store.store(first, at: Sample.time)
        try settle(in: store, lease(5, 1))
        try store.store(again, at: Sample.time)
        let entry = try #require(try store.inbox().first)
        #expect(entry.payload?.bytes == [1])
        #expect(entry.envelope.isRedacted)
        #expect(try store.unsettled(limit: 9) == [lease(5, 2)])
    }

    @Test(
        "a copy whose lease is over is put away, and is not news when it comes again",
        arguments: MailKind.allCases)
    func putAway(kind: MailKind) throws {
        let store = try kind.mail()
        let first = Sample.delivery(5, payload: Sample.document)
        let id = first.envelope.message
        try store.store(first, at: Sample.time)
        var batch = MailBatch()
        batch.putAway = [lease(5)]
        #expect(try store.commit(batch, at: Sample.time).recalled == [])
        #expect(try store.inbox().isEmpty)
        #expect(try store.inbox(unopenedOnly: true).isEmpty)
        #expect(try store.received(id) == nil)
        #expect(throws: AgentError.self) { try store.open(id, at: Sample.time) }
        var again = first
        again.fence = Fence(2)
        batch = MailBatch()
        batch.arrivals = [again]
        #expect(try store.commit(batch, at: Sample.time).new == [])
        #expect(try store.inbox().first?.payload == Sample.document)
    }

    @Test("a message that is only good now waits no longer than that", arguments: MailKind.allCases)
    func sendBefore(kind: MailKind) throws {
        let store = try kind.mail()
        let now = AgentIDs.system.now()
        let late = Sample.request(nil)
        let good = Sample.request(nil)
        try store.enqueue(late, at: now + .seconds(-60), sendBefore: now + .seconds(-30))
        #expect(try store.waiting().isEmpty)
        #expect(try store.waitingCount() == 0)
        #expect(try store.waiting(after: 0, limit: 9, at: now).isEmpty)
        #expect(try store.sent(late.message) != nil)
        try store.enqueue(good, at: now, sendBefore: now + .seconds(3_600))
        #expect(try store.sent(late.message) == nil)
        #expect(try store.waiting().map(\.message) == [good.message])
        #expect(try store.discard(good.message))
        #expect(try !store.discard(good.message))
        #expect(try store.waitingCount() == 0)
    }

    @Test("an answered message is not taken back", arguments: MailKind.allCases)
    func answered(kind: MailKind) throws {
        let store = try kind.mail()
        let draft = Sample.request(nil)
        try store.enqueue(draft, at: Sample.time)
        try store.record(Sample.accepted(draft), at: Sample.time)
        #expect(try !store.discard(draft.message))
    }
}
