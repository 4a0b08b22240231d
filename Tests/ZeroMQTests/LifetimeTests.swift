import Dispatch
import Foundation
import Testing

@testable import ZeroMQ

@Suite("Contexts and sockets end")
struct LifetimeTests {
    @Test("a context ends though messages to an absent peer are waiting")
    func endsWithUnsentMessages() {
        let finished = finishes {
            let context = try Context()
            let socket = try Socket(.dealer, in: context)
            try socket.connect("tcp://127.0.0.1:1")
            #expect(try socket.send([.text("nobody hears this")]) == .sent)
        }
        #expect(finished)
    }

    @Test("a context ends whichever of context, socket and monitor goes first", arguments: 0..<50)
    func endsInAnyOrder(round: Int) {
        let finished = finishes {
            var context: Context? = try Context()
            let open = try #require(context)
            let observed = try Socket(.router, in: open)
            let peer = try Socket(.dealer, in: open)
            let monitor = try Monitor(of: observed, in: open)
            try observed.bind("tcp://127.0.0.1:*")
            try peer.connect(observed.lastEndpoint)
            #expect(try peer.send([.text("x")], timeout: patience) == .sent)
            context = nil
            // Whatever the monitor has is left unread.
            if round % 3 == 0 { open.close() }
            if round % 2 == 0 { drop(monitor) }
            drop(observed)
        }
        #expect(finished)
    }

    @Test("closing a context wakes a thread that waits in a socket")
    func wakesWaitingReceive() throws {
        let context = try Context()
        let finished = finishes {
            let isWaiting = DispatchSemaphore(value: 0)
            let ended = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                do {
                    let socket = try Socket(.router, in: context)
                    try socket.bind("inproc://wait")
                    isWaiting.signal()
                    let error = #expect(throws: ZeroMQError.self) {
                        try socket.receive(timeout: .seconds(3600))
                    }
                    #expect(error?.code == .contextClosed)
                } catch {
                    Issue.record(error)
                }
                ended.signal()
            }
            isWaiting.wait()
            context.close()
            ended.wait()
        }
        #expect(finished)
        let error = #expect(throws: ZeroMQError.self) { _ = try Socket(.pair, in: context) }
        #expect(error?.code == .contextClosed)
    }

    @Test("a finite linger lets a closed socket deliver what it had")
    func lingers() throws {
        let context = try Context()
        let router = try Socket(.router, in: context)
        try router.bind("tcp://127.0.0.1:*")
        do {
            let dealer = try Socket(.dealer, in: context)
            try dealer.connect(router.lastEndpoint)
            try dealer.set(.linger, to: .seconds(10))
            #expect(try dealer.send([.text("last words")]) == .sent)
        }
        let heard = try #require(try router.receive(timeout: patience))
        #expect(heard.last?.bytes == Array("last words".utf8))
    }
}

private func drop(_ socket: consuming Socket) {}
private func drop(_ monitor: consuming Monitor) {}
