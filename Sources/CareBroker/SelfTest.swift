internal import ZeroMQ

/// Tries to get in as a stranger before anybody else may: if that works, nothing starts.
struct SelfTest {
    let configuration: BrokerConfiguration
    let context: Context
    /// Agents may come in meanwhile: libzmq's clients never try again after a refusal.
    let keyring: Keyring

    /// - Throws: `.insecure` if a stranger got in, or was not clearly refused within ten seconds.
    func run(_ sockets: borrowing BrokerSockets) throws(BrokerError) {
        try refuses(.dealer, at: sockets.endpoints.control, sockets)
        try refuses(.sub, at: sockets.endpoints.events, sockets)
    }

    private func refuses(
        _ kind: Socket.Kind, at endpoint: String, _ sockets: borrowing BrokerSockets
    ) throws(BrokerError) {
        let end: MonitorEvent.Kind?
        do throws(ZeroMQError) {
            end = try handshake(kind, with: endpoint, sockets)
        } catch {
            throw BrokerError(.insecure, "The self-test could not be made: \(error)")
        }
        guard case .handshakeFailedAuthentication = end else {
            throw BrokerError(
                .insecure,
                "A connection with an unknown key to \(endpoint) was not refused. "
                    + "Nothing was started. Check which libzmq is installed.")
        }
    }

    /// Connects with a key nobody enrolled and waits for what becomes of it.
    private func handshake(
        _ kind: Socket.Kind, with endpoint: String, _ sockets: borrowing BrokerSockets
    ) throws(ZeroMQError) -> MonitorEvent.Kind? {
        let stranger = try Socket(kind, in: context)
        try stranger.secureAsClient(
            keys: .generate(), serverKey: configuration.keys.publicKey)
        let monitor = try Monitor(of: stranger, in: context)
        try stranger.connect(endpoint)
        let clock = ContinuousClock()
        let end = clock.now + .seconds(10)
        while clock.now < end {
            try sockets.gate.answerAll { keyring.reply(to: $0) }
            while let event = try monitor.next(timeout: .milliseconds(5)) {
                switch event.kind {
                case .handshakeSucceeded, .handshakeFailed, .handshakeFailedProtocol,
                    .handshakeFailedAuthentication:
                    return event.kind
                default: continue
                }
            }
        }
        return nil
    }
}
