import Foundation
import Testing

@testable import ZeroMQ

/// Carries a socket to another thread, which the compiler rightly forbids.
// Safety: only for the test that shows that the owner check ends the program.
private final class Smuggled: @unchecked Sendable {
    let socket: Socket

    init() throws {
        socket = try Socket(.dealer, in: try Context())
    }
}

@Suite("Sockets")
struct SocketTests {
    @Test("a call off the owner thread ends the program")
    func checksOwner() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            let smuggled = try Smuggled()
            _ = finishes { _ = try smuggled.socket.receive() }
            exit(EXIT_SUCCESS)
        }
        expectMessage("used off its owner thread", in: result)
    }

    @Test("a receive returns nil when nothing came, at once or after the timeout")
    func receivesNothing() throws {
        let link = try Link(in: try Context())
        #expect(try link.router.receive() == nil)
        let start = ContinuousClock.now
        #expect(try link.router.receive(timeout: .milliseconds(30)) == nil)
        #expect(start.duration(to: .now) >= .milliseconds(29))
    }

    @Test("a send without a peer reports that it would block, at once or after the timeout")
    func sendsNowhere() throws {
        let socket = try Socket(.dealer, in: try Context())
        #expect(try socket.send([.text("a"), .text("b")]) == .wouldBlock)
        let start = ContinuousClock.now
        #expect(try socket.send([.text("a")], timeout: .milliseconds(30)) == .wouldBlock)
        #expect(start.duration(to: .now) >= .milliseconds(29))
    }

    @Test("a message tells whether its peer chose a routing id", arguments: [nil, "front-desk"])
    func choosesRoutingID(_ routingID: String?) throws {
        let context = try Context()
        let router = try Socket(.router, in: context)
        try router.bind("tcp://127.0.0.1:*")
        let dealer = try Socket(.dealer, in: context)
        if let routingID { try dealer.set(.routingID, to: Array(routingID.utf8)) }
        try dealer.connect(try router.lastEndpoint)
        _ = try dealer.send([.text("a")], timeout: patience)
        let got = try #require(try router.receive(timeout: patience))
        #expect(got[1].hasChosenRoutingID == (routingID != nil))
    }

    @Test("a full queue blocks whole messages and never parts of them")
    func keepsMessagesWholeWhenFull() throws {
        let context = try Context()
        let link = try Link(in: context, at: "inproc://full") { router, dealer in
            try router.set(.receiveHighWaterMark, to: 2)
            try dealer.set(.sendHighWaterMark, to: 2)
        }
        var sentCount = 0
        while try link.dealer.send([.text("\(sentCount)"), .text("x"), .text("y")]) == .sent {
            sentCount += 1
            try #require(sentCount < 100)
        }
        for number in 0..<sentCount {
            let got = try #require(try link.router.receive(timeout: patience))
            #expect(got.dropFirst().map(\.bytes) == ["\(number)", "x", "y"].map { Array($0.utf8) })
        }
        #expect(try link.router.receive() == nil)
    }

    @Test("a mandatory ROUTER reports an unknown routing id and goes on")
    func reportsUnroutable() throws {
        let link = try Link(in: try Context()) { router, _ in
            try router.set(.routerMandatory, to: true)
        }
        let parts: [MessagePart] = [.text("nobody"), .text("a"), .text("b")]
        #expect(try link.router.send(parts) == .unroutable)
        let id = try #require(try link.deliver([.text("hello")]).first)
        #expect(try link.router.send([.message(id), .text("answer")]) == .sent)
        let answer = try #require(try link.dealer.receive(timeout: patience))
        #expect(answer.map(\.bytes) == [Array("answer".utf8)])
    }

    @Test("a message with too many parts is dropped whole and the next one is received")
    func limitsParts() throws {
        let link = try Link(in: try Context())
        let tooMany = [MessagePart](repeating: .text("x"), count: 16)
        #expect(try link.dealer.send(tooMany, timeout: patience) == .sent)
        #expect(try link.dealer.send([.text("next")], timeout: patience) == .sent)
        let error = try #require(throws: ZeroMQError.self) {
            try link.router.receive(timeout: patience)
        }
        #expect(error.code == .tooManyParts)
        #expect(error.isRetriable)
        #expect("\(error)".contains("17 parts, 16 are allowed"))
        let next = try #require(try link.router.receive(timeout: patience))
        #expect(next.last?.bytes == Array("next".utf8))
    }

    @Test("a message with exactly the allowed parts is received")
    func allowsPartsUpToLimit() throws {
        let link = try Link(in: try Context())
        let parts = [MessagePart](repeating: .text("x"), count: 3)
        #expect(try link.dealer.send(parts, timeout: patience) == .sent)
        #expect(try link.router.receive(timeout: patience, partLimit: 4)?.count == 4)
    }

    @Test("an oversize part cuts its sender off and is not received")
    func dropsOversize() throws {
        let context = try Context()
        let router = try Socket(.router, in: context)
        let dealer = try Socket(.dealer, in: context)
        try router.set(.messageByteLimit, to: 1024)
        let monitor = try Monitor(of: router, in: context)
        try router.bind("tcp://127.0.0.1:*")
        try dealer.connect(router.lastEndpoint)
        let allowed = [UInt8](repeating: 1, count: 1024)
        #expect(try dealer.send([.bytes(allowed)], timeout: patience) == .sent)
        #expect(try router.receive(timeout: patience)?.last?.byteCount == 1024)
        #expect(try dealer.send([.bytes(allowed + [1])]) == .sent)
        #expect(try monitor.first { $0 == .disconnected } != nil)
        #expect(try router.receive() == nil)
    }

    @Test("an XPUB reads a subscription and a SUB hears only what it asked for")
    func publishes() throws {
        let context = try Context()
        let publisher = try Socket(.xpub, in: context)
        let subscriber = try Socket(.sub, in: context)
        try publisher.bind("tcp://127.0.0.1:*")
        try subscriber.connect(publisher.lastEndpoint)
        try subscriber.set(.subscribe, to: Array("a".utf8))
        let subscription = try #require(try publisher.receive(timeout: patience))
        #expect(subscription.map(\.bytes) == [[1] + Array("a".utf8)])
        #expect(try publisher.send([.text("b"), .text("no")]) == .sent)
        #expect(try publisher.send([.text("a"), .text("yes")]) == .sent)
        let heard = try #require(try subscriber.receive(timeout: patience))
        #expect(heard.map(\.bytes) == ["a", "yes"].map { Array($0.utf8) })
        try subscriber.set(.unsubscribe, to: Array("a".utf8))
        #expect(try publisher.receive(timeout: patience)?.first?.bytes == [0] + Array("a".utf8))
    }

    @Test("a PUB cannot receive and a SUB cannot send")
    func knowsDirections() throws {
        let context = try Context()
        let publisher = try Socket(.pub, in: context)
        let received = #expect(throws: ZeroMQError.self) { try publisher.receive() }
        #expect(received?.code == .notSupported)
        let subscriber = try Socket(.sub, in: context)
        let sent = #expect(throws: ZeroMQError.self) { try subscriber.send([.text("x")]) }
        #expect(sent?.code == .notSupported)
    }

    @Test("a REP that was not asked cannot answer")
    func keepsOrder() throws {
        let socket = try Socket(.rep, in: try Context())
        let error = try #require(throws: ZeroMQError.self) { try socket.send([.text("x")]) }
        #expect(error.code == .wrongState)
    }

    @Test("an endpoint that was given back can be taken again")
    func unbinds() throws {
        let context = try Context()
        let first = try Socket(.router, in: context)
        try first.bind("inproc://again")
        try first.unbind("inproc://again")
        let second = try Socket(.router, in: context)
        try second.bind("inproc://again")
    }

    @Test("borrowed bytes are sent like owned ones")
    func sendsBorrowedBytes() throws {
        let link = try Link(in: try Context())
        let got = try [UInt8](1...40).withUnsafeBytes { bytes in
            try link.deliver([.borrowed(bytes)])
        }
        #expect(got.last?.bytes == Array(1...40))
    }
}
