/// Is a referral's name for people: short enough to say over a telephone, and it notices slips.
///
/// `R-` and twelve Crockford base32 characters in three groups of four. Eleven carry the last 55
/// bits of the referral id, so an agent knows the number while no broker can be reached. The
/// twelfth is a check character: the digits are a polynomial over GF(2^5) that must vanish at the
/// field's generator, which finds every single wrong character and every swap of two.
public struct ReferralNumber: Hashable, Sendable {
    /// The twelve five-bit digits, most significant first, the check digit last.
    private let digits: [UInt8]

    /// The number of `referral`.
    public init(_ referral: ReferralID) {
        var payload: [UInt8] = []
        for index in (0..<Self.payloadDigitCount).reversed() {
            payload.append(UInt8(truncatingIfNeeded: referral.uuid.low >> UInt64(index * 5)) & 0x1F)
        }
        digits = payload + [Self.checkDigit(of: payload)]
    }

    /// Reads a number as people type it: any case, with or without `R` and dashes, `O` for 0 and
    /// `I` or `L` for 1; nil if characters are missing or the check character does not fit.
    public init?(_ text: some StringProtocol) {
        var characters = text.uppercased().filter { $0 != "-" && $0 != " " }
        if characters.count == Self.payloadDigitCount + 2, characters.first == "R" {
            characters.removeFirst()
        }
        guard characters.count == Self.payloadDigitCount + 1 else { return nil }
        var read: [UInt8] = []
        for character in characters {
            guard let digit = Self.digit(of: character) else { return nil }
            read.append(digit)
        }
        guard Self.checkDigit(of: read.dropLast()) == read.last else { return nil }
        digits = read
    }

    private static let payloadDigitCount = 11
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    private static let alphabetBytes = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    private static func digit(of character: Character) -> UInt8? {
        switch character {
        case "O": 0
        case "I", "L": 1
        default: alphabet.firstIndex(of: character).map { UInt8($0) }
        }
    }

    /// Horner's rule at the generator x of GF(2)[x] / (x^5 + x^2 + 1), one step further than the
    /// last payload digit, so that payload and check digit together evaluate to zero.
    private static func checkDigit(of payload: some Sequence<UInt8>) -> UInt8 {
        payload.reduce(0) { sum, digit in timesGenerator(sum ^ digit) }
    }

    private static func timesGenerator(_ element: UInt8) -> UInt8 {
        let shifted = element << 1
        return shifted & 0x20 == 0 ? shifted : (shifted ^ 0x25)
    }
}

extension ReferralNumber: CustomStringConvertible {
    /// `R-XXXX-XXXX-XXXX`.
    public var description: String {
        String(unsafeUninitializedCapacity: 16) { text in
            text[0] = UInt8(ascii: "R")
            for place in 0..<12 {
                if place % 4 == 0 { text[place + place / 4 + 1] = UInt8(ascii: "-") }
                text[place + place / 4 + 2] = Self.alphabetBytes[Int(digits[place])]
            }
            return 16
        }
    }
}
