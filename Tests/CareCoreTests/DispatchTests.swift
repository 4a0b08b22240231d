import CareCore
import CareModel
import CareTestKit
import Testing

@Suite("Credit and order")
struct DispatchTests {
    @Test("a session never gets more messages than it has credit for")
    func messages() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        for patient in 1...9 { _ = try adams.submit(town.request(for: Town.patient(patient))) }
        let berg = try town.connected(Town.berg, messages: 4)
        #expect(berg.deliveries.count == 4)
        try berg.ackAll(berg.deliveries)
        #expect(berg.deliveries.count == 4)
        #expect(try berg.grant(2).deliveries.count == 2)
        #expect(try berg.grant(20).deliveries.count == 3)
    }

    @Test("a session never gets more bytes than it has credit for")
    func bytes() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let berg = town.process(of: Town.berg)
        try berg.say(berg.hello)
        try berg.grant(10, byteCount: 250)
        for patient in 1...4 {
            _ = try adams.submit(town.request(for: Town.patient(patient), byteCount: 100))
        }
        #expect(berg.deliveries.count == 2)
        try berg.grant(0, byteCount: 50)
        #expect(berg.deliveries.count == 3)
        try berg.grant(0, byteCount: 100)
        #expect(berg.deliveries.count == 4)
    }

    @Test("drained is said exactly when nothing is left, and repeats the request")
    func drain() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let berg = town.process(of: Town.berg)
        try berg.say(berg.hello)
        #expect(try berg.grant(5, drain: true, request: 8).drained == [0])
        #expect(town.broker.sent[berg.peer]?.last?.request == 8)
        for patient in 1...3 { _ = try adams.submit(town.request(for: Town.patient(patient))) }
        let waiting = berg.read().deliveries
        #expect(waiting.count == 3)
        #expect(try berg.grant(0, drain: true).drained.isEmpty)
        #expect(try berg.ack(waiting[0]).drained.isEmpty)
        #expect(try berg.ack(waiting[1]).drained.isEmpty)
        #expect(try berg.ack(waiting[2]).drained == [0])
    }

    @Test("drained tells that something waits which lacks credit")
    func drainWithoutCredit() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        for patient in 1...3 { _ = try adams.submit(town.request(for: Town.patient(patient))) }
        let berg = town.process(of: Town.berg)
        try berg.say(berg.hello)
        let heard = try berg.grant(2, drain: true)
        #expect(heard.deliveries.count == 2)
        #expect(try berg.ack(heard.deliveries[0]).drained.isEmpty)
        #expect(try berg.ack(heard.deliveries[1]).drained == [1])
    }

    @Test("drained waits for the followers of what was collected, also after a restart")
    func drainAfterRestart() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let request = town.request()
        _ = try adams.submit(request)
        let referral = try #require(try town.referral(request.referral))
        _ = try adams.submit(town.completeMove(.cancel, referral))
        try town.broker.restart()
        let berg = town.process(of: Town.berg)
        try berg.say(berg.hello)
        let first = try berg.grant(9, drain: true)
        #expect(first.deliveries.count == 1)
        let second = try berg.ack(first.deliveries[0])
        #expect(second.drained.isEmpty)
        let follower = try #require(second.deliveries.first)
        #expect(try berg.ack(follower).drained == [0])
    }

    @Test("deliveries of one referral to one mailbox leave one after the other")
    func order() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        let request = town.request()
        _ = try adams.submit(request)
        let referral = try #require(try town.referral(request.referral))
        _ = try adams.submit(town.completeMove(.cancel, referral))
        _ = try adams.submit(town.request(for: Town.patient(2)))
        let heard = berg.read()
        #expect(heard.messages.map(\.thread) == [request.thread, heard.messages[1].thread])
        #expect(heard.messages.map(\.kind) == [.move(.request), .move(.request)])
        let next = try berg.ack(heard.deliveries[0])
        #expect(next.messages.map(\.kind) == [.move(.cancel)])
    }

    @Test("a report does not overtake what is on its way to the sender already")
    func reportOrder() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        let request = town.request()
        _ = try adams.submit(request)
        let first = try #require(berg.read().deliveries.first)
        let referral = try #require(try town.referral(request.referral))
        _ = try berg.submit(town.completeMove(.accept, referral))
        let answer = try #require(adams.read().deliveries.first)
        try berg.say(.refuse(first.id, first.fence, reason: "no"))
        #expect(adams.read().deliveries.isEmpty)
        #expect(try adams.ack(answer).messages.map(\.kind) == [.report])
    }

    @Test("a long queue drains over many small credits, each message once")
    func longQueue() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        var sent: Set<MessageID> = []
        for count in 0..<300 {
            var request = town.request(for: Town.patient(count % 250))
            request.request.allowsDuplicate = true
            sent.insert(request.id)
            try town.broker.step([adams.input(.submit(request))])
        }
        let berg = town.process(of: Town.berg)
        try berg.say(berg.hello)
        var got: [MessageID] = []
        for _ in 0..<120 {
            let heard = try berg.grant(3)
            got += heard.messages.map(\.id)
            try berg.ackAll(heard)
        }
        #expect(got.count == 300)
        #expect(Set(got) == sent)
    }

    @Test("a queue longer than one look drains at once to somebody with credit for all")
    func manyRows() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        for count in 0..<600 {
            var request = town.request(for: Town.patient(count % 250))
            request.request.allowsDuplicate = true
            try town.broker.step([adams.input(.submit(request))])
        }
        let berg = try town.connected(Town.berg, messages: 1_000)
        #expect(berg.deliveries.count == 600)
    }

    @Test("two agents of a service share its mailbox, and each message goes to one")
    func sharing() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        let chen = try town.connected(Town.chen)
        for patient in 1...10 { _ = try adams.submit(town.request(for: Town.patient(patient))) }
        #expect(berg.deliveries.count == 5)
        #expect(chen.deliveries.count == 5)
        #expect(Set((berg.deliveries + chen.deliveries).map(\.id)).count == 10)
    }

    @Test("no session gets credit beyond the broker's maximum")
    func creditMax() throws {
        var policy = BrokerPolicy()
        policy.creditMessagesMax = 3
        let town = try Town(policy: policy)
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg, messages: .max)
        try berg.grant(.max, byteCount: .max)
        for patient in 1...9 { _ = try adams.submit(town.request(for: Town.patient(patient))) }
        #expect(berg.deliveries.count == 3)
    }
}
