import CareVault
import Testing

@Suite("Sealing of event bodies")
struct TopicSealTests {
    private let token = [UInt8](1...16)
    private let key = [UInt8](101...132)
    private let body = Array("state changed".utf8)

    private var sealed: [UInt8] {
        TopicSeal.seal(body, token: token, key: key, epoch: 3, sequence: 70_000)
    }

    @Test("what was sealed opens to the same bytes")
    func roundTrip() {
        #expect(sealed.count == body.count + TopicSeal.tagByteCount)
        #expect(TopicSeal.open(sealed, token: token, key: key, epoch: 3, sequence: 70_000) == body)
    }

    @Test("an empty body can be sealed")
    func emptyBody() {
        let sealed = TopicSeal.seal([], token: token, key: key, epoch: 1, sequence: 1)
        #expect(TopicSeal.open(sealed, token: token, key: key, epoch: 1, sequence: 1) == [])
    }

    @Test("a body whose bits were changed does not open, wherever the change is")
    func tampering() {
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 0x10
            #expect(
                TopicSeal.open(changed, token: token, key: key, epoch: 3, sequence: 70_000) == nil)
        }
    }

    @Test("an event does not open at another place, in another epoch or on another stream")
    func misplacement() {
        let otherToken = token.reversed() as [UInt8]
        let otherKey = key.reversed() as [UInt8]
        #expect(TopicSeal.open(sealed, token: token, key: key, epoch: 3, sequence: 70_001) == nil)
        #expect(TopicSeal.open(sealed, token: token, key: key, epoch: 4, sequence: 70_000) == nil)
        #expect(
            TopicSeal.open(sealed, token: otherToken, key: key, epoch: 3, sequence: 70_000) == nil)
        #expect(
            TopicSeal.open(sealed, token: token, key: otherKey, epoch: 3, sequence: 70_000) == nil)
    }

    @Test("what is too short or comes with a broken key does not open")
    func malformed() {
        let cut = Array(sealed.prefix(TopicSeal.tagByteCount - 1))
        #expect(TopicSeal.open(cut, token: token, key: key, epoch: 3, sequence: 70_000) == nil)
        #expect(
            TopicSeal.open(sealed, token: token, key: [1, 2], epoch: 3, sequence: 70_000) == nil)
        #expect(TopicSeal.open(sealed, token: [], key: key, epoch: 3, sequence: 70_000) == nil)
    }

    @Test("the nonce is epoch and sequence, big-endian, as CLP-1 has it")
    func layout() {
        // Made with an independent implementation: ChaCha20-Poly1305 of "hi" under key 0...31,
        // nonce 00000002 0000000000000005, associated data 16 zero bytes and the nonce.
        let sealed = TopicSeal.seal(
            Array("hi".utf8), token: [UInt8](repeating: 0, count: 16), key: [UInt8](0...31),
            epoch: 2, sequence: 5)
        #expect(sealed == Self.vector)
    }

    private static let vector: [UInt8] = [
        0x14, 0x94, 0xE1, 0xF7, 0x82, 0xEC, 0xC9, 0x1F, 0xD2, 0x4A, 0xAB, 0x0E, 0xAB, 0x5D, 0xFD,
        0x62, 0xA2, 0x27,
    ]
}
