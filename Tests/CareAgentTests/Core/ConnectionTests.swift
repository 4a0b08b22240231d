import CareCore
import CareModel
import Testing

@Suite("Connection of an agent")
struct ConnectionTests {
    private let follows = AgentCore.Mode.following(collects: true, streams: nil)

    @Test("a follower connects, says hello, and gives credit once it is welcome")
    func opens() {
        var script = Script(follows)
        #expect(script(.follow) == [.connect(endpoint: 0)])
        #expect(script(.link(.up)) == [.say(request: 1, .hello)])
        #expect(
            script(welcome()) == [
                .opened(session()),
                .say(
                    request: 2, .credit(messages: 64, byteCount: 64 << 20, drain: false)),
            ])
        #expect(script.core.isOpen)
    }

    @Test("a follower that does not collect gives no credit")
    func collectsNothing() {
        var script = Script(.following(collects: false, streams: nil))
        #expect(script.open(.follow) == [.opened(session())])
    }

    @Test("an endpoint that refuses three times is left for the next")
    func refusedConnections() {
        var script = Script(follows, endpoints: 2)
        _ = script(.follow)
        #expect(script(.link(.refused)) == [])
        #expect(script(.link(.refused)) == [])
        #expect(script(.link(.refused)) == [.connect(endpoint: 1)])
    }

    @Test("an endpoint that says nothing in time is left for the next")
    func deadEndpoint() {
        var script = Script(follows, endpoints: 2)
        _ = script(.follow)
        #expect(script(.elapsed, after: .milliseconds(2_999)) == [])
        #expect(script(.elapsed, after: .milliseconds(1)) == [.connect(endpoint: 1)])
        _ = script(.link(.up))
        // The second takes the connection and then does not answer the hello.
        #expect(script(.elapsed, after: .milliseconds(4_999)) == [])
        #expect(
            script(.elapsed, after: .milliseconds(1)) == [.lost(.silent), .disconnect])
    }

    @Test("a round without answer is reported once, and pauses grow to their limit")
    func pauses() {
        var script = Script(follows)
        _ = script(.follow)
        #expect(script(.elapsed, after: .seconds(3)) == [.lost(.unreachable), .disconnect])
        for pause in [250, 500, 1_000, 2_000, 2_000] {
            #expect(script(.elapsed, after: .milliseconds(pause - 1)) == [])
            #expect(script(.elapsed, after: .milliseconds(1)) == [.connect(endpoint: 0)])
            #expect(script(.elapsed, after: .seconds(3)) == [.disconnect])
        }
    }

    @Test("a call tries each endpoint once and then ends")
    func callGivesUp() {
        var script = Script(.called, endpoints: 2)
        _ = script(.exchange)
        _ = script(.elapsed, after: .seconds(3))
        #expect(script(.elapsed, after: .seconds(3)) == [.disconnect, .end(.unreachable)])
        // The next call starts anew.
        #expect(script(.exchange) == [.connect(endpoint: 0)])
    }

    @Test("a call tells of a refused key, or of a broken handshake, rather than of silence")
    func callExplains() {
        var script = Script(.called, endpoints: 2)
        _ = script(.exchange)
        #expect(script(.link(.keyRefused)) == [.connect(endpoint: 1)])
        #expect(script(.elapsed, after: .seconds(3)) == [.disconnect, .end(.keyRefused)])

        var other = Script(.called)
        _ = other(.exchange)
        #expect(other(.link(.handshakeFailed)) == [])
        #expect(other(.link(.handshakeFailed)) == [.disconnect, .end(.handshakeFailed)])
    }

    @Test("a follower ends only if every endpoint refuses its key")
    func followerWithRefusedKey() {
        var script = Script(follows, endpoints: 2)
        _ = script(.follow)
        _ = script(.link(.keyRefused))
        #expect(script(.link(.keyRefused)) == [.disconnect, .end(.keyRefused)])

        var other = Script(follows, endpoints: 2)
        _ = other(.follow)
        _ = other(.link(.keyRefused))
        #expect(
            other(.elapsed, after: .seconds(3)) == [.lost(.unreachable), .disconnect])
    }

    @Test("a quiet session is pinged, and three missed heartbeats end it")
    func heartbeats() {
        var script = Script(follows, endpoints: 2)
        script.open(.follow)
        #expect(script.says(.elapsed, after: .seconds(5)) == [.ping])
        #expect(script(.elapsed, after: .milliseconds(4_999)) == [])
        #expect(script.says(.elapsed, after: .milliseconds(1)) == [.ping])
        #expect(
            script(.elapsed, after: .seconds(5)) == [.lost(.silent), .connect(endpoint: 1)])
    }

    @Test("any word of the broker keeps the session")
    func anyTrafficCounts() {
        var script = Script(follows)
        script.open(.follow)
        for _ in 0..<10 {
            _ = script(heard(.pong), after: .seconds(4))
            #expect(!script(.elapsed).contains(.lost(.silent)))
        }
        #expect(script.says(heard(.ping)) == [.pong])
    }

    @Test("the wake-up is never later than the next heartbeat")
    func wakesInTime() {
        var script = Script(follows)
        script.open(.follow)
        let plan = script.core.step(.elapsed, at: script.now)
        #expect(plan.wake == script.now + Script.heartbeat)
    }

    @Test("a resync is answered with one hello, however many frames it answers")
    func resyncs() {
        var script = Script(follows)
        script.open(.follow)
        #expect(script(heard(.resync)) == [.say(request: 3, .hello)])
        #expect(script(heard(.resync)) == [])
        #expect(script(welcome()).first == .opened(session()))
    }

    @Test("a broken connection is made again at the same endpoint first")
    func breaks() {
        var script = Script(follows, endpoints: 2)
        script.open(.follow)
        #expect(script(.link(.down)) == [.lost(.broken), .connect(endpoint: 0)])
        #expect(script(.elapsed, after: .seconds(3)) == [.connect(endpoint: 1)])
    }

    @Test("a goodbye instead of a welcome is meant, one in a session is asked about again")
    func dismissed() {
        var script = Script(follows)
        script.open(.follow)
        #expect(script(heard(.bye(nil, words: "Gone."))) == [.say(request: 3, .hello)])
        #expect(
            script(heard(.bye(nil, words: "Gone."))) == [
                .disconnect, .end(.dismissed(nil, words: "Gone.")),
            ])
    }

    @Test("a broker too busy for a hello is left for the next endpoint")
    func busyBroker() {
        var script = Script(.called, endpoints: 2)
        _ = script(.exchange)
        _ = script(.link(.up))
        let busy = AgentCore.Heard.error(no("busy", isRetriable: true))
        #expect(script(heard(busy, request: 1)) == [.connect(endpoint: 1)])
        _ = script(.link(.up))
        let wrong = AgentCore.Heard.error(no("wrong-agent"))
        #expect(
            script(heard(wrong, request: 2)) == [
                .disconnect, .end(.dismissed(no("wrong-agent"), words: "No.")),
            ])
    }

    @Test("leaving says goodbye in a session and is quiet without one")
    func leaves() {
        var script = Script(follows)
        script.open(.follow)
        #expect(script(.leave) == [.say(request: 3, .bye), .disconnect])
        #expect(script(.leave) == [])
    }
}
