/// libzmq's question whether a peer may come in (ZeroMQ RFC 27, version 1.0).
public struct ZAPRequest: Sendable {
    /// What the peer showed.
    public enum Credentials: Hashable, Sendable {
        /// Nothing (NULL).
        case none
        /// The long-term public key, which the handshake has proved (CURVE).
        case curve(CurvePublicKey)
    }

    /// A request that breaks the protocol, with the answer that keeps the peer out.
    struct Malformed: Error {
        let requestID: [UInt8]
        let reply: ZAPReply
    }

    /// The domain that the peer's server socket has as `SocketOption.zapDomain`.
    public let domain: String
    /// The peer's network address.
    public let address: String
    /// The routing id the peer asked for; its own choice, so not an identity.
    public let claimedRoutingID: [UInt8]
    /// What the peer showed.
    public let credentials: Credentials

    let requestID: [UInt8]
    /// What ROUTER needs to send the answer to the right connection.
    var envelope: [Message] = []

    /// Reads the parts from the version on.
    init(parts: some RandomAccessCollection<Message>) throws(Malformed) {
        let fields = parts.map(\.bytes)
        let requestID = fields.count > 1 && fields[1].count <= 255 ? fields[1] : []
        func malformed(_ reply: ZAPReply) -> Malformed {
            Malformed(requestID: requestID, reply: reply)
        }
        guard let version = fields.first, version == Array("1.0".utf8) else {
            throw malformed(.internalError("the ZAP version is not 1.0"))
        }
        guard fields.count >= 6, !requestID.isEmpty else {
            throw malformed(.internalError("the ZAP request has missing parts"))
        }
        guard fields[2...5].allSatisfy({ $0.count <= 255 }),
            let domain = String(validating: fields[2], as: UTF8.self),
            let address = String(validating: fields[3], as: UTF8.self)
        else { throw malformed(.internalError("the ZAP request has unreadable parts")) }
        let shown = fields[6...]
        switch String(validating: fields[5], as: UTF8.self) {
        case "NULL":
            guard shown.isEmpty else {
                throw malformed(.refused("NULL comes without credentials"))
            }
            credentials = .none
        case "CURVE":
            guard shown.count == 1, let key = CurvePublicKey(bytes: shown[6]) else {
                throw malformed(.refused("CURVE comes with one key of 32 bytes"))
            }
            credentials = .curve(key)
        default:
            throw malformed(.refused("the mechanism is not supported"))
        }
        self.requestID = requestID
        self.domain = domain
        self.address = address
        self.claimedRoutingID = fields[4]
    }
}
