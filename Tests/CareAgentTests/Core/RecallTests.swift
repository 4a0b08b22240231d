import CareCore
import CareModel
import Testing

@Suite("A recalled copy is not kept")
struct RecallTests {
    private let follows = AgentCore.Mode.following(collects: true, streams: nil)

    @Test("a copy that is not stored yet is erased and never acknowledged")
    func beforeStoring() {
        var script = Script(follows)
        script.open(.follow)
        _ = script(heard(.deliver(arrival(5, byteCount: 9))))
        #expect(script(heard(.recall(lease(5)))) == [.erase(lease(5))])
        #expect(script(.stored([lease(5)])) == [])
    }

    @Test(
        "a copy that is stored is erased, and the stale answer to its acknowledgement is no error")
    func afterStoring() {
        var script = Script(follows)
        script.open(.follow)
        _ = script(heard(.deliver(arrival(5, byteCount: 9))))
        #expect(script.says(.stored([lease(5)])) == [.ack(lease(5))])
        #expect(script(heard(.recall(lease(5)))) == [.erase(lease(5))])
        #expect(script(heard(.staleLease(DeliveryID(5), newest: Fence(2)))) == [])
    }

    @Test("a recall that answers an acknowledgement is one answer, and the next word has its own")
    func recallAsAnswer() {
        var script = Script(follows)
        script.open(.follow)
        _ = script(.unsettled([lease(5, 1)]))
        #expect(script(heard(.recall(lease(5, 1)))) == [.erase(lease(5, 1))])
        _ = script(heard(.deliver(arrival(5, 3, byteCount: 9))))
        _ = script(.stored([lease(5, 3)]))
        #expect(script(heard(.settled(DeliveryID(5)))) == [.noteSettled(lease(5, 3))])
    }

    @Test("a late answer about a recalled lease does not take the newer copy away")
    func lateAnswer() {
        var script = Script(follows)
        script.open(.follow)
        _ = script(heard(.deliver(arrival(5, 1, byteCount: 9))))
        _ = script(.stored([lease(5, 1)]))
        _ = script(heard(.recall(lease(5, 1))))
        _ = script(heard(.deliver(arrival(5, 2, byteCount: 9))))
        _ = script(.stored([lease(5, 2)]))
        #expect(script(heard(.staleLease(DeliveryID(5), newest: Fence(2)))) == [])
        #expect(script(heard(.settled(DeliveryID(5)))) == [.noteSettled(lease(5, 2))])
    }

    @Test("an opened copy that is recalled is no longer told of")
    func opened() {
        var script = Script(.called)
        _ = script(.displayed([.init(lease(3)), .init(lease(4))]))
        script.open(.exchange)
        #expect(script(heard(.recall(lease(3)))) == [.erase(lease(3))])
        _ = script(heard(.staleLease(DeliveryID(3), newest: Fence(2))))
        let asked = script(heard(.settled(DeliveryID(4))))
        #expect(asked.first == .displayKnown(DeliveryID(4)))
        #expect(asked.said == [.credit(messages: 0, byteCount: 0, drain: true)])
    }

    @Test("a recall does not keep an exchange waiting")
    func exchange() throws {
        var script = Script(.called)
        _ = script(.exchange)
        _ = script(.link(.up))
        let request = script.request(welcome())
        _ = script(heard(.deliver(arrival(1, byteCount: 1))))
        #expect(script(heard(.recall(lease(1)))) == [.erase(lease(1))])
        let ending = script(heard(.drained(waiting: 0), request: request))
        #expect(ending.last == .exchanged(waiting: 0))
    }

    @Test("the recall of an older lease leaves the newer copy in hand")
    func olderLease() {
        var script = Script(follows)
        script.open(.follow)
        _ = script(heard(.deliver(arrival(5, 2, byteCount: 9))))
        #expect(script(heard(.recall(lease(5, 1)))) == [.erase(lease(5, 1))])
        #expect(script.says(.stored([lease(5, 2)])) == [.ack(lease(5, 2))])
    }

    @Test("the credit of a recalled copy is not given twice: the broker has taken it back already")
    func credit() {
        var policy = AgentPolicy()
        policy.creditMessages = 2
        var script = Script(follows, policy: policy)
        script.open(.follow)
        _ = script(heard(.deliver(arrival(1, byteCount: 70))))
        #expect(script.says(heard(.recall(lease(1)))) == [])
        _ = script(heard(.deliver(arrival(2, byteCount: 30))))
        #expect(
            script.says(.stored([lease(1), lease(2)])) == [
                .credit(messages: 1, byteCount: 30, drain: false), .ack(lease(2)),
            ])
    }

    @Test("what an earlier session left without an answer is acknowledged again, once")
    func unsettled() {
        var script = Script(follows)
        script.open(.follow)
        #expect(script.says(.unsettled([lease(7)])) == [.ack(lease(7))])
        #expect(script(.unsettled([lease(7)])) == [])
        #expect(script(heard(.settled(DeliveryID(7)))) == [.noteSettled(lease(7))])
        #expect(script.says(.unsettled([lease(8)])) == [.ack(lease(8))])
        #expect(
            script(heard(.staleLease(DeliveryID(8), newest: Fence(2)))) == [.putAway(lease(8))])
        #expect(script.says(.unsettled([lease(9)])).count == 1)
        let unknown = AgentCore.Heard.error(no("unknown-delivery"))
        #expect(script(heard(unknown)) == [.noteSettled(lease(9))])
    }

    @Test("a delivery in hand is not acknowledged before the store has it")
    func unsettledInHand() {
        var script = Script(follows)
        script.open(.follow)
        _ = script(heard(.deliver(arrival(7, byteCount: 1))))
        #expect(script(.unsettled([lease(7)])) == [])
        #expect(script.says(.stored([lease(7)])) == [.ack(lease(7))])
    }

    @Test("a message that was taken back is not sent, and holds nothing up")
    func withdrawn() throws {
        var script = Script(.called)
        _ = script(.queued([outgoing(1)]))
        #expect(script.open(.exchange).submitted == [message(1)])
        let asked = script(.withdrawn(message(1)))
        #expect(asked.said == [.credit(messages: 0, byteCount: 0, drain: true)])
        _ = script(heard(.drained(waiting: 0), request: try #require(asked.requests.first)))
        #expect(script.says(.exchange) == [.hello])
        #expect(script(welcome()).submitted == [])
    }
}
