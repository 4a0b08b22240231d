import CareModel
import CareVault
import Testing

@Suite("Master keys wrap patients' keys")
struct MasterKeysTests {
    private let now = Timestamp(milliseconds: 1_763_834_104_123)
    private let place = SealPlace(table: "payloads", row: 77, column: "body", generation: 3)
    private let patient = PatientKey(bytes: [UInt8](100..<132))
    private let other = PatientKey(bytes: [UInt8](0..<32))

    private func code(_ body: () throws(VaultError) -> DataKey) -> VaultError.Code? {
        do throws(VaultError) {
            _ = try body()
            return nil
        } catch {
            return error.code
        }
    }

    @Test("a wrapped key unwraps to the same key")
    func roundTrip() throws {
        let patient = try #require(patient)
        let keys = MasterKeys.first(at: now)
        let key = DataKey.random()
        let wrapped = keys.wrap(key, for: patient, generation: 3)
        #expect(wrapped.masterVersion == 1)
        #expect(wrapped.bytes.count == 61)
        let again = try keys.unwrap(wrapped, for: patient, generation: 3)
        #expect(try again.open(key.seal([1, 2, 3], at: place), at: place) == [1, 2, 3])
    }

    @Test("wrapping and sealing are laid out as another implementation has them")
    func layout() throws {
        // Made with Python's cryptography: AES-256-GCM with nonce 0...11, master key 0...31 and
        // data key 200...231.
        let patient = try #require(patient)
        let keys = try MasterKeys(
            text: "2 1763834104123 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
        let wrapped = WrappedKey(
            masterVersion: 2,
            bytes: bytes(
                """
                01000102030405060708090a0b8fcb1cd009280cd45d904558653caeba5b0f5def2ca681a3d8860766
                f98ce6554e28b291798497996b2715b36e6f332f
                """))
        let key = try keys.unwrap(wrapped, for: patient, generation: 3)
        let sealed = bytes(
            "01000102030405060708090a0b1b9d1d8c71894b672af9505b839212d292c7c4dca9")
        #expect(try key.open(sealed, at: place) == Array("über".utf8))
    }

    @Test("a wrapped key belongs to one patient, generation and version")
    func bindings() throws {
        let (patient, other) = (try #require(patient), try #require(other))
        var keys = MasterKeys.first(at: now)
        let wrapped = keys.wrap(.random(), for: patient, generation: 3)
        _ = keys.addVersion(at: now)
        #expect(
            code { () throws(VaultError) in
                try keys.unwrap(wrapped, for: other, generation: 3)
            } == .brokenSeal)
        #expect(
            code { () throws(VaultError) in
                try keys.unwrap(wrapped, for: patient, generation: 4)
            } == .brokenSeal)
        let moved = WrappedKey(masterVersion: 2, bytes: wrapped.bytes)
        #expect(
            code { () throws(VaultError) in
                try keys.unwrap(moved, for: patient, generation: 3)
            } == .brokenSeal)
        #expect(
            code { () throws(VaultError) in
                try keys.unwrap(wrapped, for: patient, generation: 3)
            } == nil)
    }

    @Test("the version is bound even if two versions hold one key")
    func versionBinding() throws {
        let patient = try #require(patient)
        let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
        let keys = try MasterKeys(text: "1 0 \(key)\n2 0 \(key)\n")
        let wrapped = keys.wrap(.random(), for: patient, generation: 3)
        let moved = WrappedKey(masterVersion: 1, bytes: wrapped.bytes)
        #expect(
            code { () throws(VaultError) in
                try keys.unwrap(moved, for: patient, generation: 3)
            } == .brokenSeal)
    }

    @Test("a wrapped key with any bit changed does not unwrap")
    func tampering() throws {
        let patient = try #require(patient)
        let keys = MasterKeys.first(at: now)
        let wrapped = keys.wrap(.random(), for: patient, generation: 3)
        for bytes in flips(of: wrapped.bytes) + [[], Array(wrapped.bytes.dropLast())] {
            let changed = WrappedKey(masterVersion: 1, bytes: bytes)
            #expect(
                code { () throws(VaultError) in
                    try keys.unwrap(changed, for: patient, generation: 3)
                } == .brokenSeal)
        }
    }

    @Test("the newest version wraps, older ones still unwrap until they are forgotten")
    func rotation() throws {
        let patient = try #require(patient)
        var keys = MasterKeys.first(at: now)
        let old = keys.wrap(.random(), for: patient, generation: 1)
        let later = now + .seconds(60)
        let version = keys.addVersion(at: later)
        #expect(version == 2)
        #expect(keys.newest == 2)
        #expect(keys.versions == [1, 2])
        #expect(keys.createdAt(1) == now)
        #expect(keys.createdAt(2) == later)
        #expect(keys.wrap(.random(), for: patient, generation: 1).masterVersion == 2)
        _ = try keys.unwrap(old, for: patient, generation: 1)
        keys.forget(1)
        #expect(keys.createdAt(1) == nil)
        #expect(
            code { () throws(VaultError) in
                try keys.unwrap(old, for: patient, generation: 1)
            } == .missingKey)
    }

    @Test("the newest version cannot be forgotten, so that there is always one")
    func newestStays() {
        var keys = MasterKeys.first(at: now)
        let dropped = [keys.forget(1), keys.forget(7)]
        #expect(dropped == [false, false])
        #expect(keys.versions == [1])
    }

    @Test("keys never show themselves")
    func secrecy() throws {
        let keys = try MasterKeys(text: "4 0 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
        var dumped = ""
        dump(keys, to: &dumped)
        for text in ["\(keys)", String(reflecting: keys), dumped] {
            #expect(text.contains("[4]"))
            #expect(!text.contains("AAEC"))
            #expect(!text.contains("SymmetricKey"))
        }
    }
}
