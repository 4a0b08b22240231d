import CareVault
import Testing

@Suite("Notes are signed and opened")
struct SignedNoteTests {
    // golang.org/x/mod/sumdb/note, note_test.go: key, text and signature of PeterNeumann.
    private static let verifierText =
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    private static let seed = bytes(
        "810a1402d5146c8d84f2443330f54080ebf98ee17d9c74f6252fc5d5c7283173")
    private static let text = """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.

        """
    private static let signature =
        "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    private static var note: String { text + "\n" + signature }

    private func code(_ verifier: NoteVerifier, _ note: String) -> VaultError.Code? {
        do throws(VaultError) {
            _ = try verifier.open(note)
            return nil
        } catch {
            return error.code
        }
    }

    @Test("Go's note opens with Go's key")
    func goNoteOpens() throws {
        let verifier = try NoteVerifier(text: Self.verifierText)
        #expect(try verifier.open(Self.note) == Self.text)
        #expect(verifier.text == Self.verifierText)
        #expect(verifier.name == "PeterNeumann")
    }

    @Test("the first example of c2sp.org/signed-note and its checkpoint are read")
    func specificationExample() throws {
        let note = try SignedNote(
            """
            example.com/behind-the-sofa
            20852163
            CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

            \u{2014} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=

            """)
        #expect(note.signatures.map(\.name) == ["example.com/behind-the-sofa"])
        #expect(note.signatures.map(\.keyID) == [[0x03, 0x3D, 0xE0, 0xAE]])
        #expect(note.text.hasSuffix("2I=\n"))
    }

