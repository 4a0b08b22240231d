import CareCore
import CareModel
import CareTestKit
import Testing

@Suite("Deliveries")
struct DeliveryTests {
    /// A town with one referral delivered to cardiology.
    private func delivered(
        policy: BrokerPolicy = BrokerPolicy()
    ) throws -> (town: Town, adams: ScriptedAgent, berg: ScriptedAgent, delivery: Delivery) {
        let town = try Town(policy: policy)
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        _ = try adams.submit(town.request())
        return (town, adams, berg, try #require(berg.read().deliveries.first))
    }

    @Test("the first acknowledgement of a request receives the referral and tells both sides")
    func receive() throws {
        let (town, _, berg, delivery) = try delivered()
        let heads = try town.events(of: .organisation(Town.practice)).count
        #expect(try berg.ack(delivery).settled == [.acknowledged])
        let referral = try #require(try town.referral(delivery.thread?.referral))
        #expect(referral.state == .received)
        #expect(referral.version == 2)
        for organisation in [Town.practice, Town.hospital] {
            let event = try #require(try town.events(of: .organisation(organisation)).last?.event)
            #expect(event.kind == .referral)
            #expect(event.move == .receive)
        }
        #expect(try town.events(of: .organisation(Town.practice)).count == heads + 1)
        #expect(town.audit.contains { $0.kind == .disclosureReceived && $0.agent == Town.berg })
    }

    @Test("saying the same again gets the same answer and changes nothing")
    func repeatedAnswers() throws {
        let (town, _, berg, delivery) = try delivered()
        try berg.ack(delivery)
        #expect(try berg.ack(delivery).settled == [.acknowledged])
        #expect(town.broker.plan.writes.isEmpty)
        #expect(try berg.ack(delivery, displayed: true).settled == [.displayed])
        #expect(try berg.ack(delivery).settled == [.displayed])
        let refuse = AgentSaying.refuse(delivery.id, delivery.fence, reason: "no")
        #expect(try berg.say(refuse).settled == [.displayed])
        #expect(try town.referral(delivery.thread?.referral)?.version == 2)
    }

    @Test("an unknown delivery, or another mailbox's, does not exist for an agent")
    func unknown() throws {
        let (_, adams, berg, delivery) = try delivered()
        #expect(try adams.ack(delivery).errors == [.unknownDelivery])
        let (id, fence) = (DeliveryID(99), Fence(1))
        let words: [AgentSaying] = [
            .ack(id, fence, displayed: false), .refuse(id, fence, reason: "no"),
            .defer(id, fence, notBefore: Timestamp(milliseconds: 0)), .extend(id, fence),
        ]
        for (word, request) in zip(words, UInt64(31)...) {
            let error = BrokerSaying.errorAbout(id, Refusal(.unknownDelivery), request: request)
            #expect(try berg.say(word, request: request) == [error])
        }
    }

    @Test("a lease that runs out is a failure; the next attempt has a new fence and comes later")
    func lapse() throws {
        let (town, _, berg, delivery) = try delivered()
        try town.broker.advance(by: .seconds(10))
        try berg.say(.pong)
        try town.broker.advance(by: .seconds(10))
        try berg.say(.pong)
        try town.broker.advance(by: .seconds(9))
        try berg.say(.pong)
        #expect(try town.delivery(delivery.id)?.state == .sending)
        try town.broker.advance(by: .seconds(1.3))
        let lapsed = try #require(try town.delivery(delivery.id))
        #expect(lapsed.failures == 1)
        #expect(lapsed.crashes == 0)
        try town.broker.advance(by: .seconds(2.5))
        let again = try #require(berg.read().deliveries.last)
        #expect(again.id == delivery.id)
        #expect(again.fence == delivery.fence.next)
        #expect(again.attempts == 2)
        #expect(
            try berg.ack(delivery) == [.staleLease(delivery.id, newest: again.fence)])
        #expect(try berg.ack(again).settled == [.acknowledged])
    }

