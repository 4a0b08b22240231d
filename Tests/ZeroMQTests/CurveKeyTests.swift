import Testing

@testable import ZeroMQ

@Suite("CURVE keys and Z85")
struct CurveKeyTests {
    @Test("the test vector of RFC 32 is written and read")
    func knowsVector() {
        let bytes: [UInt8] = [0x86, 0x4F, 0xD2, 0x6F, 0xB5, 0x59, 0xF7, 0x5B]
        #expect(Z85.encode(bytes) == "HelloWorld")
        #expect(Z85.decode("HelloWorld") == bytes)
    }

    @Test("every count of four bytes survives the round trip", arguments: 0...10)
    func roundTrips(groupCount: Int) throws {
        let bytes = (0..<groupCount * 4).map { UInt8(truncatingIfNeeded: 255 - $0 * 7) }
        let text = try #require(Z85.encode(bytes))
        #expect(text.utf8.count == groupCount * 5)
        #expect(Z85.decode(text) == bytes)
    }

    @Test("bytes that are no multiple of four have no text", arguments: [1, 2, 3, 5, 31])
    func refusesCounts(byteCount: Int) {
        #expect(Z85.encode([UInt8](repeating: 0, count: byteCount)) == nil)
    }

    @Test(
        "text that is no Z85 is refused",
        arguments: ["Hell", "HelloW", "Hel o", "Hel\"o", "Hell\0", "Hellö", "#####", "Hel\u{7F}o"])
    func refusesText(text: String) {
        #expect(Z85.decode(text) == nil)
    }

    @Test("a generated pair fits together and is never the same twice")
    func generates() throws {
        let pair = try CurveKeyPair.generate()
        #expect(try pair.secretKey.publicKey() == pair.publicKey)
        #expect(try CurveKeyPair.generate().publicKey != pair.publicKey)
        #expect(try CurveKeyPair(secretKey: pair.secretKey).publicKey == pair.publicKey)
        #expect(CurvePublicKey(z85: pair.publicKey.z85) == pair.publicKey)
        let again = try #require(CurveSecretKey(z85: pair.secretKey.revealZ85()))
        #expect(again.revealZ85() == pair.secretKey.revealZ85())
    }

    @Test("the key pair of the libzmq documentation is derived")
    func derivesKnownPair() throws {
        let secret = try #require(CurveSecretKey(z85: "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"))
        let expected = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
        #expect(try secret.publicKey().z85 == expected)
    }

    @Test("keys of another size are refused", arguments: [0, 31, 33])
    func refusesSizes(byteCount: Int) {
        let bytes = [UInt8](repeating: 1, count: byteCount)
        #expect(CurvePublicKey(bytes: bytes) == nil)
        #expect(CurveSecretKey(bytes: bytes) == nil)
        #expect(CurvePublicKey(z85: "HelloWorld") == nil)
        #expect(CurveSecretKey(z85: "HelloWorld") == nil)
    }

    @Test("no way of printing a secret key shows it")
    func hidesSecret() throws {
        let pair = try CurveKeyPair.generate()
        var dumped = ""
        dump(pair, to: &dumped)
        let secret = pair.secretKey.revealZ85()
        let bytes = try #require(Z85.decode(secret))
        for text in ["\(pair)", "\(pair.secretKey)", String(reflecting: pair), dumped] {
            #expect(!text.contains(secret))
            #expect(!text.contains(bytes.prefix(4).map(String.init).joined(separator: ", ")))
        }
        #expect("\(pair.secretKey)" == "CurveSecretKey(hidden)")
    }
}
