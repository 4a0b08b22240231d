internal import CareCore
public import CareModel
internal import CareStore

extension Town {
    /// The referral as the store has it.
    public func referral(_ id: ReferralID?) throws -> Referral? {
        guard let id else { return nil }
        var keys = FactKeys()
        keys.threads = [.referral(id)]
        return try broker.store.load(keys).referrals[id]
    }

    /// The delivery as the store has it.
    public func delivery(_ id: DeliveryID?) throws -> Delivery? {
        guard let id else { return nil }
        var keys = FactKeys()
        keys.deliveries = [id]
        return try broker.store.load(keys).deliveries[id]
    }

    /// All deliveries of a referral's messages, oldest first, as the hospital may see them.
    public func trail(of referral: ReferralID?) throws -> [TrailEntry] {
        guard let referral, let agent = broker.core.directory.agents[Town.audrey] else { return [] }
        return try broker.store.makeReader().answer(
            .referralTrail(referral), asker: Asker(agent), page: Page(), now: broker.clock.wall
        ).trail
    }

    /// Has the practice refer `patient` to cardiology, where it is collected.
    ///
    /// Needs consent, and leaves nothing waiting.
    @discardableResult
    public func takeIntoCare(_ patient: PatientKey) throws -> Submission {
        let adams = try connected(Self.adams)
        let request = request(for: patient)
        _ = try adams.submit(request)
        let chen = try connected(Self.chen)
        try chen.ackAll(chen.deliveries)
        try adams.say(.bye)
        try chen.say(.bye)
        return request
    }

    /// The audit log of an in-memory store, oldest first; empty of any other.
    public var audit: [AuditEvent] { (broker.store as? InMemoryStore)?.audit ?? [] }

    /// The events of a stream, oldest first.
    public func events(of stream: StreamName) throws -> [SequencedEvent] {
        try broker.store.makeReader().events(of: stream, from: 1, to: .max, limit: .max)
    }
}
