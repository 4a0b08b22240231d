import Foundation
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
        let message = try Message([UInt8](repeating: 9, count: 4096))
        let finished = finishes {
            DispatchQueue.concurrentPerform(iterations: 8) { index in
                do {
                    let context = try Context()
                    let link = try Link(in: context, at: "inproc://\(index)")
                    for _ in 0..<200 {
                        let got = try link.deliver([.message(message)])
                        #expect(got.last?.byteCount == 4096)
                    }
                } catch {
                    Issue.record(error)
                }
            }
        }
        #expect(finished)
        #expect(message.bytes == [UInt8](repeating: 9, count: 4096))
    }
}
