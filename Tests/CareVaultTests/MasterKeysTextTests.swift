import CareModel
import CareVault
import Testing

@Suite("The file of master keys")
struct MasterKeysTextTests {
    private static let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

    @Test("what was written is read again, in the same bytes")
    func roundTrip() throws {
        var keys = MasterKeys.first(at: Timestamp(milliseconds: 1_763_834_104_123))
        _ = keys.addVersion(at: Timestamp(milliseconds: 0))
        _ = keys.addVersion(at: Timestamp(milliseconds: .max))
        keys.forget(2)
        let again = try MasterKeys(text: keys.text)
        #expect(again.text == keys.text)
        #expect(again.versions == [1, 3])
        #expect(again.newest == 3)
        #expect(again.createdAt(3) == Timestamp(milliseconds: .max))
        #expect(keys.text.hasPrefix("#"))
        #expect(keys.text.contains("\n1 2025-11-22T17:55:04.123Z "))
    }

    @Test("comments, empty lines, blanks and Windows' line ends are passed over")
    func leniency() throws {
        let text = "# a\r\n\r\n  7\t1763834104123   \(Self.key)  \r\n\t# 8 0 x\n2 0 \(Self.key)"
        let keys = try MasterKeys(text: text)
        #expect(keys.versions == [2, 7])
        #expect(keys.newest == 7)
    }

    @Test(
        "instants are read exactly",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.999Z", -1),
            ("2000-02-29T12:00:00.500Z", 951_825_600_500), ("-12", -12),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
            ("0000-03-01T00:00:00Z", -62_162_035_200_000),
        ] as [(String, Int64)])
    func instants(text: String, milliseconds: Int64) throws {
        let keys = try MasterKeys(text: "1 \(text) \(Self.key)")
        #expect(keys.createdAt(1) == Timestamp(milliseconds: milliseconds))
        #expect(try MasterKeys(text: keys.text).createdAt(1) == keys.createdAt(1))
    }

    @Test("every day of four centuries is written and read as the same day")
    func calendar() throws {
        for day in stride(from: Int64(-150_000), to: 150_000, by: 37) {
            let instant = Timestamp(milliseconds: day * 86_400_000 + 3_723_004)
            let text = MasterKeys.first(at: instant).text
            #expect(try MasterKeys(text: text).createdAt(1) == instant)
        }
    }

    @Test(
        "what is not such a file is refused, and its words are not repeated",
        arguments: [
            "", "\n\n", "# only a comment\n",
            "1 0", "1 0 KEY x", "1", "0 0 KEY", "-1 0 KEY", "+1 0 KEY", "01 0 KEY", "1.0 0 KEY",
            "１ 0 KEY", "1000000000 0 KEY", "99999999999999999999 0 KEY", "x 0 KEY",
            "1 yesterday KEY", "1 2025-02-29T00:00:00Z KEY", "1 2025-13-01T00:00:00Z KEY",
            "1 2025-00-10T00:00:00Z KEY", "1 2025-01-00T00:00:00Z KEY",
            "1 2025-01-01T24:00:00Z KEY", "1 2025-01-01T00:60:00Z KEY",
            "1 2025-01-01T00:00:60Z KEY", "1 2025-01-01T00:00:00+00:00 KEY",
            "1 2025-01-01 KEY", "1 2025-01-01T00:00:00.1Z KEY", "1 2025-01-01t00:00:00Z KEY",
            "1 20 25-01-01T00:00:00Z KEY", "1 +025-01-01T00:00:00Z KEY",
            "1 99999999999999999999 KEY",
            "1 0 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==",
            "1 0 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g",
            "1 0 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=",
            "1 0 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
            "1 0 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh-=",
            "1 0 KEY\n1 0 KEY", "1 0 KEY\n2 0 KEY\n3", "1 0 KEY\u{0}", "1 0 \u{202E}KEY",
        ])
    func hostile(text: String) {
        let text = text.replacing("KEY", with: Self.key)
        do throws(VaultError) {
            _ = try MasterKeys(text: text)
            Issue.record("it was read")
        } catch {
            #expect(error.code == .unreadableKeys)
            #expect(!error.message.contains("AAEC"))
            #expect(!error.message.contains("yesterday"))
        }
    }

    @Test("a file is limited in bytes and in keys")
    func limits() {
        let comment = String(repeating: "#", count: MasterKeys.maximumTextByteCount)
        let many = (1...MasterKeys.maximumKeyCount + 1).map { "\($0) 0 \(Self.key)\n" }.joined()
        for text in [comment + "\n1 0 \(Self.key)", many] {
            #expect(throws: VaultError.self) { try MasterKeys(text: text) }
        }
    }
}
