import Testing

@testable import ZeroMQ

/// A CURVE server with a monitor, and the client that knocks.
private struct Door: ~Copyable {
    let context: Context
    let server: Socket
    let monitor: Monitor
    let client: Socket
    let keys: CurveKeyPair

    init(
        in context: Context,
        prepare: (borrowing Socket, CurveSecretKey) throws -> Void
    ) throws {
        let serverKeys = try CurveKeyPair.generate()
        let keys = try CurveKeyPair.generate()
        let server = try Socket(.router, in: context)
        try prepare(server, serverKeys.secretKey)
        let monitor = try Monitor(of: server, in: context)
        try server.bind("tcp://127.0.0.1:*")
        let client = try Socket(.dealer, in: context)
        try client.secureAsClient(keys: keys, serverKey: serverKeys.publicKey)
        try client.connect(server.lastEndpoint)
        _ = try client.send([.text("let me in")])
        self.context = context
        self.server = server
        self.monitor = monitor
        self.client = client
        self.keys = keys
    }

    /// Answers the handler's requests until the handshake has an outcome.
    func outcome(
        _ handler: borrowing ZAPHandler, _ decide: (ZAPRequest) -> ZAPReply
    ) throws -> MonitorEvent.Kind? {
        var poller = Poller()
        _ = poller.add(handler.socket)
        _ = poller.add(monitor.socket)
        let deadline = ContinuousClock.now + patience
        while ContinuousClock.now < deadline {
            _ = try poller.wait(timeout: deadline - .now)
            try handler.answerAll(decide)
            while let event = try monitor.next() {
                if Self.isOutcome(event.kind) { return event.kind }
            }
        }
        return nil
    }

    /// Waits for the outcome of a handshake that no handler takes part in.
    func outcomeWithoutHandler() throws -> MonitorEvent.Kind? {
        try monitor.first(where: Self.isOutcome)?.kind
    }

    private static func isOutcome(_ kind: MonitorEvent.Kind) -> Bool {
        switch kind {
        case .handshakeSucceeded, .handshakeFailed, .handshakeFailedProtocol,
            .handshakeFailedAuthentication:
            true
        default:
            false
        }
    }
}

@Suite("CURVE with and without a ZAP handler")
struct SecurityTests {
    @Test("an enrolled key gets in and its messages carry the handler's user id")
    func acceptsEnrolledKey() throws {
        let context = try Context()
        let handler = try ZAPHandler(in: context)
        let door = try Door(in: context) {
            try $0.secureAsServer(secretKey: $1, domain: "global")
        }
        let enrolled = door.keys.publicKey
        let outcome = try door.outcome(handler) { request in
            guard request.domain == "global", request.credentials == .curve(enrolled) else {
                return .refused("unknown")
            }
            return .accepted(userID: "clinic-7", metadata: ["Role": "agent"])
        }
        #expect(outcome == .handshakeSucceeded)
        let message = try #require(try door.server.receive(timeout: patience))
        #expect(message.last?.bytes == Array("let me in".utf8))
        #expect(message.allSatisfy { $0.userID == "clinic-7" })
        #expect(message.last?.property("Role") == "agent")
        #expect(message.last?.property("Peer-Address") == "127.0.0.1")
    }

    @Test(
        "a refused key stays out and the monitor shows the handler's status",
        arguments: [ZAPReply.refused("unknown"), .internalError("broken"), .accepted(userID: "")])
    func refusesUnknownKey(reply: ZAPReply) throws {
        let context = try Context()
        let handler = try ZAPHandler(in: context)
        let door = try Door(in: context) {
            try $0.secureAsServer(secretKey: $1, domain: "global")
        }
        let outcome = try door.outcome(handler) { _ in reply }
        let status = UInt32(reply.status.rawValue)
        #expect(outcome == .handshakeFailedAuthentication(status: status))
        #expect(try door.server.receive() == nil)
    }

