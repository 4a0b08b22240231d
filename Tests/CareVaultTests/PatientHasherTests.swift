import CareModel
import CareVault
import Testing

@Suite("Patients' identifiers become keyed hashes")
struct PatientHasherTests {
    private func hasher(_ byte: UInt8 = 1) throws -> PatientHasher {
        try #require(PatientHasher(key: [UInt8](repeating: byte, count: 32)))
    }

    private func identifier(_ system: String, _ value: String) throws -> BusinessIdentifier {
        try #require(BusinessIdentifier(system: system, value: value))
    }

    @Test("the same identifier gives the same hash, another one or another key does not")
    func distinguishes() throws {
        let one = try hasher().key(of: identifier("urn:a", "1"))
        #expect(try hasher().key(of: identifier("urn:a", "1")) == one)
        #expect(try hasher().key(of: identifier("urn:a", "2")) != one)
        #expect(try hasher().key(of: identifier("urn:b", "1")) != one)
        #expect(try hasher(2).key(of: identifier("urn:a", "1")) != one)
    }

    @Test("where the system ends and the value begins makes a difference")
    func boundary() throws {
        let one = try hasher().key(of: identifier("urn:a1", "2"))
        #expect(try hasher().key(of: identifier("urn:a", "12")) != one)
    }

    @Test("a key of another length is none")
    func keyLength() {
        #expect(PatientHasher(key: [UInt8](repeating: 1, count: 31)) == nil)
    }
}

@Suite("Content is hashed")
struct ContentHashTests {
    @Test("a document's hash is SHA-256")
    func document() {
        let hash = ContentHash.of(Payload(Array("abc".utf8)))
        #expect(hash.prefix(4) == [0xBA, 0x78, 0x16, 0xBF])  // FIPS 180-4, example "abc"
    }

    @Test("the same envelope with another document is other content")
    func envelope() throws {
        let hasher = try #require(PatientHasher(key: [UInt8](repeating: 1, count: 32)))
        let other = try #require(PatientHasher(key: [UInt8](repeating: 2, count: 32)))
        let one = hasher.contentKey(envelope: [1, 2], payloadHash: [3])
        #expect(hasher.contentKey(envelope: [1, 2], payloadHash: [3]) == one)
        #expect(hasher.contentKey(envelope: [1, 2], payloadHash: [4]) != one)
        #expect(hasher.contentKey(envelope: [1], payloadHash: [2, 3]) != one)
        #expect(other.contentKey(envelope: [1, 2], payloadHash: [3]) != one)
    }
}
