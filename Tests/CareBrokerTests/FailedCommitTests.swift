import CareBroker
import CareCore
import CareModel
import CareStore
import CareTestKit
import CareVault
import CareWire
import Foundation
import Logging
import SwiftProtobuf
import Testing
import ZeroMQ

@Suite("A commit that fails", .serialized)
struct FailedCommitTests {
    @Test(
        "ends the broker, and nobody gets a receipt",
        arguments: [FaultyStore.Fault.before, .after])
    func answersNobody(fault: FaultyStore.Fault) async throws {
        let folder = "/tmp/cl-commit-\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let keys = try CurveKeyPair.generate()
        let agentKeys = try CurveKeyPair.generate()
        let patients = try #require(PatientHasher(key: [UInt8](repeating: 7, count: 32)))
        let configuration = try BrokerConfiguration(
            controlEndpoint: "ipc://\(folder)/ctl", eventsEndpoint: "ipc://\(folder)/evt",
            adminSocketPath: "\(folder)/adm", keys: keys, patients: patients,
            signer: NoteSigner(name: "test", seed: [UInt8](repeating: 9, count: 32)))
        let broker = try Broker(
            configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let agent = Agent(
            id: AgentID(unchecked: "desk"), organisation: OrganisationID(unchecked: "lakeside"),
            name: "Desk", publicKey: agentKeys.publicKey.z85, roles: [.referrer], services: [])

        async let end: BrokerError? = runToItsEnd(broker, enrolling: agent, fault)
        let heard = try await Self.onThread {
            try Self.submit(to: folder, as: agentKeys, of: keys.publicKey)
        }
        #expect(heard == ["welcome"], "only what needs no commit may be answered")
        #expect(await end?.code == .store)
    }

    private func runToItsEnd(
        _ broker: Broker, enrolling agent: Agent, _ fault: FaultyStore.Fault
    ) async -> BrokerError? {
        do throws(BrokerError) {
            try await broker.run(store: { () throws(StoreError) in
                let store = InMemoryStore()
                try store.commit([
                    .putOrganisation(Organisation(id: agent.organisation, name: "Lakeside")),
                    .putAgent(agent),
                ])
                // The first commit is the broker's own: that it was configured.
                return FaultyStore(store, failingCommit: 2, fault)
            })
            return nil
        } catch {
            return error
        }
    }

    /// Says hello, submits something that would be refused with a receipt, and lists what it hears
    /// until the broker is gone.
    private static func submit(
        to folder: String, as keys: CurveKeyPair, of brokerKey: CurvePublicKey
    ) throws -> [String] {
        let context = try Context()
        let socket = try Socket(.dealer, in: context)
        try socket.secureAsClient(keys: keys, serverKey: brokerKey)
        try socket.connect("ipc://\(folder)/ctl")
        let hello = WireAgentFrame.with {
            $0.version = 1
            $0.hello.agent = "desk"
            $0.hello.instance = Data(repeating: 1, count: 16)
            $0.hello.versions = [1]
        }
        let submit = WireAgentFrame.with {
            $0.version = 1
            $0.submit.messageID = Data(
                [2, 2, 2, 2, 2, 2, 0x72, 2, 0x82, 2, 2, 2, 2, 2, 2, 2])
            $0.submit.kind = "request"
        }
        var heard: [String] = []
        for frame in [hello, submit] {
            _ = try socket.send([.bytes(try frame.serializedBytes())], timeout: .seconds(10))
            while let parts = try socket.receive(timeout: .seconds(heard.isEmpty ? 120 : 2)) {
                let answer = try WireBrokerFrame(serializedBytes: parts[0].bytes)
                switch answer.body {
                case .welcome: heard.append("welcome")
                case .receipt: heard.append("receipt")
                default: heard.append("other")
                }
                if heard == ["welcome"], frame == hello { break }
            }
        }
        return heard
    }

    private static func onThread<Result: Sendable>(
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Swift.Result { try body() }) }.start()
        }
    }
}
