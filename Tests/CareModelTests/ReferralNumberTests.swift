import CareModel
import CareTestKit
import Testing

@Suite("A referral's number survives the telephone")
struct ReferralNumberTests {
    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

    private static let numbers: [ReferralNumber] = {
        var random = SplitMix64(seed: 360)
        let words: [UInt64] = [0, .max, 1, 31, 32] + (0..<59).map { _ in random.next() }
        return words.map { ReferralNumber(ReferralID(UUIDBytes(high: random.next(), low: $0))) }
    }()

    /// The twelve characters without `R` and dashes.
    private static func characters(of number: ReferralNumber) -> [Character] {
        number.description.dropFirst(2).filter { $0 != "-" }
    }

    @Test("it reads back, however it is typed", arguments: numbers)
    func roundTrip(number: ReferralNumber) {
        let text = number.description
        #expect(ReferralNumber(text) == number)
        #expect(ReferralNumber(text.lowercased()) == number)
        #expect(ReferralNumber(text.filter { $0 != "-" }) == number)
        #expect(ReferralNumber(String(text.dropFirst(2))) == number)
        #expect(ReferralNumber(String(Self.characters(of: number))) == number)
        #expect(ReferralNumber(text.replacing("-", with: " ")) == number)
        #expect(ReferralNumber("r " + text.dropFirst(2)) == number)
    }

    @Test("it is R and three groups of four", arguments: numbers)
    func shape(number: ReferralNumber) throws {
        let groups = number.description.split(separator: "-", omittingEmptySubsequences: false)
        #expect(groups.map(\.count) == [1, 4, 4, 4])
        #expect(groups.first == "R")
        #expect(Self.characters(of: number).allSatisfy(Self.alphabet.contains))
    }

    @Test("O is read as 0, I and L as 1", arguments: numbers)
    func lookalikes(number: ReferralNumber) {
        let text = String(Self.characters(of: number))
        #expect(ReferralNumber(text.replacing("0", with: "O")) == number)
        #expect(ReferralNumber(text.replacing("0", with: "o")) == number)
        #expect(ReferralNumber(text.replacing("1", with: "I")) == number)
        #expect(ReferralNumber(text.replacing("1", with: "l")) == number)
    }

    @Test("every single wrong character is noticed", arguments: numbers)
    func singleErrors(number: ReferralNumber) {
        let right = Self.characters(of: number)
        for place in right.indices {
            for wrong in Self.alphabet where wrong != right[place] {
                var text = right
                text[place] = wrong
                #expect(ReferralNumber(String(text)) == nil, "\(String(text))")
            }
        }
    }

    @Test("every swap of two different characters is noticed", arguments: numbers)
    func swaps(number: ReferralNumber) {
        let right = Self.characters(of: number)
        for one in right.indices {
            for other in right.indices where one < other && right[one] != right[other] {
                var text = right
                text.swapAt(one, other)
                #expect(ReferralNumber(String(text)) == nil, "\(String(text))")
            }
        }
    }

    @Test("a known id has a known number, so that other programs can agree")
    func knownNumber() throws {
        let id = try #require(ReferralID("019b76da-a800-7000-8000-0000000000ff"))
        // 0xFF is 7 × 32 + 31; the check digit is x·(x·7 + 31) in GF(2^5), which is 7.
        #expect(ReferralNumber(id).description == "R-0000-0000-07Z7")
    }

    @Test(
        "nothing else is a number",
        arguments: [
            "", "R", "R-", "0000-0000-000", "R-0000-0000-00000", "R-0000-0000-000U",
            "X-0000-0000-0000", "RR-0000-0000-0000", "0000_0000_0000", "R-0000-0000-000é",
        ])
    func rejected(text: String) {
        #expect(ReferralNumber(text) == nil)
    }

    @Test("ids that differ in their last 55 bits have different numbers")
    func distinct() {
        #expect(Set(Self.numbers).count == Self.numbers.count)
    }
}
