import CareCore
import CareModel
import Testing

@Suite("Mail of an agent")
struct MailTests {
    private let follows = AgentCore.Mode.following(collects: true, streams: nil)

    private func receipt(_ numbers: UInt64..., retryAfter: Duration? = nil) -> AgentCore.Input {
        heard(
            .receipt(
                numbers.map { number in
                    guard let retryAfter else {
                        return Receipt(message: message(number), outcome: Coded(.accepted))
                    }
                    var busy = no("busy", isRetriable: true)
                    busy.retryAfter = retryAfter
                    return Receipt(message: message(number), refusal: busy)
                }))
    }

    // Sending

    @Test("no more than a window is sent without receipts, and the rest as they come")
    func window() {
        var policy = AgentPolicy()
        policy.windowMessagesMax = 2
        var script = Script(follows, policy: policy)
        script.open(.follow)
        let first = script(.queued([outgoing(1), outgoing(2), outgoing(3), outgoing(4)]))
        #expect(first.submitted == [message(1), message(2)])
        #expect(script(receipt(2)).submitted == [message(3)])
        #expect(script(receipt(1, 3)).submitted == [message(4)])
    }

    @Test("a window is bounded by bytes too, but one long message always goes")
    func byteWindow() {
        var policy = AgentPolicy()
        policy.windowBytesMax = 100
        var script = Script(follows, policy: policy)
        script.open(.follow)
        let sent = script(
            .queued([outgoing(1, byteCount: 500), outgoing(2, byteCount: 60)]))
        #expect(sent.submitted == [message(1)])
        #expect(script(receipt(1)).submitted == [message(2)])
    }

    @Test("a message waits for the answer to the one before it about the same referral")
    func referralOrder() {
        var script = Script(follows)
        script.open(.follow)
        let sent = script(
            .queued([outgoing(1, about: 7), outgoing(2, about: 7), outgoing(3, about: 8)]))
        #expect(sent.submitted == [message(1), message(3)])
        #expect(script(receipt(1)).submitted == [message(2)])
    }

    @Test("what has no receipt is sent again with the same ids in each new session")
    func resends() {
        var script = Script(follows)
        script.open(.follow)
        _ = script(.queued([outgoing(1), outgoing(2)]))
        _ = script(receipt(1))
        _ = script(heard(.resync))
        #expect(script(welcome()).submitted == [message(2)])
        _ = script(.link(.down))
        _ = script(.link(.up))
        #expect(script(welcome()).submitted == [message(2)])
    }

    @Test("a busy broker gets the message again after the time it asked for")
    func busy() {
        var script = Script(follows)
        script.open(.follow)
        _ = script(.queued([outgoing(1, about: 7), outgoing(2, about: 7)]))
        #expect(script(receipt(1, retryAfter: .seconds(3))).submitted == [])
        #expect(script(.elapsed, after: .milliseconds(2_999)).submitted == [])
        #expect(script(.elapsed, after: .milliseconds(1)).submitted == [message(1)])
    }

