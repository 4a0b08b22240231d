import Dispatch
import Foundation
import Synchronization
import Testing

@testable import ZeroMQ

@Suite("Messages")
struct MessageTests {
    @Test("a message holds a copy of the bytes it was made of", arguments: [0, 1, 33, 34, 32_768])
    func copiesBytes(byteCount: Int) throws {
        var bytes = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let message = try Message(bytes)
        let expected = bytes
        if !bytes.isEmpty { bytes[0] ^= 0xFF }
        #expect(message.byteCount == byteCount)
        #expect(message.bytes == expected)
    }

    @Test("a message made from a buffer equals one made from an array")
    func copiesBuffer() throws {
        let bytes: [UInt8] = [1, 2, 3]
        let message = try bytes.withUnsafeBytes { try Message(copying: $0) }
        #expect(message.bytes == bytes)
    }

    @Test("a description shows the size and not the content")
    func hidesContent() throws {
        let message = try Message(Array("private".utf8))
        #expect("\(message)" == "Message(7 bytes)")
        #expect(!String(reflecting: message).contains("private"))
    }

    @Test("a message made here has no user id and no property")
    func hasNoUserID() throws {
        let message = try Message([1])
        #expect(message.userID == nil)
        #expect(message.property("Peer-Address") == nil)
    }

    @Test("a 32 KiB payload and its envelope arrive byte for byte, both ways")
    func carriesLargePayload() throws {
        let payload = (0..<32_768).map { UInt8(truncatingIfNeeded: $0 ^ ($0 >> 8)) }
        try withTemporaryFolder { folder in
            let context = try Context()
            for endpoint in ["tcp://127.0.0.1:*", "ipc://\(folder)/a.sock", "inproc://a"] {
                let link = try Link(in: context, at: endpoint)
                let got = try link.deliver([.text("head"), .empty, .bytes(payload)])
                #expect(got.count == 4)
                #expect(got[1].bytes == Array("head".utf8))
                #expect(got[2].byteCount == 0)
                #expect(got[3].bytes == payload)

                let answer = got.map(MessagePart.message)
                #expect(try link.router.send(answer) == .sent)
                let back = try #require(try link.dealer.receive(timeout: patience))
                #expect(back.map(\.bytes) == [Array("head".utf8), [], payload])
            }
        }
    }

    @Test("a received payload is sent onward without being copied")
    func forwardsWithoutCopy() throws {
        let context = try Context()
        let link = try Link(in: context)
        let onward = try Link(in: context, at: "inproc://onward")
        let payload = [UInt8](repeating: 7, count: 32_768)
        let received = try #require(try link.deliver([.bytes(payload)]).last)
        // In one process the far end gets the very memory, unless somebody copied it.
        let forwarded = try #require(try onward.deliver([.message(received)]).last)
        let addresses = [received, forwarded].map { message in
            message.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        }
        #expect(addresses[0] == addresses[1])
        #expect(received.bytes == payload)
    }

    @Test("a message can be shared by threads that send it at the same time")
    func isSharedByThreads() throws {
        // The first sharing of each message is the critical one, so there are many of them.
        let messages = try (0..<1000).map { number in
            try Message([UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 64))
        }
        let gate = Gate()
        let finished = finishes {
            DispatchQueue.concurrentPerform(iterations: 2) { index in
                do {
                    let link = try Link(in: try Context(), at: "inproc://\(index)")
                    for (number, message) in messages.enumerated() {
                        gate.pass(2 * (number + 1))
                        #expect(try link.dealer.send([.message(message)]) == .sent)
                        guard try link.router.receive(timeout: patience) != nil else { return }
                    }
                } catch {
                    Issue.record(error)
                }
            }
        }
        #expect(finished)
        for (number, message) in messages.enumerated() {
            let expected = UInt8(truncatingIfNeeded: number)
            guard message.bytes.allSatisfy({ $0 == expected }) else {
                Issue.record("message \(number) lost its content")
                return
            }
        }
    }

    /// Lets threads start on each message together.
    private final class Gate: Sendable {
        private let arrivals = Atomic(0)

        func pass(_ expected: Int) {
            arrivals.add(1, ordering: .acquiringAndReleasing)
            while arrivals.load(ordering: .acquiring) < expected { sched_yield() }
        }
    }
}
