import CareModel
import CareWire
import Foundation
import SwiftProtobuf
import Testing
import ZeroMQ

@testable import CareAgent

@Suite("Operator")
struct OperatorTests {
    /// Answers one command on a socket file.
    private func answering(
        at path: String, with answer: WireAdministered
    ) throws -> DispatchSemaphore {
        let (started, ended) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        Thread.detachNewThread {
            defer { ended.signal() }
            do {
                let router = try Socket(.router, in: Context())
                try router.set(.linger, to: .seconds(1))
                try router.bind("ipc://" + path)
                started.signal()
                guard let parts = try router.receive(timeout: .seconds(20)) else { return }
                let frame = try WireAgentFrame(serializedBytes: parts[1].bytes)
                let reply = WireBrokerFrame.with {
                    $0.version = WireLimits.version
                    $0.request = frame.request
                    $0.administered = answer
                }
                let bytes: [UInt8] = try reply.serializedBytes()
                _ = try router.send([.message(parts[0]), .bytes(bytes)])
            } catch {
                started.signal()
            }
        }
        started.wait()
        return ended
    }

    @Test("a command gets its answer")
    func answers() throws {
        let folder = try Folder()
        let path = folder.path + "/adm"
        let ended = try answering(at: path, with: .with { $0.outcome = "done" })
        let answer = try Operator(socketPath: path).send(.status)
        #expect(answer == .status(BrokerStatus()))
        ended.wait()
    }

    @Test("a refused command throws the broker's refusal")
    func refuses() throws {
        let folder = try Folder()
        let path = folder.path + "/adm"
        let ended = try answering(
            at: path,
            with: .with {
                $0.outcome = "refused"
                $0.refusal.code = "already-enrolled"
                $0.refusal.message = "Choose another id."
            })
        let error = #expect(throws: AgentError.self) {
            try Operator(socketPath: path).send(.status)
        }
        #expect(error?.refusal?.code == "already-enrolled")
        ended.wait()
    }

    @Test("without a broker the error names the socket")
    func nobody() throws {
        let folder = try Folder()
        let path = folder.path + "/adm"
        let error = #expect(throws: AgentError.self) {
            try Operator(socketPath: path).send(.stop, deadline: .milliseconds(100))
        }
        #expect(error?.code == .unreachable)
        #expect(error?.message.contains(path) == true)
        #expect(throws: AgentError.self) {
            try Operator(socketPath: String(repeating: "x", count: 108))
        }
    }
}
