import CareModel
import Testing

@Suite("Payloads are compared byte by byte, wherever the bytes are")
struct PayloadTests {
    /// Owns its bytes elsewhere, and counts how often they are read.
    private final class Foreign: PayloadStorage, @unchecked Sendable {
        // Safety: used by one test at a time.
        private let bytes: [UInt8]
        private(set) var readCount = 0

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        override var byteCount: Int { bytes.count }

        override func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
            readCount += 1
            bytes.withUnsafeBytes(body)
        }
    }

    @Test("the same bytes are equal, whoever owns them")
    func equality() {
        let bytes: [UInt8] = [0, 1, 2, 255]
        #expect(Payload(bytes) == Payload(bytes))
        #expect(Payload(storage: Foreign(bytes)) == Payload(bytes))
        #expect(Payload([]) == Payload(storage: PayloadStorage()))
    }

    @Test("other bytes, another order or another length are not equal")
    func inequality() {
        let payload = Payload([1, 2, 3])
        for other: [UInt8] in [[], [1, 2], [1, 2, 4], [3, 2, 1], [1, 2, 3, 0]] {
            #expect(payload != Payload(other))
        }
    }

    @Test("a payload equals itself without being read")
    func identity() {
        let storage = Foreign([1, 2, 3])
        #expect(Payload(storage: storage) == Payload(storage: storage))
        #expect(storage.readCount == 0)
    }

    @Test("the bytes come out as they went in")
    func bytes() {
        let bytes = [UInt8](0...255)
        #expect(Payload(bytes).bytes == bytes)
        #expect(Payload(bytes).byteCount == 256)
        #expect(PayloadStorage().byteCount == 0)
        #expect(Payload(bytes).withUnsafeBytes { $0[7] } == 7)
    }

    @Test("an error of the reader comes through")
    func errors() {
        struct Stop: Error, Equatable {}
        let payload = Payload([1])
        #expect(throws: Stop()) { try payload.withUnsafeBytes { _ throws(Stop) in throw Stop() } }
    }
}
