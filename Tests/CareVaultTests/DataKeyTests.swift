import CareModel
import CareVault
import Testing

@Suite("What is stored about a patient is sealed")
struct DataKeyTests {
    private let place = SealPlace(table: "payloads", row: 77, column: "body", generation: 3)
    private let body = Array("a consult note".utf8)

    private func opens(_ sealed: [UInt8], _ key: DataKey, at place: SealPlace) -> Bool {
        do throws(VaultError) {
            _ = try key.open(sealed, at: place)
            return true
        } catch {
            #expect(error.code == .brokenSeal)
            return false
        }
    }

    @Test("what was sealed opens to the same bytes", arguments: [0, 1, 15, 16, 17, 2048, 32768])
    func roundTrip(byteCount: Int) throws {
        let key = DataKey.random()
        let body = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let sealed = key.seal(body, at: place)
        #expect(sealed.count == byteCount + DataKey.overheadByteCount)
        #expect(try key.open(sealed, at: place) == body)
    }

    @Test("a payload is sealed where it lies")
    func payload() throws {
        let key = DataKey.random()
        let sealed = Payload(body).withUnsafeBytes { key.seal($0, at: place) }
        #expect(try key.open(sealed, at: place) == body)
    }

    @Test("sealing the same bytes again gives others, and hides them")
    func freshNonces() {
        let key = DataKey.random()
        let all = (0..<1000).map { _ in key.seal(body, at: place) }
        #expect(Set(all.map { $0[1..<13] }).count == all.count)
        #expect(all.allSatisfy { $0[13..<13 + body.count] != body[...] })
    }

    @Test(
        "a sealed value opens at no other place",
        arguments: [
            SealPlace(table: "payload", row: 77, column: "body", generation: 3),
            SealPlace(table: "payloads", row: 78, column: "body", generation: 3),
            SealPlace(table: "payloads", row: -77, column: "body", generation: 3),
            SealPlace(table: "payloads", row: 77, column: "envelope", generation: 3),
            SealPlace(table: "payloads", row: 77, column: "body", generation: 4),
            SealPlace(table: "payloads", row: 77, column: "", generation: 3),
            SealPlace(table: "", row: 77, column: "payloads", generation: 3),
        ])
    func misplacement(other: SealPlace) {
        let key = DataKey.random()
        #expect(!opens(key.seal(body, at: place), key, at: other))
        #expect(!opens(key.seal(body, at: other), key, at: place))
    }

    @Test("where a name ends and the next part begins makes a difference")
    func boundaries() {
        // Without the lengths both would give "ab", seven zero bytes and "xc".
        let key = DataKey.random()
        let one = SealPlace(table: "ab", row: 0x78, column: "c", generation: 0)
        let other = SealPlace(table: "a", row: 0x62 << 56, column: "xc", generation: 0)
        #expect(!opens(key.seal(body, at: one), key, at: other))
    }

    @Test("a value with any bit changed does not open")
    func tampering() {
        let key = DataKey.random()
        let sealed = key.seal(body, at: place)
        #expect(flips(of: sealed).allSatisfy { !opens($0, key, at: place) })
    }

    @Test("a value cut anywhere, or longer, does not open")
    func lengths() {
        let key = DataKey.random()
        let sealed = key.seal(body, at: place)
        #expect(sealed.indices.allSatisfy { !opens(Array(sealed[..<$0]), key, at: place) })
        #expect(!opens(sealed + [0], key, at: place))
    }

    @Test("another patient's key does not open a value")
    func otherKey() {
        #expect(!opens(DataKey.random().seal(body, at: place), .random(), at: place))
    }

    @Test("a key never shows itself")
    func secrecy() {
        let key = DataKey.random()
        var dumped = ""
        dump(key, to: &dumped)
        #expect("\(key)" == "DataKey")
        #expect(String(reflecting: key) == "DataKey")
        #expect(dumped == "- DataKey\n")
    }
}
