import CareModel
import CareWire
import Foundation
import SwiftProtobuf
import Testing

/// The vectors of `Tests/Fixtures/wire/1` are those of the first version and never change.
@Suite("What a program one version older says is understood as ever")
struct KeptVectorTests {
    private static let counts = ["agent": 53, "broker": 45, "evt": 3]

    @Test("they are all there", arguments: Vector.folders)
    func areThere(folder: String) throws {
        #expect(
            try Vector.load(folder, under: "Tests/Fixtures/wire/1").count == Self.counts[folder])
    }

    @Test("an agent's frame is taken", arguments: Vector.kept(in: "agent"))
    func takesAgents(vector: Vector) throws {
        let patient = try Story.patient()
        let heard = HeardFromAgent(
            header: vector.header, payload: vector.frames.dropFirst().first.map { Payload($0) },
            patientKey: { _ in patient })
        switch heard.saying {
        case .unusable(let refusal):
            #expect(["SnapshotRequest", "Administer"].contains(vector.verb), "\(refusal)")
        case .submit(let submission):
            #expect(submission.refusal == nil)
            #expect(
                submission.document?.payload
                    == vector.frames.dropFirst().first.map { Payload($0) })
        default: break
        }
    }

    @Test("each field has its place and its name still", arguments: ["agent", "broker"])
    func keepsFields(folder: String) throws {
        for vector in Vector.kept(in: folder) {
            let (read, described): (any SwiftProtobuf.Message, any SwiftProtobuf.Message) =
                folder == "agent"
                ? (
                    try WireAgentFrame(serializedBytes: vector.header),
                    try WireAgentFrame(jsonUTF8Bytes: vector.decoded)
                )
                : (
                    try WireBrokerFrame(serializedBytes: vector.header),
                    try WireBrokerFrame(jsonUTF8Bytes: vector.decoded)
                )
            #expect(read.isEqualTo(message: described), "\(vector.testDescription)")
            let bytes: [UInt8] = try read.serializedBytes()
            #expect(bytes == vector.header, "\(vector.testDescription)")
        }
    }

    @Test("an event reads as ever", arguments: Vector.kept(in: "evt"))
    func readsEvents(vector: Vector) throws {
        let frame = try WireEventFrame(serializedBytes: vector.header)
        #expect(try frame == WireEventFrame(jsonUTF8Bytes: vector.decoded))
        guard let plaintext = vector.plaintext else { return }
        #expect(
            try WireEvent(serializedBytes: plaintext)
                == WireEvent(jsonUTF8Bytes: #require(vector.event)))
    }
}
