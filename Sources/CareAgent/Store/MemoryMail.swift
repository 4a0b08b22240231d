public import CareModel
internal import Synchronization

/// Keeps an agent's mail in memory, for tests: what is acknowledged is lost with the process.
public final class MemoryMail: Mail {
    fileprivate struct Collected {
        var entry: InboxEntry
        var isSettled = false
        var isDisplayKnown = false
        var openedBy: Person?
    }

    fileprivate struct State {
        var outbox: [(place: Int64, entry: OutboxEntry)] = []
        var lastPlace: Int64 = 0
        /// In the order of their first arrival.
        var inbox: [Collected] = []
        var referrals: [ReferralID: ReferralView] = [:]
        var cursors: [StreamName: StreamCursor] = [:]
    }

    private let state = Mutex(State())

    /// Makes an empty mail.
    public init() {}

    /// Puts a message into the outbox.
    public func enqueue(
        _ draft: Draft, at now: Timestamp, sendBefore: Timestamp?
    ) throws(AgentError) {
        let isTaken = state.withLock { state in
            state.outbox.removeAll { _, entry in
                entry.answeredAt == nil && entry.sendBefore.map { $0 <= now } == true
            }
            if let earlier = state.outbox.first(where: { $0.entry.message == draft.message }) {
                var same = draft
                same.actingFor = earlier.entry.draft.actingFor
                return earlier.entry.draft != same
            }
            state.lastPlace += 1
            let entry = OutboxEntry(draft: draft, createdAt: now, sendBefore: sendBefore)
            state.outbox.append((state.lastPlace, entry))
            if draft.kind == .move(.request), let id = draft.referral {
                state.learn(of: id, at: now) { $0.learn(from: draft, at: now) }
            }
            return false
        }
        if isTaken { throw .takenID }
    }

    /// The messages that wait for an answer, oldest first.
    public func waiting(at now: Timestamp) throws(AgentError) -> [OutboxEntry] {
        state.withLock { $0.outbox.map(\.entry).filter { $0.waits(at: now) } }
    }

    /// The next messages that wait, after the place `place`, without their documents.
    public func waiting(
        after place: Int64, limit: Int, at now: Timestamp
    ) throws(AgentError) -> [WaitingMessage] {
        state.withLock { state in
            state.outbox.lazy.filter { $0.place > place && $0.entry.waits(at: now) }
                .prefix(limit).map { place, entry in
                    WaitingMessage(
                        place: place, message: entry.message, referral: entry.draft.referral,
                        byteCount: entry.draft.payload?.byteCount ?? 0)
                }
        }
    }

    /// One message of the outbox; nil if there is none of that id.
    public func sent(_ message: MessageID) throws(AgentError) -> OutboxEntry? {
        state.withLock { $0.outbox.first { $0.entry.message == message }?.entry }
    }

    /// What was sent about a referral, oldest first.
    public func sent(about referral: ReferralID) throws(AgentError) -> [OutboxEntry] {
        state.withLock { $0.outbox.map(\.entry).filter { $0.draft.referral == referral } }
    }

    /// Takes a message back that has no answer yet; false if it has one, or there is none.
    public func discard(_ message: MessageID) throws(AgentError) -> Bool {
        state.withLock { state in
            let index = state.outbox.firstIndex {
                $0.entry.message == message && $0.entry.answeredAt == nil
            }
            if let index { state.outbox.remove(at: index) }
            return index != nil
        }
    }

    /// The collected messages, newest first; those of one referral oldest first.
    public func inbox(
        about referral: ReferralID?, unopenedOnly: Bool
    ) throws(AgentError) -> [InboxEntry] {
        state.withLock { state in
            let listed = state.inbox.map(\.entry).filter { entry in
                let isOpened = entry.openedAt != nil
                guard referral == nil || entry.envelope.referral == referral else { return false }
                return unopenedOnly ? !isOpened && entry.ending == nil : entry.isListed
            }
            return referral == nil ? listed.reversed() : listed
        }
    }

    /// One collected message; nil if there is none of that id.
    public func received(_ message: MessageID) throws(AgentError) -> InboxEntry? {
        state.withLock { state in
            state.inbox.first { $0.entry.envelope.message == message && $0.entry.isListed }?.entry
        }
    }

    /// Remembers that a person opened a message; the broker is told in the next session.
    public func open(
        _ message: MessageID, by person: Person?, at now: Timestamp
    ) throws(AgentError) {
        let isHere = state.withLock { state in
            let index = state.inbox.firstIndex {
                $0.entry.envelope.message == message && $0.entry.isListed
            }
            guard let index else { return false }
            guard state.inbox[index].entry.openedAt == nil else { return true }
            state.inbox[index].entry.openedAt = now
            state.inbox[index].openedBy = person
            return true
        }
        guard isHere else {
            throw AgentError(
                .notFound, "This message is not in the inbox. Collect the mail first.")
        }
    }

    /// The opened messages that the broker has not been told of, oldest first.
    public func untoldDisplays(limit: Int) throws(AgentError) -> [OpenedDelivery] {
        state.withLock { state in
            state.inbox.lazy.filter { $0.entry.openedAt != nil && !$0.isDisplayKnown }
                .prefix(limit).map {
                    OpenedDelivery($0.entry.arrival.right, by: $0.openedBy)
                }
        }
    }

    /// The stored messages of which nobody knows whether the broker has their acknowledgement.
    public func unsettled(limit: Int) throws(AgentError) -> [DeliveryRight] {
        state.withLock { state in
            state.inbox.lazy.filter { !$0.isSettled }.prefix(limit).map(\.entry.arrival.right)
        }
    }

