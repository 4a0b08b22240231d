import Testing

@testable import ZeroMQ

@Suite("Socket options")
struct SocketOptionTests {
    @Test("options are read back as they were set")
    func readsBack() throws {
        let socket = try Socket(.router, in: try Context())
        try socket.set(.sendHighWaterMark, to: 5)
        #expect(try socket.value(of: .sendHighWaterMark) == 5)
        try socket.set(.receiveHighWaterMark, to: 6)
        #expect(try socket.value(of: .receiveHighWaterMark) == 6)
        try socket.set(.messageByteLimit, to: 1 << 33)
        #expect(try socket.value(of: .messageByteLimit) == 1 << 33)
        try socket.set(.immediate, to: true)
        #expect(try socket.value(of: .immediate))
        try socket.set(.tcpKeepAlive, to: 1)
        #expect(try socket.value(of: .tcpKeepAlive) == 1)
        try socket.set(.routingID, to: [1, 2, 0, 3])
        #expect(try socket.value(of: .routingID) == [1, 2, 0, 3])
        try socket.set(.zapDomain, to: "global")
        #expect(try socket.value(of: .zapDomain) == "global")
        try socket.set(.zapEnforceDomain, to: true)
        #expect(try socket.value(of: .zapEnforceDomain))
        #expect(try socket.value(of: .mechanism) == 0)
        #expect(try !socket.value(of: .receiveMore))
        #expect(try socket.value(of: .fileDescriptor) >= 0)
        #expect(try socket.value(of: .events) & 1 == 0)
    }

    @Test("durations are kept in milliseconds, rounded up")
    func keepsDurations() throws {
        let socket = try Socket(.dealer, in: try Context())
        for option: SocketOption<Duration> in [
            .handshakeInterval, .heartbeatInterval, .heartbeatTimeout, .reconnectInterval,
            .reconnectIntervalLimit, .connectTimeout, .heartbeatTimeToLive, .linger,
        ] {
            try socket.set(option, to: .seconds(5))
            #expect(try socket.value(of: option) == .seconds(5), "\(option.name)")
        }
        try socket.set(.handshakeInterval, to: .microseconds(1))
        #expect(try socket.value(of: .handshakeInterval) == .milliseconds(1))
        #expect(Duration.zero.milliseconds == 0)
        #expect(Duration.seconds(Int64.max).milliseconds == Int64.max)
    }

    @Test(
        "an endless or over-long linger is refused, so that closing always ends",
        arguments: [Duration.milliseconds(-1), .seconds(1 << 40)])
    func refusesEndlessLinger(linger: Duration) throws {
        let socket = try Socket(.dealer, in: try Context())
        #expect(try socket.value(of: .linger) == .zero)
        let error = try #require(throws: ZeroMQError.self) { try socket.set(.linger, to: linger) }
        #expect(error.code == .invalidArgument)
        #expect("\(error)".hasPrefix("cannot set option LINGER: "))
    }

    @Test("an option that would have no effect after bind is refused")
    func refusesLateOptions() throws {
        let socket = try Socket(.router, in: try Context())
        try socket.bind("tcp://127.0.0.1:*")
        let error = try #require(throws: ZeroMQError.self) {
            try socket.set(.messageByteLimit, to: 10)
        }
        #expect(error.code == .wrongState)
        #expect(error.subject == "MAXMSGSIZE")
        try socket.set(.linger, to: .milliseconds(1))
    }

    @Test("a failed bind leaves the options open")
    func allowsOptionsAfterFailedBind() throws {
        let socket = try Socket(.router, in: try Context())
        #expect(throws: ZeroMQError.self) { try socket.bind("nonsense") }
        try socket.set(.routerMandatory, to: true)
    }

    @Test("an option unknown to libzmq and a text with a zero byte are refused")
    func refusesInvalid() throws {
        let socket = try Socket(.xpub, in: try Context())
        try socket.set(.xpubVerbose, to: true)
        let unknown = SocketOption<Int32>(number: 9999, name: "UNKNOWN")
        for set in [
            { (socket: borrowing Socket) in try socket.set(unknown, to: 1) },
            { (socket: borrowing Socket) in try socket.set(.zapDomain, to: "a\0b") },
        ] {
            let error = try #require(throws: ZeroMQError.self) { try set(socket) }
            #expect(error.code == .invalidArgument)
        }
    }
}
