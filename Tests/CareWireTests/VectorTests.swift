import CareWire
import SwiftProtobuf
import Testing

@Suite("Golden frames read and write the same here as elsewhere")
struct VectorTests {
    private static let messages: [String: any SwiftProtobuf.Message.Type] = [
        "AgentFrame": WireAgentFrame.self, "BrokerFrame": WireBrokerFrame.self,
        "EventFrame": WireEventFrame.self,
    ]

    @Test("every folder can be read and is not empty", arguments: Vector.folders)
    func folders(folder: String) throws {
        #expect(try !Vector.load(folder).isEmpty)
    }

    @Test("a frame reads back to the same bytes", arguments: Vector.all)
    func roundTrip(vector: Vector) throws {
        let type = try #require(Self.messages[vector.message])
        let message = try type.init(serializedBytes: vector.header)
        let bytes: [UInt8] = try message.serializedBytes()
        #expect(bytes == vector.header)
    }

    @Test("a frame says what its description says", arguments: Vector.all)
    func description(vector: Vector) throws {
        let type = try #require(Self.messages[vector.message])
        let described = try type.init(jsonUTF8Bytes: vector.decoded)
        let bytes: [UInt8] = try described.serializedBytes()
        #expect(bytes == vector.header)
    }

    @Test("every verb of the proto has a vector, and no vector another verb")
    func coverage() throws {
        let proto = try ProtoFile()
        for (folder, message) in [("agent", "AgentFrame"), ("broker", "BrokerFrame")] {
            let verbs = try Set(proto.choices(of: message).map(\.type))
            #expect(try Set(Vector.load(folder).map(\.verb)) == verbs)
        }
        let questions = try Set(proto.choices(of: "Query").map(\.name))
        let commands = try Set(proto.choices(of: "Administer").map(\.name))
        for name in questions {
            let text = "\"\(name)\""
            #expect(try Checkout.text("Protocols/vectors/agent/Query.json").contains(text))
        }
        for name in commands {
            let text = "\"\(name)\""
            #expect(try Checkout.text("Protocols/vectors/agent/Administer.json").contains(text))
        }
    }

    @Test("a payload follows only where one may")
    func payloads() {
        for vector in Vector.all where vector.frames.count > 1 {
            #expect(["Submit", "Deliver", "Result"].contains(vector.verb), "\(vector.name)")
            #expect(vector.frames.count == 2)
        }
    }

    @Test("a sealed event's plaintext is the event described", arguments: Vector.all(in: "evt"))
    func events(vector: Vector) throws {
        let frame = try WireEventFrame(serializedBytes: vector.header)
        #expect(frame.version == WireLimits.version)
        guard let plaintext = vector.plaintext else {
            #expect(frame.sealed.isEmpty)
            return
        }
        #expect(frame.sealed.count == plaintext.count + 16)
        let event = try WireEvent(serializedBytes: plaintext)
        #expect(try event == WireEvent(jsonUTF8Bytes: #require(vector.event)))
        #expect(event.kind == "referral")
    }
}
