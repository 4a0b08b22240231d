internal import CareModel
internal import Crypto
internal import Foundation

/// Is the hash of a leaf, a node or a whole tree: SHA-256 as RFC 9162, section 2.1, has it.
public struct MerkleHash: Hashable, Sendable {
    /// The hash's size.
    public static let byteCount = 32

    /// Four words in the order of the bytes in memory: a hash costs no allocation.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    private init(_ source: UnsafeRawBufferPointer) {
        words = source.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self)
    }

    /// Takes a hash; nil unless it has 32 bytes.
    public init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self = bytes.withUnsafeBytes { MerkleHash($0) }
    }

    /// The 32 bytes.
    public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

    /// Calls `body` with the 32 bytes.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        Swift.withUnsafeBytes(of: words) { body($0) }
    }

    /// SHA-256 of nothing: the root of the empty tree.
    public static let empty = hash(of: UnsafeRawBufferPointer(start: nil, count: 0))

    /// SHA-256(0x00 ‖ leaf).
    public static func leaf(_ bytes: [UInt8]) -> MerkleHash {
        withUnsafeTemporaryAllocation(byteCount: bytes.count + 1, alignment: 1) { buffer in
            buffer[0] = 0x00
            UnsafeMutableRawBufferPointer(rebasing: buffer[1...]).copyBytes(from: bytes)
            return hash(of: UnsafeRawBufferPointer(buffer))
        }
    }

    /// SHA-256(0x01 ‖ left ‖ right).
    public static func node(_ left: MerkleHash, _ right: MerkleHash) -> MerkleHash {
        withUnsafeTemporaryAllocation(byteCount: 1 + 2 * byteCount, alignment: 1) { buffer in
            buffer[0] = 0x01
            left.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: buffer[1...]).copyMemory(from: $0)
            }
            right.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: buffer[(1 + byteCount)...])
                    .copyMemory(from: $0)
            }
            return hash(of: UnsafeRawBufferPointer(buffer))
        }
    }

    /// SHA-256 of bytes that already begin with their prefix.
    static func hash(of bytes: UnsafeRawBufferPointer) -> MerkleHash {
        SHA256.hash(data: bytes).withUnsafeBytes { MerkleHash($0) }
    }

    /// Whether both are the same.
    public static func == (left: MerkleHash, right: MerkleHash) -> Bool {
        left.words == right.words
    }

    /// Hashes the words.
    public func hash(into hasher: inout Hasher) { withUnsafeBytes { hasher.combine(bytes: $0) } }
}

extension MerkleHash: CustomStringConvertible {
    /// 64 hexadecimal digits, lower case.
    public var description: String { bytes.hexText }
}