    /// Remembers what is newest of a referral; an older version changes nothing.
    public func remember(_ referral: ReferralView) throws(AgentError) {
        let now = referral.updatedAt ?? Timestamp(milliseconds: 0)
        state.withLock { $0.learn(of: referral.id, at: now) { $0.learn(from: referral) } }
    }

    /// What is known of a referral: by the broker's answers, by mail, by receipts.
    public func referral(_ id: ReferralID) throws(AgentError) -> ReferralView? {
        state.withLock { $0.referrals[id] }
    }

    /// All known referrals, newest first.
    public func referrals() throws(AgentError) -> [ReferralView] {
        state.withLock { state in
            state.referrals.values.sorted { left, right in
                let times = (left.updatedAt?.milliseconds ?? 0, right.updatedAt?.milliseconds ?? 0)
                return times.0 == times.1 ? left.id > right.id : times.0 > times.1
            }
        }
    }

    /// How far a stream was read; nil if never.
    public func cursor(_ stream: StreamName) throws(AgentError) -> StreamCursor? {
        state.withLock { $0.cursors[stream] }
    }

    /// Writes all that one turn of a session brought.
    public func commit(_ batch: MailBatch, at now: Timestamp) throws(AgentError) -> MailChange {
        state.withLock { state in
            var change = MailChange()
            for arrival in batch.arrivals where state.insert(arrival, at: now) {
                change.new.insert(arrival.envelope.message)
            }
            for lease in batch.settled {
                for index in state.inbox.indices
                where state.inbox[index].entry.arrival.right == lease {
                    state.inbox[index].isSettled = true
                }
            }
            for lease in batch.putAway { _ = state.end(.lapsed, lease) }
            for lease in batch.erased { change.recalled += state.end(.recalled, lease) }
            for receipt in batch.receipts { state.record(receipt, at: now) }
            for delivery in batch.displaysKnown { state.noteDisplayKnown(delivery) }
            for event in batch.events {
                guard let id = event.referral else { continue }
                state.learn(of: id, at: now) { $0.learn(from: event) }
            }
            for (stream, cursor) in batch.cursors {
                if let known = state.cursors[stream], known.epoch == cursor.epoch,
                    known.sequence >= cursor.sequence
                {
                    continue
                }
                state.cursors[stream] = cursor
            }
            return change
        }
    }
}

extension InboxEntry {
    /// Whether it is shown: what lapsed or was recalled before anybody opened it is not.
    var isListed: Bool { openedAt != nil || ending == nil }
}

extension MemoryMail.State {
    fileprivate mutating func learn(
        of id: ReferralID, at now: Timestamp, onlyIfKnown: Bool = false,
        _ change: (inout ReferralView) -> Void
    ) {
        let before = referrals[id]
        if before == nil, onlyIfKnown { return }
        var facts = before ?? ReferralView(id: id)
        change(&facts)
        guard facts != before else { return }
        if facts.updatedAt == nil { facts.updatedAt = now }
        referrals[id] = facts
    }

    /// Inserts a delivery or renews it; true if the message was not there before.
    fileprivate mutating func insert(_ arrival: Arrival, at now: Timestamp) -> Bool {
        let index = inbox.firstIndex { $0.entry.envelope.message == arrival.envelope.message }
        if let index, inbox[index].entry.ending == .recalled {
            // What was recalled and comes again is news: its reader has been told that it is gone.
            inbox.remove(at: index)
        } else if let index {
            inbox[index].entry.arrival = arrival
            inbox[index].entry.ending = nil
            inbox[index].isSettled = false
            return false
        }
        inbox.append(.init(entry: InboxEntry(arrival: arrival, receivedAt: now)))
        if let id = arrival.envelope.referral {
            learn(of: id, at: now) { $0.learn(from: arrival.envelope) }
        }
        return true
    }

    /// Takes a copy back that was never acknowledged.
    fileprivate mutating func end(
        _ ending: InboxEntry.Ending, _ lease: DeliveryRight
    ) -> [MessageID] {
        let ended = inbox.filter { collected in
            let arrival = collected.entry.arrival
            return arrival.delivery == lease.delivery && arrival.fence <= lease.fence
                && !collected.isSettled
        }.map(\.entry.envelope.message)
        for message in ended {
            guard let index = inbox.firstIndex(where: { $0.entry.envelope.message == message })
            else { continue }
            if ending == .recalled, inbox[index].entry.openedAt == nil {
                inbox.remove(at: index)
                continue
            }
            inbox[index].entry.arrival.payload = nil
            inbox[index].entry.arrival.envelope.patient = nil
            inbox[index].entry.ending = ending
            inbox[index].isSettled = true
            inbox[index].isDisplayKnown = true
        }
        return ended
    }

    fileprivate mutating func noteDisplayKnown(_ delivery: DeliveryID) {
        for index in inbox.indices
        where inbox[index].entry.arrival.delivery == delivery
            && inbox[index].entry.openedAt != nil
        {
            inbox[index].isDisplayKnown = true
        }
    }

    fileprivate mutating func record(_ receipt: Receipt, at now: Timestamp) {
        guard receipt.isFinal else { return }
        let index = outbox.firstIndex {
            $0.entry.message == receipt.message && $0.entry.answeredAt == nil
        }
        guard let index else { return }
        outbox[index].entry.receipt = receipt
        outbox[index].entry.answeredAt = now
        let draft = outbox[index].entry.draft
        // What never came to be is no referral.
        if receipt.isRefused, draft.kind == .move(.request), let id = draft.referral,
            referrals[id]?.version == 0
        {
            referrals[id] = nil
        }
        guard let id = receipt.referral else { return }
        learn(of: id, at: now, onlyIfKnown: receipt.isRefused) {
            $0.learn(from: receipt, at: now)
        }
    }
}
