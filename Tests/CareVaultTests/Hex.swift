import CareModel
import CareVault

/// The bytes of hexadecimal digits; spaces between them are passed over.
func bytes(_ hex: String) -> [UInt8] {
    guard let bytes = HexText.bytes(hex.filter { !$0.isWhitespace }) else {
        preconditionFailure("hexadecimal digits")
    }
    return bytes
}

/// The hash of 64 hexadecimal digits.
func hash(_ hex: String) -> MerkleHash {
    guard let hash = MerkleHash(bytes: bytes(hex)) else { preconditionFailure("64 digits") }
    return hash
}

/// Every value that differs from `bytes` in one bit.
func flips(of bytes: [UInt8]) -> [[UInt8]] {
    (0..<bytes.count * 8).map { bit in
        var flipped = bytes
        flipped[bit / 8] ^= 1 << UInt8(bit % 8)
        return flipped
    }
}

/// Every hash that differs from `hash` in one bit.
func flips(of hash: MerkleHash) -> [MerkleHash] {
    flips(of: hash.bytes).compactMap(MerkleHash.init(bytes:))
}
