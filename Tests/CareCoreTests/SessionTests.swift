import CareCore
import CareModel
import CareTestKit
import Testing

@Suite("Sessions")
struct SessionTests {
    @Test("a hello is answered with a welcome that names the agent, the time and its streams")
    func welcome() throws {
        let town = try Town()
        let berg = town.process(of: Town.berg)
        let heard = try berg.say(berg.hello, request: 9)
        guard case .welcome(let welcome) = try #require(heard.first) else {
            Issue.record("no welcome but \(heard)")
            return
        }
        #expect(welcome.version == 1)
        #expect(welcome.agent.id == Town.berg)
        #expect(welcome.now == town.broker.clock.wall)
        #expect(
            welcome.streams.map(\.name) == [
                .mailbox(.agent(Town.berg)), .mailbox(.service(Town.cardiology)),
                .organisation(Town.hospital),
            ])
        #expect(town.broker.sent[berg.peer]?.first?.request == 9)
        #expect(town.broker.core.sessionCount == 1)
    }

    @Test("a hello without a common version is sent away")
    func versions() throws {
        let town = try Town()
        let berg = town.process(of: Town.berg)
        let hello = Hello(
            agent: Town.berg, instance: berg.instance, versions: [2, 3], program: "x")
        #expect(try berg.say(.hello(hello)) == [.bye(Refusal(.unsupportedVersion))])
        #expect(town.broker.core.sessionCount == 0)
    }

    @Test("a hello under another agent's name is sent away")
    func wrongAgent() throws {
        let town = try Town()
        let berg = town.process(of: Town.berg)
        let hello = Hello(agent: Town.chen, instance: berg.instance, versions: [1], program: "x")
        #expect(try berg.say(.hello(hello)) == [.bye(Refusal(.wrongAgent))])
        #expect(town.broker.core.sessionCount == 0)
    }

    @Test("near the limit of connections new sessions wait, and those at work go on")
    func crowded() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        town.broker.isCrowded = true
        let berg = town.process(of: Town.berg)
        guard case .bye(let refusal) = try #require(try berg.say(berg.hello).first) else {
            Issue.record("no bye")
            return
        }
        #expect(refusal.code == .busy)
        #expect(refusal.retryAfter != nil)
        #expect(try adams.submit(town.request())?.outcome == .accepted)
        adams.reconnect(on: town.newPeer())
        guard case .welcome = try #require(try adams.say(adams.hello).first) else {
            Issue.record("a process that lost its connection comes back")
            return
        }
        town.broker.isCrowded = false
        guard case .welcome = try #require(try berg.say(berg.hello).first) else {
            Issue.record("there is room again")
            return
        }
    }

    @Test("a second hello of the same process ends its first session and takes its leases over")
    func fencing() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        _ = try adams.submit(town.request())
        let first = try #require(berg.read().deliveries.first)

        let old = berg.peer
        berg.reconnect(on: town.newPeer())
        let again = try #require(try berg.connect().deliveries.first)
        #expect(again.id == first.id)
        #expect(again.fence > first.fence)
        #expect(again.failures == 0)
        #expect(again.crashes == 0)
        #expect(town.broker.core.sessionCount == 2)

        try town.broker.step([.said(old, Town.berg, request: 3, .ping)])
        #expect(town.broker.sent[old]?.last == Outgoing(old, request: 3, .resync))
    }

    @Test("another process of the same agent has a session of its own")
    func twoProcesses() throws {
        let town = try Town()
        _ = try town.connected(Town.berg)
        _ = try town.connected(Town.berg)
        #expect(town.broker.core.sessionCount == 2)
    }

    @Test("another agent's process with the same instance bytes does not end the session")
    func foreignInstance() throws {
        let town = try Town()
        let berg = try town.connected(Town.berg)
        let thief = ScriptedAgent(
            Town.adams, on: town.newPeer(), instance: berg.instance, of: town.broker)
        try thief.connect()
        #expect(try berg.say(.ping) == [.pong])
    }

    @Test(
        "whatever is said without a session is answered with resync, and changes nothing",
        arguments: [
            AgentSaying.ping, .bye, .credit(messages: 1, byteCount: 1, drain: false),
            .ack(DeliveryID(1), Fence(1), displayed: false),
            .subscribe(.organisation(Town.hospital)),
            .query(.directory(text: ""), page: Page()),
        ])
    func resync(saying: AgentSaying) throws {
        let town = try Town()
        let berg = town.process(of: Town.berg)
        #expect(try berg.say(saying, request: 4) == [.resync])
        #expect(town.broker.plan.writes.isEmpty)
        #expect(town.broker.core.sessionCount == 0)
    }

    @Test("a submission without a session is not carried out")
    func submitWithoutSession() throws {
        let town = try Town()
        let adams = town.process(of: Town.adams)
        #expect(try adams.say(.submit(town.request())) == [.resync])
        #expect(town.broker.plan.writes.isEmpty)
    }

    @Test("a frame the shell could not use is answered with its refusal, session or not")
    func unusable() throws {
        let town = try Town()
        let berg = town.process(of: Town.berg)
        let refusal = Refusal(.unsupportedVerb)
        #expect(try berg.say(.unusable(refusal), request: 2) == [.error(refusal)])
        try berg.connect(messages: 0)
        #expect(try berg.say(.unusable(refusal), request: 2) == [.error(refusal)])
        #expect(
            try berg.say(.unusableAbout(DeliveryID(3), refusal), request: 2)
                == [.errorAbout(DeliveryID(3), refusal, request: 2)])
    }

    @Test("a ping is answered at once, without waiting for a commit")
    func ping() throws {
        let town = try Town()
        let berg = try town.connected(Town.berg)
        let plan = try town.broker.step([berg.input(.ping, request: 5)])
        #expect(plan.outgoing == [Outgoing(berg.peer, request: 5, .pong)])
        #expect(plan.writes.isEmpty)
    }

    @Test("a session that is silent for a heartbeat is pinged, and for three it ends")
    func silence() throws {
        let town = try Town()
        let berg = try town.connected(Town.berg)
        try town.broker.advance(by: .seconds(5.5))
        #expect(berg.read() == [.ping])
        try town.broker.advance(by: .seconds(9))
        #expect(town.broker.core.sessionCount == 1)
        #expect(berg.read() == [.ping])
        try town.broker.advance(by: .seconds(1))
        #expect(town.broker.core.sessionCount == 0)
    }

    @Test("any traffic keeps a session alive")
    func traffic() throws {
        let town = try Town()
        let berg = try town.connected(Town.berg)
        for _ in 0..<10 {
            try town.broker.advance(by: .seconds(10))
            try berg.say(.pong)
        }
        #expect(town.broker.core.sessionCount == 1)
    }

    @Test("a session that says bye gives back what it holds without a failure")
    func bye() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        _ = try adams.submit(town.request())
        let held = try #require(berg.read().deliveries.first)
        try berg.say(.bye)
        let delivery = try #require(try town.delivery(held.id))
        #expect(delivery.state == .queued)
        #expect(delivery.failures == 0)
        #expect(delivery.crashes == 0)
        #expect(delivery.fence == held.fence)
        #expect(town.broker.core.sessionCount == 1)
    }

    @Test("a connection that cannot be reached gives back what it held, as a crash")
    func unreachable() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        town.broker.isReachable = { $0 != berg.peer }
        let receipt = try adams.submit(town.request())
        #expect(receipt?.outcome == .accepted)
        #expect(berg.read().deliveries.isEmpty)
        let entry = try #require(try town.trail(of: receipt?.referral).first)
        #expect(entry.delivery.state == .queued)
        #expect(entry.delivery.crashes == 1)
        #expect(entry.delivery.failures == 1)
        #expect(entry.delivery.notBefore > town.broker.clock.wall)
    }

    @Test("a broker without sessions wakes once a second, and never in a hurry")
    func idle() throws {
        let town = try Town()
        try town.broker.settle()
        var stepCount = 0
        town.broker.onStep = { _, _, _ in stepCount += 1 }
        try town.broker.advance(by: .seconds(10))
        #expect((9...11).contains(stepCount))
    }
}
