import Foundation
import Testing

@testable import CareFHIR

@Suite("Reading JSON")
struct JSONDocumentTests {
    private func reason(_ text: String, limits: InspectionLimits = .init()) -> JSONError.Reason? {
        reason(Array(text.utf8), limits: limits)
    }

    private func reason(
        _ bytes: [UInt8], limits: InspectionLimits = .init()
    ) -> JSONError.Reason? {
        do throws(JSONError) {
            _ = try JSONDocument(bytes, limits: limits)
            return nil
        } catch {
            return error.reason
        }
    }

    @Test("values are read as they are written")
    func values() throws {
        let text = #"{"a":[1,-2.5e3,true,false,null],"b":{"c":"x"},"d":"é\u00e9\ud83d\ude00\n\/"}"#
        let root = try JSONDocument(Array(text.utf8)).root
        #expect(root["a"]?.elements.map { $0.numberText } == ["1", "-2.5e3", nil, nil, nil])
        #expect(root["a"]?.elements.map { $0.bool } == [nil, nil, true, false, nil])
        #expect(root["a"]?.elements.last?.isNull == true)
        #expect(root["b"]?["c"]?.string == "x")
        #expect(root["d"]?.string == "éé😀\n/")
        #expect(root["e"] == nil)
        #expect(root.members.map { $0.name.string } == ["a", "b", "d"])
    }

    @Test(
        "what is not one JSON value is refused",
        arguments: [
            "", " ", "{", "[1,]", "{\"a\":1,}", "{\"a\"}", "{a:1}", "[1 2]", "01", "1.", "1e", "-",
            "tru", "nul", "\"a", "\"\\x\"", "\"\\u12g4\"", "\"\u{1}\"", "'a'", "+1", ".5",
            "NaN",
        ])
    func syntax(text: String) { #expect(reason(text) == .syntax) }

    @Test("one value after another is more than one", arguments: ["[] []", "{}{}", "1\n[2]"])
    func several(text: String) { #expect(reason(text) == .severalValues) }

    @Test("a name that occurs twice in an object is refused, however large the object")
    func duplicates() {
        #expect(reason(#"{"subject":1,"x":2,"subject":3}"#) == .duplicateKey)
        #expect(reason(#"{"a":{"b":1,"b":1}}"#) == .duplicateKey)
        #expect(reason(#"{"a":{"b":1},"c":{"b":1}}"#) == nil)
        let many = (0..<200).map { "\"name\($0)\":1" }
        #expect(reason("{" + many.joined(separator: ",") + "}") == nil)
        #expect(
            reason("{" + (many + ["\"name7\":2"]).joined(separator: ",") + "}") == .duplicateKey)
    }

    @Test("a name written with escapes is refused, for it may repeat another")
    func escapedNames() {
        #expect(reason(#"{"subject":1,"\u0073ubject":2}"#) == .escapedKey)
    }

    @Test(
        "bytes that are not UTF-8 are refused",
        arguments: [
            [0xFF], [0xC0, 0x80], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80],
            [0xF5, 0x80, 0x80, 0x80],
            [0xF0, 0x80, 0x80, 0x80], [0xE2, 0x82],
        ] as [[UInt8]])
    func utf8(bytes: [UInt8]) {
        #expect(reason([0x22] + bytes + [0x22]) == .notUTF8)
    }

    @Test(
        "half a surrogate pair is refused", arguments: [#""\ud83d""#, #""\ude00""#, #""\ud83dx""#])
    func surrogates(text: String) { #expect(reason(text) == .notUTF8) }

    @Test("limits on bytes, depth and values hold")
    func limits() {
        #expect(reason("[1,2,3]", limits: .init(byteCount: 6)) == .tooLarge)
        #expect(reason("[1,2,3]", limits: .init(valueCount: 3)) == .tooLarge)
        #expect(reason("[[[1]]]", limits: .init(depth: 2)) == .tooDeep)
        #expect(reason(String(repeating: "[", count: 1_000_000)) == .tooDeep)
    }

    @Test("it takes and refuses what Foundation does, but for the stricter rules", arguments: 0..<6)
    func agreesWithFoundation(seed: Int) {
        let base = Array(#"{"a":[1,2.5,"x\n\u00e9"],"b":{"c":null,"d":true},"e":"é"}"#.utf8)
        var state = UInt64(seed) &+ 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        var taken = 0
        for _ in 0..<3_000 {
            var bytes = base
            bytes[next(bytes.count)] = UInt8(next(256))
            guard reason(bytes) == nil else { continue }
            taken += 1
            let foundation = try? JSONSerialization.jsonObject(
                with: Data(bytes), options: .fragmentsAllowed)
            #expect(foundation != nil, "\(String(decoding: bytes, as: UTF8.self))")
        }
        #expect(taken > 0)
    }
}
