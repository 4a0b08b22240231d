/// The answer to one ZAP request (ZeroMQ RFC 27).
///
/// An answer that cannot be sent as it is, such as an acceptance without a user id, turns into
/// an internal error, so that a mistake keeps the peer out.
public struct ZAPReply: Hashable, Sendable {
    /// What libzmq does with the peer.
    public enum Status: Int, Sendable {
        /// The peer is let in.
        case accepted = 200
        /// The peer is kept out for now.
        case temporaryError = 300
        /// The peer is kept out.
        case refused = 400
        /// The peer is kept out because the handler failed.
        case internalError = 500
    }

    /// What libzmq does with the peer.
    public let status: Status
    /// Words for the log of libzmq's peer, at most 255 bytes; no secrets.
    public let text: String
    /// What `Message.userID` will be on all that the peer sends; empty unless accepted.
    public let userID: String
    /// More properties for `Message.property`.
    public let metadata: [String: String]

    /// Lets the peer in under a user id of 1 to 255 bytes without a zero byte.
    public static func accepted(userID: String, metadata: [String: String] = [:]) -> ZAPReply {
        guard isUserID(userID), metadata.allSatisfy(isProperty) else {
            return .internalError("the handler gave an unusable user id or property")
        }
        return ZAPReply(status: .accepted, text: "OK", userID: userID, metadata: metadata)
    }

    /// Keeps the peer out.
    public static func refused(_ text: String) -> ZAPReply {
        ZAPReply(status: .refused, text: text, userID: "", metadata: [:])
    }

    /// Keeps the peer out for now; it tries again by itself.
    public static func temporaryError(_ text: String) -> ZAPReply {
        ZAPReply(status: .temporaryError, text: text, userID: "", metadata: [:])
    }

    /// Keeps the peer out because the handler could not decide.
    public static func internalError(_ text: String) -> ZAPReply {
        ZAPReply(status: .internalError, text: text, userID: "", metadata: [:])
    }

    /// The parts to send, from the version on.
    func parts(requestID: [UInt8]) -> [MessagePart] {
        [
            .text("1.0"),
            .bytes(requestID),
            .text(String(status.rawValue)),
            .bytes(Array(text.utf8.prefix(255))),
            .text(userID),
            .bytes(encodedMetadata),
        ]
    }

    /// Pairs as ZMTP has them: one byte of name length, name, four bytes of value length, value.
    private var encodedMetadata: [UInt8] {
        var bytes: [UInt8] = []
        for (name, value) in metadata.sorted(by: { $0.key < $1.key }) {
            bytes.append(UInt8(truncatingIfNeeded: name.utf8.count))
            bytes.append(contentsOf: name.utf8)
            let count = UInt32(truncatingIfNeeded: value.utf8.count)
            withUnsafeBytes(of: count.bigEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: value.utf8)
        }
        return bytes
    }

    /// libzmq hands properties out as C strings: a zero byte would make two ids look the same.
    private static func isUserID(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count) && !text.utf8.contains(0)
    }

    private static func isProperty(_ name: String, _ value: String) -> Bool {
        let reserved = ["user-id", "peer-address", "socket-type", "identity", "routing-id"]
        let allowed = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default:
                "-_.+".utf8.contains(byte)
            }
        }
        return (1...255).contains(name.utf8.count) && allowed
            && !reserved.contains(name.lowercased())
            && value.utf8.count <= 4096 && !value.utf8.contains(0)
    }
}
