import CareCore
import CareModel
import Testing

@Suite("Streams an agent follows")
struct StreamTests {
    private let stream = StreamName.organisation(OrganisationID(unchecked: "north"))
    private let follows = AgentCore.Mode.following(collects: false, streams: nil)

    private func place(epoch: UInt32 = 1, head: UInt64) -> CareModel.Stream {
        CareModel.Stream(name: stream, token: [1], key: [2], epoch: epoch, head: head)
    }

    private func topic(
        epoch: UInt32 = 1, head: UInt64, cursor: StreamCursor? = nil
    ) -> AgentCore.Input {
        heard(.topic(place(epoch: epoch, head: head), cursor: cursor))
    }

    private func events(_ sequences: some Sequence<UInt64>) -> [StreamEvent] {
        sequences.map { StreamEvent(stream: stream, sequence: $0) }
    }

    private func live(_ sequence: UInt64, epoch: UInt32 = 1) -> AgentCore.Input {
        .event(StreamEvent(stream: stream, sequence: sequence), epoch: epoch)
    }

    private func head(_ sequence: UInt64, epoch: UInt32 = 1) -> AgentCore.Input {
        .head(stream, epoch: epoch, sequence: sequence)
    }

    private func events(
        _ sequences: [UInt64], head: UInt64, epoch: UInt32 = 1
    ) -> AgentCore.Input {
        heard(.events(stream, epoch: epoch, head: head, events(sequences)))
    }

    /// A session with a stream of which nothing exists yet.
    private func opened() -> Script {
        var script = Script(follows)
        script.open(.follow, streams: [stream])
        return script
    }

    @Test("the streams of the welcome are subscribed to, or those that were chosen")
    func subscribes() {
        var script = Script(follows)
        #expect(script.open(.follow, streams: [stream]).said == [.subscribe(stream)])
        let other = StreamName.mailbox(.service(ServiceID(unchecked: "hearts")))
        var chosen = Script(.following(collects: false, streams: [other]))
        #expect(chosen.open(.follow, streams: [stream]).said == [.subscribe(other)])
    }

    @Test("an empty stream is complete at once")
    func empty() {
        var script = opened()
        #expect(script(topic(head: 0)) == [.listen(place(head: 0)), .caughtUp(stream)])
    }

    @Test("a stream is read from its beginning, then live")
    func readsFromBeginning() {
        var script = opened()
        #expect(
            script.says(topic(head: 3)) == [.fetch(stream, epoch: 1, from: 1)])
        #expect(
            script(events([1, 2, 3], head: 3)) == [
                .apply(stream, epoch: 1, events(1...3)), .caughtUp(stream),
            ])
        #expect(script(live(4)) == [.apply(stream, epoch: 1, events(4...4))])
    }

    @Test("a stream that was read before goes on at its cursor")
    func cursor() {
        var script = opened()
        let cursor = StreamCursor(epoch: 1, sequence: 5)
        #expect(script.says(topic(head: 7, cursor: cursor)) == [.fetch(stream, epoch: 1, from: 6)])
    }

    @Test("a cursor of another epoch, or beyond the head, says nothing")
    func uselessCursor() {
        var restored = opened()
        #expect(
            restored.says(topic(epoch: 2, head: 7, cursor: .init(epoch: 1, sequence: 5)))
                == [.fetch(stream, epoch: 2, from: 1)])
        var behind = opened()
        #expect(
            behind.says(topic(head: 7, cursor: .init(epoch: 1, sequence: 9)))
                == [.fetch(stream, epoch: 1, from: 1)])
    }

    @Test("a gap is fetched once, and what comes live meanwhile is not lost")
    func gap() {
        var script = opened()
        _ = script(topic(head: 0))
        #expect(script(live(1)) == [.apply(stream, epoch: 1, events(1...1))])
        #expect(script.says(live(3)) == [.fetch(stream, epoch: 1, from: 2)])
        #expect(script(live(4)) == [])
        #expect(
            script(events([2, 3], head: 3)) == [
                .apply(stream, epoch: 1, events(2...3)),
                .say(request: 4, .fetch(stream, epoch: 1, from: 4)),
            ])
        #expect(
            script(events([4], head: 4)) == [
                .apply(stream, epoch: 1, events(4...4)), .caughtUp(stream),
            ])
    }

    @Test("a lost last event is noticed by the head that is repeated")
    func lostLast() {
        var script = opened()
        _ = script(topic(head: 0))
        #expect(script.says(head(1)) == [.fetch(stream, epoch: 1, from: 1)])
    }

    @Test("events that came before are dropped")
    func duplicates() {
        var script = opened()
        _ = script(topic(head: 0))
        _ = script(live(1))
        #expect(script(live(1)) == [])
        #expect(script(events([1], head: 1)) == [])
        #expect(script(head(1)) == [])
    }

    @Test("events that do not join what was read are not applied")
    func disjoint() {
        var script = opened()
        _ = script(topic(head: 5))
        #expect(script(events([3, 4, 5], head: 5)) == [])
        #expect(
            script(events([1, 2, 4], head: 5)).first == .apply(stream, epoch: 1, events(1...2)))
    }

    @Test("another epoch is believed from ctl only, and read from its beginning")
    func restore() {
        var script = opened()
        _ = script(topic(head: 1))
        _ = script(events([1], head: 1))
        #expect(script(live(1, epoch: 2)) == [])
        #expect(script.says(.elapsed, after: .seconds(1)) == [.subscribe(stream)])
        #expect(
            script.says(topic(epoch: 2, head: 2)) == [.fetch(stream, epoch: 2, from: 1)])
        #expect(
            script(events([1, 2], head: 2, epoch: 2)).first
                == .apply(stream, epoch: 2, events(1...2)))
    }

    @Test("a head that the broker does not confirm is forgotten")
    func wrongHead() {
        var script = opened()
        _ = script(topic(head: 0))
        #expect(script.says(head(1_000)) == [.fetch(stream, epoch: 1, from: 1)])
        #expect(script(events([], head: 0)) == [.caughtUp(stream)])
        #expect(script(.elapsed, after: .seconds(1)) == [])
    }

    @Test("a stream that falls silent on evt is asked for over ctl")
    func silence() {
        var script = opened()
        _ = script(topic(head: 0))
        #expect(script(.elapsed, after: .milliseconds(2_999)) == [])
        #expect(
            script.says(.elapsed, after: .milliseconds(1)) == [.fetch(stream, epoch: 1, from: 1)])
    }

    @Test("a new session subscribes again and goes on where it was")
    func newSession() {
        var script = opened()
        _ = script(topic(head: 0))
        _ = script(live(1))
        _ = script(heard(.resync))
        #expect(script(welcome([stream])).said == [.subscribe(stream)])
        #expect(script.says(topic(head: 2)) == [.fetch(stream, epoch: 1, from: 2)])
    }

    @Test("a stream one may not follow is reported and left")
    func refused() throws {
        var script = Script(follows)
        let request = try #require(script.open(.follow, streams: [stream]).requests.first)
        let error = AgentCore.Heard.error(no("unknown-stream"))
        #expect(
            script(heard(error, request: request)) == [.streamRefused(stream, no("unknown-stream"))]
        )
        #expect(script(.elapsed, after: .seconds(4)) == [])
    }
}
