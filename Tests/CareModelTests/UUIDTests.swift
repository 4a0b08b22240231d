import CareModel
import CareTestKit
import Testing

@Suite("UUIDs are version 7 and read back")
struct UUIDTests {
    private static let samples: [UUIDBytes] = {
        var random = SplitMix64(seed: 9_562)
        return (0..<200).map { index in
            UUIDBytes(
                version7At: Sample.start + .milliseconds(index),
                random: (random.next(), random.next()))
        }
    }()

    @Test("version and variant bits are set whatever the random bits", arguments: samples)
    func bits(uuid: UUIDBytes) {
        #expect(uuid.bytes[6] >> 4 == 7)
        #expect(uuid.bytes[8] >> 6 == 2)
    }

    @Test("all random bits at once leave version and variant alone")
    func extremeRandom() {
        let full = UUIDBytes(version7At: Sample.start, random: (.max, .max))
        let empty = UUIDBytes(version7At: Sample.start, random: (0, 0))
        for uuid in [full, empty] {
            #expect(uuid.bytes[6] >> 4 == 7)
            #expect(uuid.bytes[8] >> 6 == 2)
        }
        let difference = (full.high ^ empty.high).nonzeroBitCount
        #expect(difference + (full.low ^ empty.low).nonzeroBitCount == 74)
    }

    @Test("those of a later millisecond sort after, as values, as bytes and as text")
    func sorting() {
        for (one, other) in zip(Self.samples, Self.samples.dropFirst()) {
            #expect(one < other)
            #expect(one.bytes.lexicographicallyPrecedes(other.bytes))
            #expect(one.description < other.description)
        }
        let high = UUIDBytes(high: 1, low: 0)
        #expect(UUIDBytes(high: 0, low: .max) < high)
        #expect(high < UUIDBytes(high: 1, low: 1))
    }

    @Test("the millisecond is in the first 48 bits, and nothing is before the epoch")
    func clock() {
        let uuid = UUIDBytes(version7At: Timestamp(milliseconds: 0x0123_4567_89AB), random: (0, 0))
        #expect(uuid.description == "01234567-89ab-7000-8000-000000000000")
        let early = UUIDBytes(version7At: Timestamp(milliseconds: -5), random: (0, 0))
        #expect(early.high >> 16 == 0)
    }

    @Test("bytes and text read back", arguments: samples)
    func roundTrip(uuid: UUIDBytes) {
        #expect(UUIDBytes(bytes: uuid.bytes) == uuid)
        #expect(UUIDBytes(uuid.description) == uuid)
        #expect(UUIDBytes(uuid.description.uppercased()) == uuid)
        #expect(UUIDBytes(uuid.description.filter { $0 != "-" }) == uuid)
        #expect(uuid.description.count == 36)
    }

    @Test("no other number of bytes is one", arguments: [0, 1, 15, 17, 32])
    func byteCounts(count: Int) {
        #expect(UUIDBytes(bytes: [UInt8](repeating: 1, count: count)) == nil)
    }

    @Test(
        "no other text is one",
        arguments: [
            "", "019b76da-a800-7000-8000-0000000000f", "019b76da-a800-7000-8000-0000000000fff",
            "019b76da-a800-7000-8000-0000000000fg", "{019b76da-a800-7000-8000-0000000000ff}",
            "019b76daa-800-7000-8000-0000000000ff", "019b76da-a800-7000-8000-0000000000ff ",
            "019b76da a800 7000 8000 0000000000ff",
        ])
    func rejected(text: String) {
        #expect(UUIDBytes(text) == nil)
    }

    @Test("a text with only some of its dashes is no UUID")
    func someDashes() {
        #expect(UUIDBytes("019b76da-a800700080000000000000ff") == nil)
    }

    @Test("a UUID made from a clock is of version 7, and nearly no other is")
    func version() {
        var random = SplitMix64(seed: 7)
        for _ in 1...200 {
            let now = Timestamp(milliseconds: Int64(random.next() >> 16))
            let made = UUIDBytes(version7At: now, random: (random.next(), random.next()))
            #expect(made.isVersion7)
            #expect(!UUIDBytes(high: made.high ^ 0x1000, low: made.low).isVersion7)
            #expect(!UUIDBytes(high: made.high, low: made.low ^ 1 << 63).isVersion7)
        }
        #expect(!UUIDBytes(high: 0, low: 0).isVersion7)
    }

    @Test("identifiers of different kinds wrap the same bits")
    func wrappers() throws {
        let uuid = try #require(Self.samples.first)
        let id = try #require(MessageID(bytes: uuid.bytes))
        #expect(id == MessageID(uuid))
        #expect(id.bytes == uuid.bytes)
        #expect(id.description == uuid.description)
        #expect(ReferralID(uuid.description) == ReferralID(uuid))
        #expect(ConsentID(bytes: uuid.bytes.dropLast()) == nil)
        #expect(MessageID(Self.samples[0]) < MessageID(Self.samples[1]))
    }
}
