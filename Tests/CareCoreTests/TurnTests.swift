import CareModel
import CareStore
import CareTestKit
import Testing

@testable import CareCore

/// What a turn does around a step: copies before promises, parts instead of long steps, and
/// another try when somebody else was faster.
@Suite("A turn promises only what it can keep")
struct TurnTests {
    private let patient = Town.patient(1)

    private func request(_ town: Town, _ number: Int, byteCount: Int) -> Submission {
        var request = town.request(for: Town.patient(1), byteCount: byteCount)
        request.request.allowsDuplicate = true
        request.document?.contents?.append(
            ContentItem(resource: ContentResource(type: "Observation"), need: .none))
        return request
    }

    @Test("documents are looked into in parts, and nothing leaves of what was not looked into")
    func inspectedInParts() throws {
        let town = try Town(consents: false)
        let adams = try town.connected(Town.adams)
        town.broker.shelf.standing = [.permitAll]
        for number in 1...40 {
            _ = try adams.submit(request(town, number, byteCount: 1 << 20))
        }
        // The documents have been put away: nobody knows any more what is in them.
        try town.broker.restart()
        town.broker.shelf.standing = [RedactionTests.noObservations]
        var sent: [Int] = []
        town.broker.onStep = { _, plan, _ in
            let bytes = plan.outgoing.map { item in
                guard case .deliver(_, let message, _, _, _) = item.saying else { return 0 }
                return message.payloadByteCount
            }
            sent.append(bytes.reduce(0, +))
        }
        let berg = town.process(of: Town.berg)
        try berg.connect(messages: 100, byteCount: 64 << 20)
        #expect(berg.deliveries.count == 40)
        #expect(berg.heard.redactions.allSatisfy { $0?.places == [1] })
        let most = try #require(sent.max())
        #expect(most <= Step.sentByteCountMax + 1 << 20)
        #expect(sent.filter { $0 > 0 }.count >= 2)
    }

    @Test("a change of consent reaches more than one step can look at, also over a restart")
    func reconsideredInParts() throws {
        let town = try Town(consents: false)
        let nora = try town.connected(Town.nora)
        let adams = try town.connected(Town.adams)
        let id = ConsentID(UUIDBytes(high: 1, low: 1))
        _ = try adams.submit(town.consent(.permitAll, for: patient, id: id))
        let count = FactKeys.waitingMax + 40
        for number in 1...count { _ = try adams.submit(request(town, number, byteCount: 20)) }
        _ = nora
        try town.broker.step([adams.input(.submit(town.revocation(of: id)))])
        func states() throws -> [DeliveryState: Int] {
            var keys = FactKeys()
            keys.waiting = [patient: DeliveryID(0)]
            var found: [Delivery] = []
            while true {
                let facts = try town.broker.store.load(keys)
                let page = facts.waiting[patient] ?? []
                found += page.compactMap { facts.deliveries[$0] }
                guard let last = page.last, page.count == FactKeys.waitingMax else { break }
                keys.waiting[patient] = last
            }
            return Dictionary(grouping: found, by: \.state).mapValues(\.count)
        }
        #expect(try states() == [.withheld: FactKeys.waitingMax, .queued: 40])
        try town.broker.restart()
        try town.broker.step([])
        try town.broker.settle()
        #expect(try states() == [.withheld: count])
    }

