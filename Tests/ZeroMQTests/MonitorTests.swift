import Testing

@testable import ZeroMQ

@Suite("Monitors")
struct MonitorTests {
    @Test("a monitor tells of connection, handshake and the end, with the endpoint")
    func tellsOfConnections() throws {
        let context = try Context()
        let router = try Socket(.router, in: context)
        let monitor = try Monitor(of: router, in: context)
        try router.bind("tcp://127.0.0.1:*")
        let listening = try #require(try monitor.first { $0 == .listening })
        #expect(try listening.endpoint == router.lastEndpoint)
        do {
            let dealer = try Socket(.dealer, in: context)
            let dealerMonitor = try Monitor(of: dealer, in: context)
            try dealer.connect(router.lastEndpoint)
            #expect(try dealerMonitor.first { $0 == .connected } != nil)
            #expect(try dealerMonitor.first { $0 == .handshakeSucceeded } != nil)
            #expect(try monitor.first { $0 == .accepted } != nil)
            #expect(try monitor.first { $0 == .handshakeSucceeded } != nil)
        }
        #expect(try monitor.first { $0 == .disconnected } != nil)
        #expect(try monitor.next() == nil)
    }

    @Test("a refused connect is retried after the reconnect interval")
    func tellsOfRetries() throws {
        let context = try Context()
        let dealer = try Socket(.dealer, in: context)
        try dealer.set(.reconnectInterval, to: .milliseconds(10))
        let monitor = try Monitor(of: dealer, in: context)
        try dealer.connect("tcp://127.0.0.1:1")
        let event = try monitor.first { if case .connectRetried = $0 { true } else { false } }
        #expect(event != nil)
    }

    @Test("a socket has one monitor at a time")
    func isAlone() throws {
        let context = try Context()
        let socket = try Socket(.router, in: context)
        do {
            let first = try Monitor(of: socket, in: context)
            let error = try #require(throws: ZeroMQError.self) {
                _ = try Monitor(of: socket, in: context)
            }
            #expect(error.code == .wrongState)
            #expect(try first.next() == nil)
        }
        let second = try Monitor(of: socket, in: context)
        try socket.bind("tcp://127.0.0.1:*")
        #expect(try second.first { $0 == .listening } != nil)
    }

    @Test("thousands of unread events hold nothing up")
    func keepsUnreadEvents() throws {
        let finished = finishes {
            let context = try Context()
            let router = try Socket(.router, in: context)
            let monitor = try Monitor(of: router, in: context)
            // Each bind and unbind leaves at least two events; libzmq's own limit is 2000.
            for _ in 0..<1500 {
                try router.bind("tcp://127.0.0.1:*")
                try router.unbind(router.lastEndpoint)
            }
            #expect(try monitor.next() != nil)
        }
        #expect(finished)
    }

    @Test("events that are not known keep their numbers, and broken ones are refused")
    func readsEvents() throws {
        let number = try Message([0x00, 0x80, 1, 0, 0, 0])
        let event = try #require(MonitorEvent([number, try Message(Array("tcp://x".utf8))]))
        #expect(event.kind == .other(number: 0x8000, value: 1))
        #expect(event.endpoint == "tcp://x")
        #expect(MonitorEvent([number]) == nil)
        #expect(MonitorEvent([try Message([1]), try Message([])]) == nil)
    }
}
