import CareModel
import Testing

@testable import careloop

@Suite("Referrals are found by what people type")
struct CLINumberTests {
    private let number = ReferralNumber(
        ReferralID(UUIDBytes(high: 0x01a2, low: 0x8000_1234_5678_9abc)))

    private func typed(_ count: Int) -> String {
        String(number.description.filter { $0 != "-" }.dropFirst().prefix(count))
    }

    @Test("any beginning of two characters or more is enough, with or without the mark")
    func matchesBeginnings() throws {
        for count in 2...12 {
            #expect(try #require(NumberMatcher(typed(count))).matches(number))
            #expect(try #require(NumberMatcher("R-" + typed(count))).matches(number))
            #expect(try #require(NumberMatcher("r" + typed(count).lowercased())).matches(number))
        }
    }

    @Test("dashes and blanks do not matter")
    func ignoresDashes() throws {
        let spaced = typed(6).map { String($0) }.joined(separator: " ")
        #expect(try #require(NumberMatcher("R- " + spaced)).matches(number))
    }

    @Test("O is read as 0, I and L as 1, as in the number itself")
    func readsConfusables() throws {
        let zeros = ReferralNumber(ReferralID(UUIDBytes(high: 0, low: 1)))
        #expect(zeros.description.hasPrefix("R-0000-0000"))
        #expect(try #require(NumberMatcher("oo0O")).matches(zeros))
    }

    @Test("R is also a letter of the numbers, so both readings are tried")
    func triesBothReadingsOfR() throws {
        // The low 55 bits begin with the five bits of R (24).
        let begins = ReferralNumber(ReferralID(UUIDBytes(high: 0, low: 24 << 50)))
        #expect(begins.description.hasPrefix("R-R0"))
        #expect(try #require(NumberMatcher("R00")).matches(begins))
        #expect(try #require(NumberMatcher("RR0")).matches(begins))
        #expect(try !#require(NumberMatcher("R-00")).matches(begins))
    }

    @Test("another beginning does not match")
    func refusesOthers() throws {
        let other = typed(4).first == "Z" ? "YY" : "ZZ"
        #expect(try !#require(NumberMatcher(other)).matches(number))
    }

    @Test(
        "what can be no beginning is refused",
        arguments: ["", "R-", "R", "8", "R-U1", "hello!", "R-0123-4567-89AB-C", "U", "ärzte"])
    func refuses(text: String) {
        #expect(NumberMatcher(text) == nil)
    }
}