    @Test("a late acknowledgement counts while nobody has a newer fence, also after a restart")
    func lateAck() throws {
        let (town, _, berg, delivery) = try delivered()
        try town.broker.restart()
        try berg.say(berg.hello)
        #expect(try town.delivery(delivery.id)?.state == .queued)
        #expect(try berg.ack(delivery).settled == [.acknowledged])
        #expect(try berg.grant(5).deliveries.isEmpty)
    }

    @Test("the newest fence in another agent's hand does not count")
    func foreignFence() throws {
        let (town, _, _, delivery) = try delivered()
        let chen = try town.connected(Town.chen)
        #expect(try chen.ack(delivery) == [.staleLease(delivery.id, newest: delivery.fence)])
        #expect(try town.delivery(delivery.id)?.state == .sending)
    }

    @Test("a delivery that fails as often as allowed is a dead letter, and its sender is told once")
    func deadLetter() throws {
        var policy = BrokerPolicy()
        policy.failuresMax = 3
        let (town, adams, berg, delivery) = try delivered(policy: policy)
        for _ in 0..<200 {
            try town.broker.advance(by: .seconds(1))
            try berg.say(.pong)
            try adams.say(.pong)
        }
        let dead = try #require(try town.delivery(delivery.id))
        #expect(dead.state == .deadLettered)
        #expect(dead.failures == 3)
        #expect(dead.attempts == 3)
        #expect(dead.code == "too-many-failures")
        #expect(berg.deliveries.count == 3)
        let reports = adams.heard.messages.compactMap(\.details.report)
        let told = Set(reports.map(\.state))
        #expect(told == [.deadLettered])
        #expect(Set(reports.map(\.mailbox)) == [dead.mailbox])
    }

    @Test("reports that fail make no reports")
    func reportsOfReports() throws {
        var policy = BrokerPolicy()
        policy.failuresMax = 1
        let (town, adams, berg, delivery) = try delivered(policy: policy)
        try berg.say(.refuse(delivery.id, delivery.fence, reason: "not-ours"))
        #expect(adams.read().messages.map(\.kind) == [.report])
        for _ in 0..<60 {
            try town.broker.advance(by: .seconds(1))
            try adams.say(.pong)
        }
        let trail = try town.trail(of: delivery.thread?.referral)
        #expect(trail.map(\.message.kind) == [.move(.request), .report])
        #expect(trail.map(\.delivery.state) == [.refused, .deadLettered])
    }

    @Test("a refusal is final, keeps its reason and is reported")
    func refuse() throws {
        let (town, adams, berg, delivery) = try delivered()
        let heard = try berg.say(.refuse(delivery.id, delivery.fence, reason: "not-ours"))
        #expect(heard.settled == [.refused])
        let message = try #require(adams.read().messages.first)
        #expect(message.kind == .report)
        #expect(message.sender == nil)
        #expect(message.details.report?.code == "not-ours")
        #expect(message.details.report?.state == .refused)
        #expect(try town.referral(delivery.thread?.referral)?.state == .requested)
    }

    @Test("a deferred delivery comes again at its time, without a failure")
    func postpone() throws {
        let (town, _, berg, delivery) = try delivered()
        let time = town.broker.clock.wall + .seconds(8)
        let heard = try berg.say(.defer(delivery.id, delivery.fence, notBefore: time))
        #expect(heard == [.settled(delivery.id, .queued)])
        try town.broker.advance(by: .seconds(7))
        #expect(berg.read().deliveries.isEmpty)
        try town.broker.advance(by: .seconds(1.1))
        let again = try #require(berg.read().deliveries.first)
        #expect(again.failures == 0)
        #expect(again.fence == delivery.fence.next)
    }

    @Test("nobody can defer for more than a day")
    func postponeLimit() throws {
        let (town, _, berg, delivery) = try delivered()
        let now = town.broker.clock.wall
        try berg.say(
            .defer(delivery.id, delivery.fence, notBefore: now + .seconds(9 * 86_400)))
        #expect(try town.delivery(delivery.id)?.notBefore == now + .seconds(86_400))
    }