    @Test("with domain and option 93 nobody gets in when no handler is bound")
    func failsClosedWithoutHandler() throws {
        let door = try Door(in: try Context()) {
            try $0.secureAsServer(secretKey: $1, domain: "global")
        }
        guard case .handshakeFailed = try door.outcomeWithoutHandler() else {
            Issue.record("the handshake was not refused")
            return
        }
        #expect(try door.server.receive() == nil)
    }

    @Test("without option 93, or with an empty domain, libzmq lets everybody in", arguments: 0..<3)
    func showsWhyOption93(variant: Int) throws {
        let door = try Door(in: try Context()) { server, secretKey in
            try server.set(.curveServer, to: true)
            try server.set(.curveSecretKey, to: secretKey)
            if variant == 1 { try server.set(.zapDomain, to: "global") }
            if variant == 2 { try server.set(.zapEnforceDomain, to: true) }
        }
        #expect(try door.outcomeWithoutHandler() == .handshakeSucceeded)
        let message = try #require(try door.server.receive(timeout: patience))
        #expect(message.last?.userID == nil)
    }

    @Test("a handler is not asked for an empty domain when option 93 is set")
    func showsWhyDomain() throws {
        let context = try Context()
        let handler = try ZAPHandler(in: context)
        let door = try Door(in: context) { server, secretKey in
            try server.set(.curveServer, to: true)
            try server.set(.curveSecretKey, to: secretKey)
            try server.set(.zapEnforceDomain, to: true)
        }
        let outcome = try door.outcome(handler) { _ in .refused("nobody") }
        #expect(outcome == .handshakeSucceeded)
    }

    @Test("a peer without encryption does not get in")
    func refusesPlainPeer() throws {
        let context = try Context()
        let handler = try ZAPHandler(in: context)
        let door = try Door(in: context) {
            try $0.secureAsServer(secretKey: $1, domain: "global")
        }
        let outcome = try door.outcome(handler) { _ in .accepted(userID: "known") }
        #expect(outcome == .handshakeSucceeded)
        #expect(try door.server.receive(timeout: patience) != nil)
        let stranger = try Socket(.dealer, in: context)
        try stranger.connect(door.server.lastEndpoint)
        #expect(try stranger.send([.text("let me in, too")]) == .sent)
        let refusal = try door.outcome(handler) { _ in .accepted(userID: "stranger") }
        guard case .handshakeFailedProtocol = refusal else {
            Issue.record("expected a failed handshake, got \(String(describing: refusal))")
            return
        }
        #expect(try door.server.receive() == nil)
    }

    @Test("an empty or over-long domain is refused", arguments: [0, 256])
    func refusesDomain(byteCount: Int) throws {
        let socket = try Socket(.router, in: try Context())
        let secretKey = try CurveKeyPair.generate().secretKey
        let domain = String(repeating: "d", count: byteCount)
        let error = try #require(throws: ZeroMQError.self) {
            try socket.secureAsServer(secretKey: secretKey, domain: domain)
        }
        #expect(error.code == .invalidArgument)
    }

    @Test("a socket that is bound cannot be secured any more")
    func refusesLateSecurity() throws {
        let socket = try Socket(.router, in: try Context())
        try socket.bind("tcp://127.0.0.1:*")
        let secretKey = try CurveKeyPair.generate().secretKey
        let error = try #require(throws: ZeroMQError.self) {
            try socket.secureAsServer(secretKey: secretKey, domain: "global")
        }
        #expect(error.code == .wrongState)
    }

    @Test("a secured socket has the CURVE mechanism and the right key")
    func readsSecurityBack() throws {
        let socket = try Socket(.dealer, in: try Context())
        let keys = try CurveKeyPair.generate()
        let serverKey = try CurveKeyPair.generate().publicKey
        try socket.secureAsClient(keys: keys, serverKey: serverKey)
        #expect(try socket.value(of: .mechanism) == 2)
        #expect(try socket.value(of: .curvePublicKey) == keys.publicKey)
        #expect(try socket.value(of: .curveServerKey) == serverKey)
        #expect(
            try socket.value(of: .curveSecretKey).revealZ85() == keys.secretKey.revealZ85())
    }
}
