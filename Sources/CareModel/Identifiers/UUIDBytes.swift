/// Holds the 128 bits of a UUID without Foundation.
///
/// New ones are version 7 (RFC 9562, section 5.7): they sort by the time they were made.
public struct UUIDBytes: Hashable, Comparable, Sendable {
    /// The first eight bytes, most significant first.
    public let high: UInt64
    /// The last eight bytes, most significant first.
    public let low: UInt64

    /// Makes the UUID of two big-endian halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Makes a version 7 UUID from a clock and 74 random bits.
    ///
    /// - Parameters:
    ///   - now: its millisecond goes into the first 48 bits.
    ///   - random: two random words, of which the version and variant bits are overwritten.
    public init(version7At now: Timestamp, random: (UInt64, UInt64)) {
        let clock = UInt64(truncatingIfNeeded: max(0, now.milliseconds)) << 16
        high = clock | 0x7000 | (random.0 & 0x0FFF)
        low = 0x8000_0000_0000_0000 | (random.1 & 0x3FFF_FFFF_FFFF_FFFF)
    }

    /// Reads sixteen bytes; nil for any other count.
    @inlinable
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        for (index, byte) in bytes.enumerated() {
            if index < 8 {
                words.0 = words.0 << 8 | UInt64(byte)
            } else {
                words.1 = words.1 << 8 | UInt64(byte)
            }
        }
        self.init(high: words.0, low: words.1)
    }

    /// Reads the usual text form, 36 characters with dashes or 32 without; nil for anything else.
    public init?(_ text: some StringProtocol) {
        var words: (UInt64, UInt64) = (0, 0)
        var digitCount = 0
        let hasDashes = text.utf8.count == 36
        guard hasDashes || text.utf8.count == 32 else { return nil }
        for (index, character) in text.utf8.enumerated() {
            if hasDashes, [8, 13, 18, 23].contains(index) {
                guard character == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = HexText.value(character).map(UInt64.init), digitCount < 32 else {
                return nil
            }
            if digitCount < 16 {
                words.0 = words.0 << 4 | digit
            } else {
                words.1 = words.1 << 4 | digit
            }
            digitCount += 1
        }
        guard digitCount == 32 else { return nil }
        self.init(high: words.0, low: words.1)
    }

    /// Whether it is of version 7 and of RFC 9562's variant, as ids made anew are.
    public var isVersion7: Bool { high >> 12 & 0xF == 7 && low >> 62 == 0b10 }

    /// The sixteen bytes, most significant first.
    public var bytes: [UInt8] {
        (0..<16).map { index in
            let word = index < 8 ? high : low
            return UInt8(truncatingIfNeeded: word >> UInt64((7 - index % 8) * 8))
        }
    }

    /// Orders by what the value stands for.
    public static func < (left: UUIDBytes, right: UUIDBytes) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension UUIDBytes: CustomStringConvertible {
    /// The text form of RFC 9562: lower case, with dashes.
    public var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            text.append(HexText.digit(byte >> 4))
            text.append(HexText.digit(byte & 0x0F))
        }
        return String(decoding: text, as: UTF8.self)
    }
}
