import CareModel
import Testing

@testable import CareCore

@Suite("Questions of an agent")
struct QuestionTests {
    private let follows = AgentCore.Mode.following(collects: false, streams: [])

    private func page(_ cursor: String = "") -> AnswerPage {
        var page = AnswerPage()
        page.cursor = cursor
        return page
    }

    @Test("several questions wait at once, and each finds its answer in whichever order they come")
    func several() throws {
        var script = Script(follows)
        script.open(.follow)
        let first = script.request(asked(1, .deadLetters))
        let second = script.request(asked(2, .breakGlasses))
        #expect(first != second)
        #expect(
            script(heard(.answer(page()), request: second))
                == [.answered(question: 2, page(), isLast: true)])
        #expect(
            script(heard(.answer(page()), request: first))
                == [.answered(question: 1, page(), isLast: true)])
        #expect(script(heard(.answer(page()), request: first)) == [])
    }

    @Test("each question has its own deadline, also while nobody can be reached")
    func deadlines() {
        var script = Script(follows)
        _ = script(asked(1, patience: .seconds(2)))
        _ = script(asked(2, patience: .seconds(9)))
        let plan = script.core.step(.elapsed, at: script.now)
        #expect(plan.wake == script.now + .seconds(2))
        #expect(
            script(.elapsed, after: .seconds(2)) == [.unanswered(question: 1, .late)])
        script.open(.follow)
        #expect(
            script(.elapsed, after: .seconds(7)).contains(.unanswered(question: 2, .late)))
        #expect(!script(.elapsed, after: .seconds(1)).contains(.unanswered(question: 2, .late)))
    }

    @Test("a document of another message than the one that was asked for is no answer")
    func otherMessage() {
        var script = Script(follows)
        script.open(.follow)
        for (number, answered) in [(1, 1), (1, 2), (1, nil)] as [(UInt64, UInt64?)] {
            let request = script.request(asked(number, .content(message(number))))
            var page = page()
            page.content = answered.map {
                Envelope(message: message($0), kind: Coded(.move(.note)))
            }
            page.document = Payload([7])
            let expected: AgentCore.Action =
                answered == number
                ? .answered(question: number, page, isLast: true)
                : .unanswered(question: number, .broken)
            #expect(script(heard(.answer(page), request: request)) == [expected])
        }
    }

    @Test("an answer that comes too late is dropped")
    func late() {
        var script = Script(follows)
        script.open(.follow)
        let request = script.request(asked(1, patience: .seconds(1)))
        _ = script(.elapsed, after: .seconds(1))
        #expect(script(heard(.answer(page()), request: request)) == [])
    }

    @Test("whoever wants all gets part after part, each with its own patience")
    func pages() {
        var script = Script(follows)
        script.open(.follow)
        let first = script.request(asked(1, wantsAll: true, patience: .seconds(4)))
        let next = script(heard(.answer(page("c2")), request: first), after: .seconds(3))
        #expect(next.first == .answered(question: 1, page("c2"), isLast: false))
        #expect(next.said == [.query(Query(.deadLetters, page: Page(cursor: "c2")))])
        #expect(script(.elapsed, after: .seconds(3)).said == [])
        #expect(
            script(heard(.answer(page()), request: next.requests.first ?? 0))
                == [.answered(question: 1, page(), isLast: true)])
    }

    @Test("a part that is given twice, or does not fit together, ends the question")
    func broken() {
        var script = Script(follows)
        script.open(.follow)
        let first = script.request(asked(1, wantsAll: true))
        let second = script.request(heard(.answer(page("c2")), request: first))
        #expect(
            script(heard(.answer(page("c2")), request: second))
                == [.unanswered(question: 1, .broken)])
        let other = script.request(asked(2))
        #expect(
            script(heard(.answer(nil), request: other)) == [.unanswered(question: 2, .broken)])
    }

    @Test("a question goes on at its part in the next session")
    func resumes() {
        var script = Script(follows)
        script.open(.follow)
        let first = script.request(asked(1, wantsAll: true))
        _ = script(heard(.answer(page("c2")), request: first))
        _ = script(.link(.down))
        _ = script(.link(.up))
        #expect(
            script(welcome()).said == [.query(Query(.deadLetters, page: Page(cursor: "c2")))])
    }

    @Test("a question that was taken back is neither asked nor answered")
    func withdrawn() {
        var script = Script(follows)
        _ = script(asked(1))
        _ = script(.withdraw(question: 1))
        #expect(script.open(.follow).said == [])
        let request = script.request(asked(2))
        _ = script(.withdraw(question: 2))
        #expect(script(heard(.answer(page()), request: request)) == [])
    }

    @Test("more questions than the broker takes at once wait for answers to the first")
    func window() {
        var policy = AgentPolicy()
        policy.questionsMax = 2
        var script = Script(follows, policy: policy)
        script.open(.follow)
        let first = script.request(asked(1))
        _ = script(asked(2))
        #expect(script.says(asked(3)) == [])
        #expect(
            script.says(heard(.answer(page()), request: first)) == [.query(Query(.deadLetters))])
    }

    @Test("all questions end with the agent, and say why")
    func ended() {
        var script = Script(follows)
        _ = script(.follow)
        _ = script(asked(1))
        _ = script(asked(2))
        #expect(
            script(.link(.keyRefused)) == [
                .disconnect, .unanswered(question: 1, .ended(.keyRefused)),
                .unanswered(question: 2, .ended(.keyRefused)), .end(.keyRefused),
            ])
    }

    @Test("who is acted for goes with the question, and with what was opened")
    func person() throws {
        let identifier = try #require(BusinessIdentifier(system: "urn:test:staff", value: "7"))
        let nora = try #require(Person(identifier: identifier))
        var script = Script(follows)
        script.open(.follow)
        let query = Query(.deadLetters, actingFor: nora)
        #expect(
            script.says(.ask(.init(question: 1, query: query, patience: .seconds(1))))
                == [.query(query)])
        let display = OpenedDelivery(lease(3), by: nora)
        #expect(script.says(.displayed([display])) == [.display(display)])
    }
}