    @Test("a message the broker cannot even name is refused by its request, once")
    func refusedByError() throws {
        var script = Script(follows)
        script.open(.follow)
        let request = try #require(script(.queued([outgoing(1)])).requests.first)
        let error = AgentCore.Heard.error(no("invalid-field"))
        #expect(
            script(heard(error, request: request)) == [
                .record(Receipt(message: message(1), refusal: no("invalid-field")))
            ])
        _ = script(heard(.resync))
        #expect(script(welcome()).submitted == [])
    }

    @Test("a document longer than the broker takes is refused here")
    func tooLong() {
        var script = Script(follows)
        script.open(.follow)
        let actions = script(.queued([outgoing(1, byteCount: 1_001), outgoing(2)]))
        guard case .record(let receipt) = actions.first else {
            Issue.record("nothing was refused")
            return
        }
        #expect(receipt.message == message(1))
        #expect(receipt.refusal?.code == "payload-too-large")
        #expect(receipt.refusal?.message.contains("1000 bytes") == true)
        #expect(actions.submitted == [message(2)])
    }

    @Test("room for the outbox comes back in good time")
    func room() {
        var policy = AgentPolicy()
        policy.queueMax = 4
        var script = Script(follows, policy: policy)
        #expect(script.core.outboxRoom == 4)
        _ = script(.queued([outgoing(1), outgoing(2), outgoing(3)]))
        #expect(script.core.outboxRoom == 0)
        script.open(.follow)
        _ = script(receipt(1))
        #expect(script.core.outboxRoom == 2)
    }

    // Collecting

    @Test("a delivery is acknowledged only once the store has it")
    func storesFirst() {
        var script = Script(follows)
        script.open(.follow)
        #expect(
            script(heard(.deliver(arrival(5, byteCount: 9)))) == [.store(arrival(5, byteCount: 9))])
        #expect(script.says(.stored([lease(5)])) == [.ack(lease(5))])
        // Stored once, acknowledged once.
        #expect(script(.stored([lease(5)])) == [])
    }

    @Test("what was stored for an ended session is not acknowledged, its new lease is")
    func staleSession() {
        var script = Script(follows)
        script.open(.follow)
        _ = script(heard(.deliver(arrival(5, 1, byteCount: 9))))
        _ = script(heard(.resync))
        _ = script(welcome())
        #expect(script(.stored([lease(5, 1)])) == [])
        #expect(
            script(heard(.deliver(arrival(5, 2, byteCount: 9)))) == [
                .store(arrival(5, 2, byteCount: 9))
            ])
        #expect(script.says(.stored([lease(5, 2)])) == [.ack(lease(5, 2))])
        #expect(
            script(heard(.staleLease(DeliveryID(5), newest: Fence(3)))) == [.putAway(lease(5, 2))])
    }

    @Test("half of the credit comes back at a time, before the last acknowledgement")
    func credit() {
        var policy = AgentPolicy()
        policy.creditMessages = 4
        var script = Script(follows, policy: policy)
        script.open(.follow)
        _ = script(heard(.deliver(arrival(1, byteCount: 10))))
        _ = script(heard(.deliver(arrival(2, byteCount: 20))))
        #expect(
            script.says(.stored([lease(1), lease(2)])) == [
                .credit(messages: 2, byteCount: 30, drain: false),
                .ack(lease(1)), .ack(lease(2)),
            ])
    }

    @Test("the broker is told of an opened message until it answers")
    func displays() {
        var script = Script(follows)
        script.open(.follow)
        #expect(script.says(.displayed([.init(lease(3))])) == [.display(.init(lease(3)))])
        #expect(script(.displayed([.init(lease(3))])) == [])
        _ = script(heard(.resync))
        #expect(script(welcome()).said.contains(.display(.init(lease(3)))))
        #expect(script(heard(.settled(DeliveryID(3)))) == [.displayKnown(DeliveryID(3))])
        _ = script(heard(.resync))
        #expect(!script(welcome()).said.contains(.display(.init(lease(3)))))
    }

    @Test("a delivery the broker no longer knows is not told of for ever")
    func unknownDelivery() {
        var script = Script(follows)
        script.open(.follow)
        _ = script(.displayed([.init(lease(3)), .init(lease(4))]))
        let unknown = AgentCore.Heard.error(no("unknown-delivery"))
        #expect(script(heard(unknown)) == [.displayKnown(DeliveryID(3))])
        #expect(script(heard(.settled(DeliveryID(4)))) == [.displayKnown(DeliveryID(4))])
        #expect(script(heard(unknown)) == [])
    }

    @Test("an error about a delivery concerns that one, and no other")
    func errorAboutDelivery() {
        var script = Script(follows)
        script.open(.follow)
        _ = script(.unsettled([lease(3), lease(4), lease(5)]))
        let unknown = AgentCore.Heard.errorAbout(DeliveryID(4), no("unknown-delivery"))
        #expect(script(heard(unknown)) == [.noteSettled(lease(4))])
        #expect(script(heard(unknown)) == [])
        let invalid = AgentCore.Heard.errorAbout(DeliveryID(3), no("invalid-field"))
        #expect(script(heard(invalid)) == [])
        #expect(script(heard(.settled(DeliveryID(3)))) == [], "it was answered")
        #expect(script(heard(.settled(DeliveryID(5)))) == [.noteSettled(lease(5))])
    }

    @Test("an exchange does not wait for what the broker will not hear of an opened message")
    func refusedDisplay() throws {
        var script = Script(.called)
        _ = script(.displayed([.init(lease(3))]))
        _ = script(.exchange)
        _ = script(.link(.up))
        #expect(script(welcome()).said.contains(.display(.init(lease(3)))))
        let invalid = AgentCore.Heard.errorAbout(DeliveryID(3), no("invalid-field"))
        let asked = script(heard(invalid))
        #expect(asked.said == [.credit(messages: 0, byteCount: 0, drain: true)])
        #expect(script(.displayed([.init(lease(3))])).said == [], "once in a session")
        let ending = script(heard(.drained(waiting: 0), request: asked.requests.first ?? 0))
        #expect(ending.last == .exchanged(waiting: 0))
        _ = script(.exchange)
        _ = script(.link(.up))
        #expect(script(welcome()).said.contains(.display(.init(lease(3)))))
    }

    // Calls

    @Test("an exchange with nothing to send is one credit, one answer and a goodbye")
    func idleExchange() throws {
        var script = Script(.called)
        _ = script(.exchange)
        _ = script(.link(.up))
        let opening = script(welcome())
        #expect(
            opening.said == [.credit(messages: 64, byteCount: 64 << 20, drain: true)])
        let request = try #require(opening.requests.first)
        let ending = script(heard(.drained(waiting: 2), request: request))
        #expect(ending.said == [.bye])
        #expect(ending.last == .exchanged(waiting: 2))
    }

    @Test("an exchange waits for receipts and for the store before it asks whether it is done")
    func fullExchange() throws {
        var script = Script(.called)
        _ = script(.queued([outgoing(1)]))
        _ = script(.exchange)
        _ = script(.link(.up))
        #expect(
            script(welcome()).said == [
                .credit(messages: 64, byteCount: 64 << 20, drain: false), .submit(message(1)),
            ])
        _ = script(heard(.deliver(arrival(1, byteCount: 1))))
        #expect(script.says(receipt(1)) == [])
        let stored = script(.stored([lease(1)]))
        #expect(
            stored.said == [
                .ack(lease(1)), .credit(messages: 0, byteCount: 0, drain: true),
            ])
        let request = try #require(stored.requests.last)
        #expect(script(heard(.drained(waiting: 0), request: request + 1)) == [])
        #expect(
            script(heard(.drained(waiting: 0), request: request)).last == .exchanged(waiting: 0))
    }

    @Test("an exchange waits until the broker knows what was opened")
    func displaysInExchange() throws {
        var script = Script(.called)
        _ = script(.displayed([.init(lease(3))]))
        #expect(
            script.open(.exchange).said == [
                .credit(messages: 64, byteCount: 64 << 20, drain: false),
                .display(.init(lease(3))),
            ])
        let settled = script(heard(.settled(DeliveryID(3))))
        #expect(settled.said == [.credit(messages: 0, byteCount: 0, drain: true)])
        let request = try #require(settled.requests.first)
        #expect(
            script(heard(.drained(waiting: 0), request: request)).last == .exchanged(waiting: 0))
    }

    @Test("a busy answer does not keep an exchange waiting; the next one sends again")
    func busyExchange() throws {
        var script = Script(.called)
        _ = script(.queued([outgoing(1)]))
        script.open(.exchange)
        let asked = script(receipt(1, retryAfter: .seconds(60)))
        #expect(asked.said == [.credit(messages: 0, byteCount: 0, drain: true)])
        _ = script(heard(.drained(waiting: 0), request: try #require(asked.requests.first)))
        #expect(script.says(.exchange) == [.hello])
        #expect(script(welcome()).submitted == [message(1)])
    }

    @Test("a question uses the session there is and finds its answer by its request")
    func questions() throws {
        var script = Script(.called)
        let opening = script.open(asked(1))
        #expect(opening.said == [.query(Query(.deadLetters))])
        let request = try #require(opening.requests.first)
        #expect(script(heard(.answer(AnswerPage()), request: request + 9)) == [])
        #expect(
            script(heard(.answer(AnswerPage()), request: request)) == [
                .answered(question: 1, AnswerPage(), isLast: true)
            ])
        let next = script(asked(2))
        #expect(next.said == [.query(Query(.deadLetters))])
        let refusal = AgentCore.Heard.error(no("not-allowed"))
        #expect(
            script(heard(refusal, request: try #require(next.requests.first)))
                == [.unanswered(question: 2, .refused(no("not-allowed")))])
    }

    @Test("a question is asked again after a resync")
    func questionAfterResync() {
        var script = Script(.called)
        script.open(asked(1))
        #expect(script.says(heard(.resync)) == [.hello])
        #expect(script(welcome()).said == [.query(Query(.deadLetters))])
    }

    @Test("time between calls is no silence")
    func pauseBetweenCalls() {
        var script = Script(.called)
        let request = script.open(asked(1)).requests.first ?? 0
        _ = script(heard(.answer(AnswerPage()), request: request))
        #expect(script.says(asked(2), after: .seconds(3_600)) == [.query(Query(.deadLetters))])
        #expect(!script(.elapsed).contains(.lost(.silent)))
    }

    @Test("an exchange that is given up takes its credit away with a goodbye")
    func givesUp() {
        var script = Script(.called)
        _ = script(.queued([outgoing(1)]))
        script.open(.exchange)
        #expect(script.says(.giveUp) == [.bye])
        #expect(!script.core.isOpen)
    }
}
