internal import CareModel

/// Gives messages ids from which their place in the pass can be read again.
///
/// That way sender and receiver share nothing while they are measured.
struct MessageNames {
    private var random = SystemRandomNumberGenerator()

    /// A UUIDv7 with random bits, the last 32 of which are the message's index.
    mutating func id(of index: Int, at now: Timestamp) -> UUIDBytes {
        let low = random.next() << 32 | UInt64(UInt32(truncatingIfNeeded: index))
        return UUIDBytes(version7At: now, random: (random.next(), low))
    }

    /// A UUIDv7 like any agent's.
    mutating func id(at now: Timestamp) -> UUIDBytes {
        UUIDBytes(version7At: now, random: (random.next(), random.next()))
    }

    /// The index in an id that ``id(of:at:)`` gave; nil for anything else than 16 bytes.
    static func index(in id: some Collection<UInt8>) -> Int? {
        guard id.count == 16 else { return nil }
        return id.suffix(4).reduce(0) { $0 << 8 | Int($1) }
    }
}
