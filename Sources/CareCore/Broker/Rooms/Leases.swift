internal import CareModel

/// Is a lease that a session of this broker holds now.
struct Lease {
    let holder: Peer
    /// When it runs out, by the monotonic clock.
    var deadline: Duration
    /// What the copy left out.
    let redaction: Redaction?
    /// How many bytes of the holder's credit it has taken.
    var byteCount: Int
}

/// Keeps the leases of this broker's sessions.
struct Leases {
    private var byDelivery: [DeliveryID: Lease] = [:]
    private var byHolder: [Peer: Set<DeliveryID>] = [:]
    /// Those under a provisional number.
    private var unnumbered: [DeliveryID] = []

    /// The lease of a delivery.
    subscript(id: DeliveryID) -> Lease? { byDelivery[id] }

    /// What a session holds, in order.
    func held(by peer: Peer) -> [DeliveryID] { (byHolder[peer] ?? []).sorted() }

    /// How many deliveries a session holds.
    func count(of peer: Peer) -> Int { byHolder[peer]?.count ?? 0 }

    /// The deliveries whose lease has run out, oldest first.
    func lapsed(at uptime: Duration) -> [DeliveryID] {
        byDelivery.filter { $0.value.deadline <= uptime }.map(\.key).sorted()
    }

    /// Gives a delivery to a session.
    mutating func grant(_ id: DeliveryID, _ lease: Lease) {
        assert(byDelivery[id] == nil, "a delivery has one lease")
        byDelivery[id] = lease
        byHolder[lease.holder, default: []].insert(id)
        if id.provisionalPlace != nil { unnumbered.append(id) }
    }

    /// Gives its holder more time.
    mutating func extend(_ id: DeliveryID, until deadline: Duration) {
        byDelivery[id]?.deadline = deadline
    }

    /// Notes that a delivery has taken another number of bytes of credit than was thought.
    mutating func correct(_ id: DeliveryID, byteCount: Int) {
        byDelivery[id]?.byteCount = byteCount
    }

    /// Ends a lease; nil if there was none.
    mutating func end(_ id: DeliveryID) -> Lease? {
        guard let lease = byDelivery.removeValue(forKey: id) else { return nil }
        let removed = byHolder[lease.holder]?.remove(id)
        assert(removed != nil, "a lease is its holder's")
        if byHolder[lease.holder]?.isEmpty == true { byHolder[lease.holder] = nil }
        return lease
    }

    /// Ends what a session held, and gives it in order.
    mutating func endAll(of peer: Peer) -> [DeliveryID] {
        let held = held(by: peer)
        for id in held { byDelivery[id] = nil }
        byHolder[peer] = nil
        return held
    }

    /// Takes the numbers that the store gave to what the step added and leased.
    mutating func renumber(_ numbering: Numbering) {
        for id in unnumbered {
            guard let lease = end(id) else { continue }
            grant(numbering.number(id), lease)
        }
        unnumbered = []
    }
}