@Suite("Rooms of an agent's core")
struct AgentRoomTests {
    @Test("an exchange asks once whether anything is left, and believes only that answer")
    func exchange() {
        var exchange = AgentCore.Exchange()
        #expect(exchange.next(isQuiet: true) == .wait)
        exchange.begin()
        #expect(exchange.next(isQuiet: false) == .wait)
        #expect(exchange.next(isQuiet: true) == .drain)
        exchange.noteAsked(7)
        #expect(exchange.next(isQuiet: true) == .wait)
        exchange.drained(1, request: 6, isQuiet: true)
        #expect(exchange.next(isQuiet: true) == .wait)
        exchange.drained(1, request: 7, isQuiet: false)
        #expect(exchange.next(isQuiet: true) == .drain)
        exchange.noteAsked(8)
        exchange.drained(2, request: 8, isQuiet: true)
        #expect(exchange.next(isQuiet: true) == .finish(waiting: 2))
        exchange.end()
        #expect(exchange.next(isQuiet: true) == .wait)
    }

    @Test("a connection that is not wanted is closed quietly when it breaks")
    func unwanted() {
        let policy = AgentPolicy()
        var connection = AgentCore.Connection(endpointCount: 1, isFollower: false, policy)
        #expect(connection.begin(at: .zero) == [.connect(endpoint: 0)])
        #expect(
            connection.take(.up, isWanted: true, at: .zero, policy) == [.greet])
        let welcomes = (0..<2).map { _ in connection.open(.seconds(5), policy) }
        #expect(welcomes == [true, false], "one welcome for one hello")
        #expect(connection.rest() == [.bye])
        #expect(connection.take(.down, isWanted: false, at: .zero, policy) == [.disconnect])
        #expect(connection.isIdle)
        #expect(connection.leave() == [])
    }

    @Test("whatever happens to a connection, it names an endpoint there is, and ends at most once")
    func walk() {
        var state: UInt64 = 7
        func random(_ count: UInt64) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % count)
        }
        let changes: [AgentCore.LinkChange] = [
            .up, .down, .refused, .handshakeFailed, .keyRefused,
        ]
        let policy = AgentPolicy()
        for endpoints in 1...3 {
            var connection = AgentCore.Connection(
                endpointCount: endpoints, isFollower: endpoints % 2 == 0, policy)
            var now = Duration.zero
            for _ in 0..<2_000 {
                now += .milliseconds(random(900))
                var effects: [AgentCore.Connection.Effect] = []
                switch random(5) {
                case 0: effects = connection.begin(at: now)
                case 1: effects = connection.watch(at: now, policy)
                case 2: _ = connection.open(.seconds(5), policy)
                default:
                    effects = connection.take(
                        changes[random(5)], isWanted: random(2) == 0, at: now, policy)
                }
                for case .connect(let endpoint) in effects {
                    #expect((0..<endpoints).contains(endpoint))
                }
                #expect(effects.count { if case .end = $0 { true } else { false } } <= 1)
                if case .end = effects.last { #expect(connection.isIdle) }
            }
        }
    }

    @Test("the outbox counts what is on its way, whatever answers come")
    func outbox() {
        var policy = AgentPolicy()
        policy.windowMessagesMax = 3
        var outbox = AgentCore.Outbox()
        for number in 1...9 as ClosedRange<UInt64> { outbox.append(outgoing(number)) }
        var request: UInt64 = 0
        var sent: [MessageID] = []
        while outbox.count > 0 {
            let next = outbox.sendable(at: .zero, policy)
            #expect(next.count <= 3)
            for message in next {
                request += 1
                outbox.noteSent(message, request: request)
                #expect(outbox.message(of: request) == message)
            }
            sent += next
            guard let answered = sent.first else { break }
            sent.removeFirst()
            outbox.answer(answered, retryAt: nil)
            // An answer that comes twice changes nothing.
            outbox.answer(answered, retryAt: nil)
        }
        #expect(outbox.isDone)
        #expect(request == 9)
    }
}
