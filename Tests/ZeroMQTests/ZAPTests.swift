import Testing

@testable import ZeroMQ

@Suite("ZAP requests and replies")
struct ZAPTests {
    private static let key = [UInt8](1...32)
    private static let fields: [[UInt8]] = [
        Array("1.0".utf8), Array("7".utf8), Array("global".utf8), Array("10.0.0.1".utf8),
        [0, 9], Array("CURVE".utf8), key,
    ]

    private func refusal(_ fields: [[UInt8]]) throws -> ZAPRequest.Malformed {
        let parts = try fields.map { try Message($0) }
        return try #require(throws: ZAPRequest.Malformed.self) { try ZAPRequest(parts: parts) }
    }

    @Test("a CURVE request is read")
    func readsCurve() throws {
        let request = try ZAPRequest(parts: try Self.fields.map { try Message($0) })
        #expect(request.domain == "global")
        #expect(request.address == "10.0.0.1")
        #expect(request.claimedRoutingID == [0, 9])
        #expect(request.requestID == Array("7".utf8))
        #expect(request.credentials == CurvePublicKey(bytes: Self.key).map { .curve($0) })
    }

    @Test("a NULL request is read")
    func readsNull() throws {
        let fields = Self.fields[..<5] + [Array("NULL".utf8)]
        let request = try ZAPRequest(parts: try fields.map { try Message($0) })
        #expect(request.credentials == .none)
    }

    @Test("a request of another version or with missing parts gets 500")
    func refusesBrokenForm() throws {
        var version = Self.fields
        version[0] = Array("2.0".utf8)
        #expect(try refusal(version).reply.status == .internalError)
        #expect(try refusal(version).requestID == Array("7".utf8))
        for count in 0..<6 {
            #expect(try refusal(Array(Self.fields[..<count])).reply.status == .internalError)
        }
    }

    @Test("an over-long or unreadable part gets 500", arguments: 1...5)
    func refusesLongParts(index: Int) throws {
        var long = Self.fields
        long[index] = [UInt8](repeating: 65, count: 256)
        #expect(try refusal(long).reply.status == .internalError)
        guard index == 2 || index == 3 else { return }
        var unreadable = Self.fields
        unreadable[index] = [0xFF, 0xFE]
        #expect(try refusal(unreadable).reply.status == .internalError)
    }

    @Test("credentials that do not fit the mechanism get 400")
    func refusesCredentials() throws {
        let head = Array(Self.fields[..<5])
        let wrong: [[[UInt8]]] = [
            [Array("CURVE".utf8)],
            [Array("CURVE".utf8), Array(Self.key.dropLast())],
            [Array("CURVE".utf8), Self.key, Self.key],
            [Array("NULL".utf8), []],
            [Array("PLAIN".utf8), Array("user".utf8), Array("password".utf8)],
            [Array("curve".utf8), Self.key],
            [[]],
        ]
        for credentials in wrong {
            #expect(try refusal(head + credentials).reply.status == .refused)
        }
    }

    @Test("an acceptance with an unusable user id or property becomes an internal error")
    func failsClosed() {
        for userID in ["", "a\0b", String(repeating: "x", count: 256)] {
            #expect(ZAPReply.accepted(userID: userID).status == .internalError)
        }
        for metadata in [["": "x"], ["User-ID": "root"], ["a b": "x"], ["a": "x\0"]] {
            let reply = ZAPReply.accepted(userID: "a", metadata: metadata)
            #expect(reply.status == .internalError)
            #expect(reply.userID == "")
        }
    }

    @Test("a reply has the six parts of RFC 27")
    func writesReply() {
        let reply = ZAPReply.accepted(userID: "clinic", metadata: ["Role": "x"])
        let parts = reply.parts(requestID: [7]).map { part -> [UInt8] in
            if case .bytes(let bytes) = part { bytes } else { [] }
        }
        let metadata = [4] + Array("Role".utf8) + [0, 0, 0, 1] + Array("x".utf8)
        #expect(
            parts == [
                Array("1.0".utf8), [7], Array("200".utf8), Array("OK".utf8),
                Array("clinic".utf8), metadata,
            ])
    }

    @Test("the handler answers a malformed request itself and stays in step")
    func answersMalformed() throws {
        let context = try Context()
        let handler = try ZAPHandler(in: context)
        let asking = try Socket(.req, in: context)
        try asking.connect(ZAPHandler.endpoint)
        let malformed: [MessagePart] = [.text("0.9"), .text("1")]
        #expect(try asking.send(malformed, timeout: patience) == .sent)
        try waitUntilReadable(handler.socket)
        #expect(try handler.next() == nil)
        let refused = try #require(try asking.receive(timeout: patience))
        #expect(refused.count == 6)
        #expect(refused[1].bytes == Array("1".utf8))
        #expect(refused[2].bytes == Array("500".utf8))

        let wellFormed = Self.fields.map(MessagePart.bytes)
        #expect(try asking.send(wellFormed, timeout: patience) == .sent)
        try waitUntilReadable(handler.socket)
        let request = try #require(try handler.next())
        try handler.answer(request, with: .temporaryError("later"))
        let reply = try #require(try asking.receive(timeout: patience))
        #expect(reply[1].bytes == Array("7".utf8))
        #expect(reply[2].bytes == Array("300".utf8))
    }

    @Test("a context has one handler")
    func isAlone() throws {
        let context = try Context()
        let handler = try ZAPHandler(in: context)
        let error = try #require(throws: ZeroMQError.self) { _ = try ZAPHandler(in: context) }
        #expect(error.code == .addressInUse)
        #expect(try handler.next() == nil)
    }

    private func waitUntilReadable(_ socket: borrowing Socket) throws {
        var poller = Poller()
        _ = poller.add(socket)
        try #require(try poller.wait(timeout: patience) == 1)
    }
}