    @Test("no part of Go's key, and no changed character of it, makes a verifier")
    func mangledVerifiers() {
        let text = Array(Self.verifierText.utf8)
        var mangled = text.indices.map { String(decoding: text[..<$0], as: UTF8.self) }
        mangled += text.indices.dropFirst().map { String(decoding: text[$0...], as: UTF8.self) }
        for index in text.indices {
            var changed = text
            changed[index] += 1
            mangled.append(String(decoding: changed, as: UTF8.self))
        }
        // Another size and another algorithm, with fitting identifiers.
        mangled.append(
            "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==")
        mangled.append("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
        for text in mangled {
            #expect(throws: VaultError.self) { try NoteVerifier(text: text) }
        }
    }

    @Test("signing gives Go's note, byte for byte")
    func goNoteIsReproduced() throws {
        let signer = try NoteSigner(name: "PeterNeumann", seed: Self.seed)
        #expect(signer.verifierText == Self.verifierText)
        #expect(Array(try signer.sign(Self.text).utf8) == Array(Self.note.utf8))
    }

    @Test("a text with empty lines and other alphabets comes back as it was")
    func roundTrip() throws {
        let signer = try NoteSigner(name: "audit.example/broker", seed: [UInt8](0..<32))
        for text in ["\n", "a\n", "a\n\n", "\n\na\n\n\u{2014} b c\n", "ed è subito sera.\n"] {
            let note = try signer.sign(text)
            #expect(try Array(signer.verifier.open(note).utf8) == Array(text.utf8))
        }
    }

    @Test("no bit of a note can be changed")
    func tampering() throws {
        let verifier = try NoteVerifier(text: Self.verifierText)
        for changed in flips(of: Array(Self.note.utf8)) {
            guard let note = String(validating: changed, as: UTF8.self) else { continue }
            #expect(code(verifier, note) != nil)
        }
    }

    @Test("a text in another normal form is another text")
    func normalForms() throws {
        let signer = try NoteSigner(name: "a", seed: [UInt8](0..<32))
        let note = try signer.sign("\u{E9}\n")
        #expect(code(signer.verifier, note.replacing("\u{E9}", with: "e\u{301}")) == .untrustedNote)
    }

    @Test("signatures of others are passed over, bad ones of the key are not")
    func otherSignatures() throws {
        let verifier = try NoteVerifier(text: Self.verifierText)
        let other = try NoteSigner(name: "other", seed: [UInt8](0..<32))
        let line = try #require(try other.sign(Self.text).split(separator: "\n").last) + "\n"
        #expect(try verifier.open(Self.note + line) == Self.text)
        #expect(try other.verifier.open(Self.note + line) == Self.text)
        #expect(code(other.verifier, Self.note) == .untrustedNote)
        let namesake = try NoteSigner(name: "PeterNeumann", seed: [UInt8](0..<32))
        #expect(code(namesake.verifier, Self.note) == .untrustedNote)
        let bad = Self.signature.replacing("ZJku", with: "ZJkv")
        #expect(code(verifier, Self.note + bad) == .untrustedNote)
    }

    @Test(
        "what is not written as a note is refused",
        arguments: [
            "", "\n", "\n\n", "TEXT", "SIGNATURE", "TEXT\n", "TEXTSIGNATURE", "\nSIGNATURE",
            "TEXT\nSIGNATURE\n", "TEXT\nSIGNATURE\nx", "TEXT\n- a AAAAAAAA\n",
            "TEXT\n\u{2014}a AAAAAAAA\n", "TEXT\n\u{2014} a\n", "TEXT\n\u{2014}  AAAAAAAA\n",
            "TEXT\n\u{2014} a+b AAAAAAAA\n", "TEXT\n\u{2014} a b AAAAAAAA\n",
            "TEXT\n\u{2014} a\u{A0}b AAAAAAAA\n", "TEXT\n\u{2014} a AAAA\n",
            "TEXT\n\u{2014} a AAAAAA==\n", "TEXT\n\u{2014} a AAAAAAA\n",
            "TEXT\n\u{2014} a !AAAAAAA\n", "TEXT\u{0}\n\nSIGNATURE", "a\r\n\nSIGNATURE",
            "a\tb\n\nSIGNATURE", "TEXT\nSIGNATUREx\n",
        ])
    func malformed(note: String) throws {
        let note = note.replacing("TEXT", with: Self.text)
            .replacing("SIGNATURE", with: Self.signature)
        let verifier = try NoteVerifier(text: Self.verifierText)
        #expect(code(verifier, note) == .malformedNote)
    }

    @Test("a note is limited in signatures and in bytes")
    func limits() throws {
        let verifier = try NoteVerifier(text: Self.verifierText)
        let most = String(repeating: Self.signature, count: SignedNote.maximumSignatureCount)
        #expect(code(verifier, Self.text + "\n" + most) == nil)
        #expect(code(verifier, Self.text + "\n" + most + Self.signature) == .malformedNote)
        let long = String(repeating: "a", count: SignedNote.maximumByteCount) + "\n"
        #expect(code(verifier, long + Self.note) == .malformedNote)
    }

    @Test("a text that no note can hold is not signed", arguments: ["", "a", "a\r\n", "a\u{0}\n"])
    func unusableText(text: String) throws {
        let signer = try NoteSigner(name: "a", seed: [UInt8](0..<32))
        #expect(throws: VaultError.self) { try signer.sign(text) }
    }

    @Test(
        "a name with blanks or plus signs is none",
        arguments: ["", "a b", "a+b", "a\n", "a\u{2028}"])
    func unusableName(name: String) {
        #expect(throws: VaultError.self) { try NoteSigner(name: name, seed: [UInt8](0..<32)) }
    }

    @Test("a seed of another size is none", arguments: [0, 31, 33, 64])
    func unusableSeed(byteCount: Int) {
        #expect(throws: VaultError.self) {
            try NoteSigner(name: "a", seed: [UInt8](repeating: 1, count: byteCount))
        }
    }

    @Test("a signer never shows its key")
    func secrecy() throws {
        let signer = try NoteSigner(name: "a", seed: [UInt8](0..<32))
        var dumped = ""
        dump(signer, to: &dumped)
        #expect("\(signer)" == "NoteSigner(a)")
        #expect("\(signer.headKey)" == "HeadKey")
        #expect(!dumped.contains("HeadKey"))
        #expect(!dumped.contains("Curve25519"))
    }
}
