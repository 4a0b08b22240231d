import CareModel
import CareTestKit
import CareWire
import Foundation
import SwiftProtobuf
import Testing

@Suite("No header, however broken, ends the broker")
struct HostileFrameTests {
    private let patient: PatientKey

    init() throws { patient = try #require(PatientKey(bytes: Array(repeating: 3, count: 32))) }

    private func hear(_ header: [UInt8], payload: Payload? = nil) -> HeardFromAgent {
        HeardFromAgent(header: header, payload: payload, patientKey: { _ in patient })
    }

    /// Holds what was made of arbitrary bytes against what protobuf itself can make of them.
    private func check(_ header: [UInt8]) {
        let heard = hear(header)
        _ = HeardFromOperator(header: header, patientKey: { _ in patient })
        guard let frame = try? WireAgentFrame(serializedBytes: header) else {
            #expect(heard.saying == .unusable(Refusal(.malformedFrame)))
            #expect(heard.request == 0)
            return
        }
        #expect(heard.request == frame.request)
        guard frame.version == WireLimits.version else {
            #expect(heard.saying == .unusable(Refusal(.unsupportedVersion)))
            return
        }
        if frame.body == nil { #expect(heard.saying == .unusable(Refusal(.unsupportedVerb))) }
        // The envelope counts for the content hash, whether or not the submission can be taken.
        var isSubmit = false
        if case .submit = frame.body { isSubmit = true }
        #expect((heard.envelope != nil) == isSubmit)
        if case .submit = heard.saying { #expect(isSubmit) }
    }

    @Test(
        "headers cut short are refused or read, at every length", arguments: Vector.all(in: "agent")
    )
    func truncated(vector: Vector) {
        for count in 0..<vector.header.count { check(Array(vector.header.prefix(count))) }
    }

    @Test("thousands of mutated headers are refused or read")
    func mutated() throws {
        var random = SplitMix64(seed: 7)
        let headers = try Vector.load("agent").map(\.header)
        for _ in 0..<6_000 {
            var header = try #require(headers.randomElement(using: &random))
            for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&header, &random) }
            check(header)
        }
    }

    @Test("random bytes are refused or read")
    func randomBytes() {
        var random = SplitMix64(seed: 11)
        for _ in 0..<3_000 {
            let count = Int.random(in: 0...200, using: &random)
            check((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
        }
    }

    @Test(
        "lengths beyond the frame are refused",
        arguments: [
            "0801" + "5affffffff07", "0801" + "5affffffff0f", "0801" + "5affffffffffffffff7f",
            "0801" + "5affffffffffffffffff01", "0801" + "520a0affffffffff", "5a05",
            "0801" + "ffffffffffffffffffff", "0801" + "00", "0801" + "07", "08",
        ])
    func hugeLengths(hex: String) throws {
        let heard = hear(try #require(HexText.bytes(hex)))
        #expect(heard.saying == .unusable(Refusal(.malformedFrame)))
    }

    @Test("unknown groups nested without end are refused")
    func nesting() {
        // Field 100, wire type 3: a group that begins inside a group.
        let groups = [UInt8](repeating: 0, count: 20_000).flatMap { _ in [0xA3, 0x06] as [UInt8] }
        check([0x08, 0x01] + groups)
        #expect(hear([0x08, 0x01] + groups).saying == .unusable(Refusal(.malformedFrame)))
    }

    @Test("text that is not UTF-8 is refused")
    func notUTF8() {
        // Hello with the agent's name 0xC3 0x28.
        let heard = hear([0x08, 0x01, 0x52, 0x04, 0x0A, 0x02, 0xC3, 0x28])
        #expect(heard.saying == .unusable(Refusal(.malformedFrame)))
    }

    @Test("unknown fields change nothing", arguments: Vector.all(in: "agent"))
    func unknownFields(vector: Vector) {
        // Field 500, a number, and field 501, bytes.
        let unknown: [UInt8] = [0xA0, 0x1F, 0x2A, 0xAA, 0x1F, 0x03, 1, 2, 3]
        let heard = hear(vector.header + unknown)
        #expect(heard.saying == hear(vector.header).saying)
        #expect(heard.request == hear(vector.header).request)
    }

    @Test("an unknown verb is answered as such, with its request")
    func unknownVerb() {
        // Version 1, request 9, and a message in field 29, which is nobody's.
        let heard = hear([0x08, 0x01, 0x10, 0x09, 0xEA, 0x01, 0x02, 0x08, 0x01])
        #expect(heard.saying == .unusable(Refusal(.unsupportedVerb)))
        #expect(heard.request == 9)
    }

    @Test("an empty header has no version, and one without a body no verb")
    func empty() {
        #expect(hear([]).saying == .unusable(Refusal(.unsupportedVersion)))
        #expect(hear([0x08, 0x01]).saying == .unusable(Refusal(.unsupportedVerb)))
        #expect(hear([0x08, 0x02]).saying == .unusable(Refusal(.unsupportedVersion)))
    }

    private func mutate(_ header: inout [UInt8], _ random: inout SplitMix64) {
        let place = Int.random(in: 0...header.count, using: &random)
        let byte = UInt8.random(in: 0...255, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0 where place < header.count: header[place] = byte
        case 1 where place < header.count: header[place] ^= 1 << (byte & 7)
        case 2: header.insert(byte, at: place)
        case 3: header.removeSubrange(place...)
        default: header.insert(contentsOf: [0xFF, 0xFF, 0xFF, 0xFF, byte], at: place)
        }
    }
}