    @Test("an extended lease lasts anew")
    func extend() throws {
        let (town, _, berg, delivery) = try delivered()
        for _ in 0..<5 {
            try town.broker.advance(by: .seconds(14))
            #expect(try berg.say(.extend(delivery.id, delivery.fence)).settled.isEmpty)
        }
        #expect(try town.delivery(delivery.id)?.state == .delivered)
        #expect(try town.delivery(delivery.id)?.failures == 0)
        #expect(try berg.ack(delivery).settled == [.acknowledged])
    }

    @Test("a message whose agents vanished twice travels alone, and then the others go on at once")
    func isolation() throws {
        let (town, adams, first, delivery) = try delivered()
        try town.broker.step([.unreachable(first.peer)])
        try town.broker.advance(by: .seconds(2))
        let second = try town.connected(Town.berg)
        #expect(second.deliveries.map(\.id) == [delivery.id])
        try town.broker.step([.unreachable(second.peer)])
        #expect(try town.delivery(delivery.id)?.crashes == 2)
        try town.broker.advance(by: .seconds(5))

        _ = try adams.say(adams.hello)
        for patient in 2...4 { _ = try adams.submit(town.request(for: Town.patient(patient))) }
        let third = try town.connected(Town.berg)
        let alone = third.deliveries
        if alone.first?.id == delivery.id {
            #expect(alone.count == 1)
            #expect(try third.ack(alone[0]).deliveries.count == 3)
        } else {
            try third.ackAll(alone)
            #expect(third.deliveries.last?.id == delivery.id)
        }
    }

    @Test("a damaged document ends its delivery and its referral, and costs no credit")
    func corrupt() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg, messages: 0)
        let request = town.request()
        _ = try adams.submit(request)
        try town.broker.damage(MessageNumber(1))
        try berg.grant(1)
        #expect(berg.deliveries.isEmpty)
        #expect(try town.trail(of: request.referral).first?.delivery.state == .undeliverable)
        #expect(try town.referral(request.referral)?.state == .failed)
        #expect(adams.heard.messages.first?.details.report?.code == "payload-corrupt")
        #expect(town.audit.contains { $0.kind == .corruptionFound })
        _ = try adams.submit(town.request(for: Town.patient(2)))
        #expect(berg.deliveries.count == 1)
    }

    @Test("what nobody collected expires: the sender is told, and the referral ends")
    func expiry() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        var request = town.request()
        request.expiresAt = town.broker.clock.wall + .seconds(12)
        _ = try adams.submit(request)
        try town.broker.advance(by: .seconds(11))
        try adams.say(.pong)
        #expect(try town.referral(request.referral)?.state == .requested)
        try town.broker.advance(by: .seconds(2.5))
        #expect(try town.referral(request.referral)?.state == .expired)
        #expect(try town.referral(request.referral)?.lastReason == ReasonCode("receipt"))
        #expect(adams.read().messages.first?.details.report?.code == "not-collected")
        let berg = try town.connected(Town.berg)
        #expect(berg.deliveries.isEmpty)
    }

    @Test("a dead letter is replayed once, by an administrator, as one linked delivery")
    func replay() throws {
        var policy = BrokerPolicy()
        policy.failuresMax = 1
        let (town, adams, berg, delivery) = try delivered(policy: policy)
        try town.broker.step([.unreachable(berg.peer)])
        #expect(try town.delivery(delivery.id)?.state == .deadLettered)
        #expect(try adams.submit(town.replay(delivery.id))?.refusal?.code == .notAllowed)
        let root = try town.connected(Town.root)
        let item = try #require(try root.submit(town.replay(delivery.id)))
        #expect(item.outcome == .accepted)
        let renewed = try #require(try town.delivery(item.delivery))
        #expect(renewed.replayOf == delivery.id)
        #expect(renewed.failures == 0)
        #expect(try root.submit(town.replay(delivery.id))?.refusal?.code == .notADeadLetter)
        #expect(try root.submit(town.replay(renewed.id))?.refusal?.code == .notADeadLetter)
        #expect(try root.submit(town.replay(DeliveryID(77)))?.refusal?.code == .unknownDelivery)
        let chen = try town.connected(Town.chen)
        #expect(chen.deliveries.map(\.id) == [renewed.id])
    }
}
