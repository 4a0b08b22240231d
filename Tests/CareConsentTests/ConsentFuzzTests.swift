import CareConsent
import CareFHIR
import CareModel
import Testing

/// Damages directives at random, always in the same way for the same seed.
@Suite("Damaged directives")
struct ConsentFuzzTests {
    private struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state ^ (state >> 33)) &* 0xFF51_AFD7_ED55_8CCD
        }
    }

    /// A permission with an exception that forbids what is asked for.
    private static let json = Fixture.consent(
        """
        {'type':'permit','period':{'start':'2020-01-01','end':'2025-12-31'},'provision':[{'type':'deny',
        'actor':[{'role':\(Fixture.role("IRCP")),'reference':{'reference':'Organization/clinic'}}],
        'purpose':[{'system':'http://terminology.hl7.org/CodeSystem/v3-ActReason','code':'COC'}]}]}
        """
    ).replacing("'", with: "\"")

    @Test("random bytes never crash the reader", arguments: 0..<8)
    func bytes(seed: Int) {
        var random = Random(state: UInt64(seed))
        for _ in 0..<2_000 {
            var bytes = Array(Self.json.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = bytes.indices.randomElement(using: &random) ?? 0
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8.random(in: 32...126, using: &random), at: place)
                }
            }
            guard let document = try? FHIRConsentReader().read(bytes) else { continue }
            _ = Fixture.verdict([document.directive], policy: .allNormal)
        }
    }

    @Test("the undamaged directive refuses")
    func undamaged() throws {
        let directive = try FHIRConsentReader().read(Array(Self.json.utf8)).directive
        #expect(Fixture.verdict([directive]).decision == .deny)
    }

    @Test("losing the name or the form of any element below the exception never permits")
    func lostElements() throws {
        let bytes = Array(Self.json.utf8)
        let mark = try #require(Self.json.utf8.firstRange(of: "\"provision\":[".utf8))
        let start = Self.json.utf8.distance(from: Self.json.startIndex, to: mark.lowerBound)
        var damaged = 0
        for quote in bytes.indices where quote >= start && bytes[quote] == UInt8(ascii: "\"") {
            // Every string is damaged once: as a name it is lost, as a value it is another.
            guard quote + 1 < bytes.count, bytes[quote + 1] != UInt8(ascii: "\"") else { continue }
            var copy = bytes
            copy[quote + 1] = UInt8(ascii: "~")
            let document = try? FHIRConsentReader().read(copy)
            if let directive = document?.directive {
                let isReference =
                    String(decoding: bytes[quote...].prefix(13), as: UTF8.self)
                    == "\"Organization"
                // Another recipient is another directive, not a damaged one.
                guard !isReference else { continue }
                #expect(Fixture.verdict([directive]).decision != .permit)
            }
            damaged += 1
        }
        #expect(damaged > 20)
    }

    @Test(
        "replacing any value by one of another type never permits",
        arguments: [
            "null", "7", "true", "[]", "{}", "[[]]",
        ])
    func otherTypes(replacement: String) throws {
        for original in [
            "\"deny\"", "\"Organization/clinic\"", "{\"reference\":\"Organization/clinic\"}",
            "\"COC\"",
            "\"http://terminology.hl7.org/CodeSystem/v3-ActReason\"", "\"2020-01-01\"",
            "\"2025-12-31\"", "\"active\"",
        ] {
            let text = Self.json.replacing(original, with: replacement, maxReplacements: 1)
            #expect(text != Self.json)
            guard let document = try? FHIRConsentReader().read(Array(text.utf8)) else { continue }
            #expect(
                Fixture.verdict([document.directive], policy: .allNormal).outcome != .permit,
                "\(original)")
        }
    }
}
