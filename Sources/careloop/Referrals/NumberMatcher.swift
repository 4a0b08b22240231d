internal import CareModel

/// Finds referrals by what a person types of their number.
struct NumberMatcher {
    /// What was typed, without dashes, in the letters of the alphabet.
    private let prefixes: [String]

    /// Fewer characters than this name nothing: too many would match.
    static let lengthMin = 2

    /// Takes what was typed; nil if it can be no beginning of a number.
    init?(_ text: String) {
        let isMarked = text.uppercased().hasPrefix("R-")
        let typed = text.uppercased().filter { $0 != "-" && $0 != " " }
        var prefixes: [String] = []
        // R is also a letter of the alphabet, so both readings are tried unless a dash follows it.
        if !isMarked { prefixes.append(typed) }
        if typed.hasPrefix("R") { prefixes.append(String(typed.dropFirst())) }
        self.prefixes = prefixes.map(Self.normalised).filter {
            $0.count >= Self.lengthMin && $0.count <= 12 && $0.allSatisfy(Self.alphabet.contains)
        }
        guard !self.prefixes.isEmpty else { return nil }
    }

    /// Whether `number` begins so.
    func matches(_ number: ReferralNumber) -> Bool {
        let digits = String(number.description.filter { $0 != "-" }.dropFirst())
        return prefixes.contains { digits.hasPrefix($0) }
    }

    private static let alphabet = Set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    private static func normalised(_ text: String) -> String {
        String(
            text.map { character in
                switch character {
                case "O": "0"
                case "I", "L": "1"
                default: character
                }
            })
    }
}
