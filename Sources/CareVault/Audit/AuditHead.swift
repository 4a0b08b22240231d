internal import Crypto
internal import Foundation

/// Is the log's newest state, which a MAC keeps from being set back in the database alone.
///
/// A checkpoint can be shown to others; the head is only for the log's keeper and cheap enough to
/// be written with every event.
public struct AuditHead: Equatable, Sendable {
    /// The number of events.
    public let size: Int64
    /// The tree's root.
    public let root: MerkleHash

    /// Makes the head.
    public init(size: Int64, root: MerkleHash) {
        self.size = size
        self.root = root
    }

    /// The head of a tree.
    public init(_ tree: MerkleTree) {
        self.init(size: tree.size, root: tree.root)
    }

    /// HMAC-SHA256 over a label, the size (8 bytes, big-endian) and the root.
    public func mac(key: HeadKey) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key.key))
    }

    /// Whether a stored MAC is this head's; takes the same time wherever they differ.
    public func verify(mac: [UInt8], key: HeadKey) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(mac, authenticating: bytes, using: key.key)
    }

    private var bytes: [UInt8] {
        var bytes = Array("careloop audit head 1\n".utf8)
        bytes.append(bigEndian: size)
        root.withUnsafeBytes { bytes.append(contentsOf: $0) }
        return bytes
    }
}

/// Authenticates heads of the audit log; derived from its signer's seed.
public struct HeadKey: Sendable {
    let key: SymmetricKey

    /// HKDF-SHA256 (RFC 5869) of the seed without salt; the signer's name is in the info, so that
    /// two logs with one seed do not share a key.
    init(seed: [UInt8], name: String) {
        key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: seed),
            info: Array("careloop audit head 1\n\(name)".utf8), outputByteCount: 32)
    }
}

extension HeadKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Never the key.
    public var description: String { "HeadKey" }
    /// Never the key.
    public var debugDescription: String { description }
    /// Never the key.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
