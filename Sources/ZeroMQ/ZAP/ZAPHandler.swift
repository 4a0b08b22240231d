/// Answers libzmq's questions about who may come in, for all sockets of one context.
///
/// It has the mechanics only; who is accepted is the caller's decision. Make it before the server
/// sockets are bound, on the thread that polls `socket`. While nobody answers, peers wait, until
/// their server's `SocketOption.handshakeInterval` is over.
public struct ZAPHandler: ~Copyable {
    /// The endpoint libzmq asks at.
    public static var endpoint: String { "inproc://zeromq.zap.01" }

    /// The socket that becomes readable, for pollers.
    public let socket: Socket

    /// Becomes the handler of a context.
    ///
    /// - Throws: `.addressInUse` when the context has a handler.
    public init(in context: Context) throws(ZeroMQError) {
        // ROUTER, unlike REP, can answer in any order and survives a question without answer.
        let router = try Socket(.router, in: context)
        try router.bind(Self.endpoint)
        socket = router
    }

    /// Takes the next well-formed request, to be given to `answer`; nil when there is none.
    ///
    /// Malformed ones are answered with a refusal on the way.
    /// - Throws: `.contextClosed`.
    public func next() throws(ZeroMQError) -> ZAPRequest? {
        while let parts = try nextParts() {
            // The asking connection, an empty delimiter, then the request.
            guard parts.count > 2, parts[1].byteCount == 0 else { continue }
            let envelope = Array(parts[..<2])
            do throws(ZAPRequest.Malformed) {
                var request = try ZAPRequest(parts: parts[2...])
                request.envelope = envelope
                return request
            } catch {
                try send(error.reply, to: envelope, error.requestID)
            }
        }
        return nil
    }

    /// Answers a request that `next` gave; a connection that has gone meanwhile is ignored.
    ///
    /// - Throws: `.contextClosed`.
    public func answer(_ request: ZAPRequest, with reply: ZAPReply) throws(ZeroMQError) {
        try send(reply, to: request.envelope, request.requestID)
    }

    /// Answers all requests that are waiting and counts them.
    ///
    /// - Throws: `.contextClosed`.
    @discardableResult
    public func answerAll(
        _ decide: (ZAPRequest) -> ZAPReply
    ) throws(ZeroMQError) -> Int {
        var count = 0
        while let request = try next() {
            try answer(request, with: decide(request))
            count += 1
        }
        return count
    }

    private func nextParts() throws(ZeroMQError) -> [Message]? {
        while true {
            do throws(ZeroMQError) {
                return try socket.receive()
            } catch {
                // Unanswered, the peer stays out until its handshake interval ends.
                guard error.code == .tooManyParts else { throw error }
            }
        }
    }

    private func send(
        _ reply: ZAPReply, to envelope: [Message], _ requestID: [UInt8]
    ) throws(ZeroMQError) {
        let parts = envelope.map(MessagePart.message) + reply.parts(requestID: requestID)
        _ = try socket.send(parts)
    }
}
