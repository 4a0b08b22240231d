import CareModel
import Testing

@Suite("The refusal codes in code are the published ones")
struct PublishedErrorsTests {
    let file: PublishedErrors

    init() throws { file = try PublishedFiles.errors() }

    @Test("every code is published once, in the order of the code")
    func codes() {
        #expect(file.errors.map(\.code) == RefusalCode.allCases.map(\.rawValue))
    }

    @Test("category, retriable and words agree", arguments: RefusalCode.allCases)
    func properties(code: RefusalCode) throws {
        let entry = try #require(file.errors.first { $0.code == code.rawValue })
        #expect(entry.category == code.category.rawValue)
        #expect(entry.retriable == code.isRetriable)
        #expect(entry.message == code.summary)
        #expect(Refusal(code).message == code.summary)
        #expect(Refusal(code, "Better words.").message == "Better words.")
    }

    @Test("each error names verbs, and an exit code that is explained")
    func verbsAndExits() {
        let explained = Set(file.exitCodes.map(\.code))
        #expect(explained == [0, 1, 2, 3, 4])
        for entry in file.errors {
            #expect(!entry.verbs.isEmpty, "\(entry.code)")
            #expect(explained.contains(entry.exitCode), "\(entry.code)")
        }
    }

    @Test("an agent ends with 4 where somebody has to look again, and with 1 otherwise")
    func conflicts() {
        let conflicts = file.errors.filter { $0.exitCode == 4 }.map(\.code)
        let expected: Set = [
            "stale-version", "duplicate-conflict", "possible-duplicate", "referral-exists",
        ]
        #expect(Set(conflicts) == expected)
        #expect(file.errors.allSatisfy { $0.exitCode == 1 || $0.exitCode == 4 })
    }

    @Test("only the broker's own trouble can be over by itself")
    func retriable() {
        for entry in file.errors { #expect(entry.retriable == (entry.category == "broker")) }
    }

    @Test("the words of a refusal are one or more sentences for people")
    func words() {
        for entry in file.errors {
            #expect(entry.message.first?.isUppercase == true, "\(entry.code)")
            #expect(entry.message.hasSuffix("."), "\(entry.code)")
        }
    }
}