    @Test("a look that could not begin is remembered, so that the next broker begins it")
    func begunLookIsKept() throws {
        let town = try Town(consents: false)
        let id = ConsentID(UUIDBytes(high: 1, low: 1))
        let permit = ConsentDirective.rule(.permit, to: [.organisation(Town.hospital)])
        let adams = try town.connected(Town.adams)
        _ = try adams.submit(town.consent(permit, for: patient, id: id))
        _ = try adams.submit(town.request(for: patient))
        let eva = try town.connected(Town.eva)
        let glass = try eva.submit(town.breakGlass(for: patient))?.breakGlass
        let end = town.submission(.overrideEnd(OverrideEnd(breakGlass: try #require(glass))))
        // The process dies with the commit that ends the override.
        let plan = try town.broker.step([eva.input(.submit(end))], crash: true)
        #expect(plan.writes.contains(.reconsider(patient, after: DeliveryID(0))))
        try town.broker.step([])
        try town.broker.settle()
        #expect(town.broker.core.reconsiderations.isEmpty)
        let again = try town.broker.store.start()
        #expect(again.reconsiderations.isEmpty)
    }

    @Test("a review outlives what is remembered of an override, and its patient's shredding")
    func reviewIsKept() throws {
        let town = try Town()
        try town.takeIntoCare(patient)
        let eva = try town.connected(Town.eva)
        let id = try #require(try eva.submit(town.breakGlass(for: patient))?.breakGlass)
        let audrey = try town.connected(Town.audrey)
        let review = OverrideReview(breakGlass: id, finding: .justified)
        let receipt = try audrey.submit(town.submission(.overrideReview(review)))
        #expect(receipt?.outcome == .accepted)
        try town.enrol(.shred(patient, operatorName: "anna", isSure: true))
        var keys = FactKeys()
        keys.threads = [.override(id)]
        let glass = try #require(try town.broker.store.load(keys).breakGlasses[id])
        #expect(glass.endedAt != nil && glass.review?.reviewer == Town.audrey)
    }

    @Test("who asks for much at once is asked to come again, and nothing is said to be sent")
    func askedForMuch() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let requests = (1...5).map { _ in request(town, 1, byteCount: 8 << 20) }
        for request in requests { _ = try adams.submit(request) }
        let before = town.audit.filter { $0.kind == .disclosureSent }.count
        try town.broker.step(
            requests.map { adams.input(.query(.content($0.id), page: Page()), request: 9) })
        let answers = adams.read()
        #expect(answers.errors == [.busy])
        #expect(town.audit.filter { $0.kind == .disclosureSent }.count == before + 4)
    }

    @Test("a step is made again when another broker has changed what it rests on")
    func conflict() throws {
        let town = try Town(consents: false)
        let other = try town.broker.sibling(named: BrokerID(unchecked: "other"))
        let id = ConsentID(UUIDBytes(high: 1, low: 1))
        let adams = try town.connected(Town.adams)
        _ = try adams.submit(town.consent(.permitAll, for: patient, id: id))
        _ = try adams.submit(town.request(for: patient))
        let berg = town.process(of: Town.berg)
        try berg.connect(messages: 0)
        // Just as the document is about to leave, consent is withdrawn at the other broker.
        let store = try #require(town.broker.store as? InMemoryStore)
        let peer = Peer([7])
        let hello = Hello(
            agent: Town.adams, instance: UUIDBytes(high: 5, low: 5), versions: [1], program: "")
        try other.step([.said(peer, Town.adams, request: 1, .hello(hello))])
        var isDone = false
        store.onCommit = {
            guard !isDone else { return }
            isDone = true
            _ = try? other.step([
                .said(peer, Town.adams, request: 2, .submit(town.revocation(of: id)))
            ])
        }
        try berg.grant(10)
        #expect(isDone)
        #expect(store.conflictCount == 1)
        #expect(berg.deliveries.isEmpty)
        #expect(!town.audit.contains { $0.kind == .disclosureSent })
    }

    @Test("what one broker has leased, another takes over once the lease has ended")
    func takeOver() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        _ = try adams.submit(town.request(for: patient))
        let first = try #require(berg.deliveries.first)
        // Its broker falls silent. Until the lease has ended the other leaves the delivery alone.
        let other = try town.broker.sibling(named: BrokerID(unchecked: "other"))
        let peer = Peer([7])
        let hello = Hello(
            agent: Town.chen, instance: UUIDBytes(high: 5, low: 5), versions: [1], program: "")
        try other.step([.said(peer, Town.chen, request: 1, .hello(hello))])
        try other.step([
            .said(peer, Town.chen, request: 2, .credit(messages: 9, byteCount: 999, drain: false))
        ])
        func taken() -> [Delivery] { (other.sent[peer] ?? []).map(\.saying).deliveries }
        try other.advance(by: .seconds(10))
        #expect(taken().isEmpty)
        for _ in 1...6 {
            try other.step([.said(peer, Town.chen, request: 3, .ping)])
            try other.advance(by: .seconds(6))
        }
        let second = try #require(taken().first)
        #expect(second.id == first.id && second.fence > first.fence)
        #expect(second.lease?.owner == BrokerID(unchecked: "other"))
        // The late acknowledgement of the first is worth nothing.
        #expect(try berg.ack(first).settled.isEmpty)
    }

    @Test("what another broker enrols is known here at the next step")
    func registry() throws {
        let town = try Town()
        let other = try town.broker.sibling(named: BrokerID(unchecked: "other"))
        let berg = try town.connected(Town.berg)
        let command = AdminCommand.revokeAgent(Town.berg)
        let secret = Array(repeating: UInt8(3), count: Input.secretByteCount)
        try other.step([
            .administer(Town.operatorPeer, request: 1, command, secret: secret)
        ])
        try town.broker.step([])
        #expect(town.broker.core.directory.agents[Town.berg]?.isActive == false)
        #expect(town.broker.plan.directoryChanged)
        #expect(berg.read().contains(.bye(Refusal(.revoked))))
    }
}
