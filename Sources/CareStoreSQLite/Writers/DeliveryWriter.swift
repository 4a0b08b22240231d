import CareModel
import CareStore
import GRDB

/// Writes deliveries and keeps `is_ready`: set for a queued delivery that stands behind no other of
/// its mailbox and referral, so that the queue is read without looking at what is blocked.
struct DeliveryWriter {
    private let interner: Interner
    private let insertDelivery: PreparedStatement
    /// Changes a delivery that was unsettled and stays so, without a verdict to wait for.
    private let updateInPlace: PreparedStatement
    private let update: PreparedStatement
    private let standing: PreparedStatement
    private let firstBlocker: PreparedStatement
    private let makeReady: PreparedStatement
    private let makeWait: PreparedStatement

    init(_ database: Database, interner: Interner) throws {
        self.interner = interner
        insertDelivery = try PreparedStatement(
            database, insertingInto: "delivery",
            """
            id, message, mailbox, referral, queued_at, expires_at, replay_of, state, fence, \
            not_before, attempts, failures, crashes, agent, sent_at, settled_at, \
            displayed_at, code, lease_owner, lease_until, is_ready, is_open
            """)
        let hot = """
            state = ?, fence = ?, not_before = ?, attempts = ?, failures = ?, crashes = ?, agent = ?,
            sent_at = ?, settled_at = ?, displayed_at = ?, code = ?, lease_owner = ?,
            lease_until = ?, is_ready = ?
            """
        updateInPlace = try PreparedStatement(
            database, "UPDATE delivery SET \(hot) WHERE id = ?")
        update = try PreparedStatement(
            database, "UPDATE delivery SET \(hot), is_open = ? WHERE id = ?")
        standing = try PreparedStatement(
            database, "SELECT state, mailbox, referral, message FROM delivery WHERE id = ?")
        firstBlocker = try PreparedStatement(
            database,
            """
            SELECT id, state, is_ready FROM delivery INDEXED BY delivery_order
            WHERE referral = ? AND mailbox = ? AND is_open = 1 AND state >= \(Self.queued)
            ORDER BY id LIMIT 1
            """)
        makeReady = try PreparedStatement(
            database, "UPDATE delivery SET is_ready = 1 WHERE id = ?")
        makeWait = try PreparedStatement(
            database,
            """
            UPDATE delivery INDEXED BY delivery_order SET is_ready = 0
            WHERE referral = ? AND mailbox = ? AND is_open = 1 AND id > ? AND is_ready = 1
            """)
    }

    /// Held and withheld come before it among the codes, the leased ones after it.
    private static let queued = Codes.deliveryState.code(.queued)

    func insert(_ delivery: Delivery) throws(StoreError) {
        let mailbox = try interner.mailbox(delivery.mailbox)
        guard delivery.thread?.keepsOrder != false else {
            throw StoreError(
                .contradiction, "a delivery keeps the order of a thread without one")
        }
        let referral = try interner.referral(delivery.thread?.referral)
        let place = Place(id: delivery.id.number, mailbox: mailbox, referral: referral)
        let agent = try interner.agent(delivery.agent)
        let isReady = delivery.state == .queued ? try isFirst(place) : false
        try insertDelivery.run { row in
            row.add(delivery.id.number)
            row.add(delivery.message.number)
            row.add(mailbox)
            row.add(referral)
            row.add(delivery.queuedAt)
            row.add(delivery.expiresAt)
            row.add(delivery.replayOf?.number)
            row.addState(of: delivery, agent: agent, isReady: isReady)
            row.add(!delivery.state.isSettled)
        }
        if delivery.state.blocksSuccessors { try holdUp(after: place) }
    }

    func update(_ delivery: Delivery) throws(StoreError) {
        let found = try standing.first({ $0.add(delivery.id.number) }) {
            (row) throws(StoreError) in
            let state = try Codes.deliveryState.value(row.int())
            return (
                state,
                Place(id: delivery.id.number, mailbox: row.int(), referral: row.optionalInt())
            )
        }
        guard let (old, place) = found else {
            throw StoreError(.contradiction, "an unknown delivery was changed")
        }
        let agent = try interner.agent(delivery.agent)
        let isReady = delivery.state == .queued ? try isFirst(place) : false
        if old.blocksSuccessors, delivery.state.blocksSuccessors {
            try updateInPlace.run { row in
                row.addState(of: delivery, agent: agent, isReady: isReady)
                row.add(place.id)
            }
            return
        }
        try update.run { row in
            row.addState(of: delivery, agent: agent, isReady: isReady)
            row.add(!delivery.state.isSettled)
            row.add(place.id)
        }
        if old.blocksSuccessors { try letThrough(after: place) }
        if delivery.state.blocksSuccessors { try holdUp(after: place) }
    }

    /// Whether nothing before it in its mailbox and referral keeps it waiting.
    private func isFirst(_ place: Place) throws(StoreError) -> Bool {
        guard let blocker = try blocker(at: place) else { return true }
        return blocker.id >= place.id
    }

    /// Makes the next one ready now that nothing stands before it.
    private func letThrough(after place: Place) throws(StoreError) {
        guard let next = try blocker(at: place), next.state == Self.queued, !next.isReady else {
            return
        }
        try makeReady.run { $0.add(next.id) }
    }

    /// Makes later ones wait.
    private func holdUp(after place: Place) throws(StoreError) {
        guard let referral = place.referral else { return }
        try makeWait.run { row in
            row.add(referral)
            row.add(place.mailbox)
            row.add(place.id)
        }
    }

    private func blocker(
        at place: Place
    ) throws(StoreError) -> (id: Int64, state: Int64, isReady: Bool)? {
        guard let referral = place.referral else { return nil }
        return try firstBlocker.first({
            $0.add(referral)
            $0.add(place.mailbox)
        }) { ($0.int(), $0.int(), $0.bool()) }
    }
}

/// Is where a delivery stands in the order of its mailbox and referral.
private struct Place {
    let id: Int64
    let mailbox: Int64
    let referral: Int64?
}

extension Parameters {
    fileprivate mutating func addState(of delivery: Delivery, agent: Int64?, isReady: Bool) {
        add(Codes.deliveryState.code(delivery.state))
        add(delivery.fence.number)
        add(delivery.notBefore)
        add(delivery.attempts)
        add(delivery.failures)
        add(delivery.crashes)
        add(agent)
        add(delivery.sentAt)
        add(delivery.settledAt)
        add(delivery.displayedAt)
        add(delivery.code)
        add(delivery.lease?.owner.name)
        add(delivery.lease?.until)
        add(isReady)
    }
}
