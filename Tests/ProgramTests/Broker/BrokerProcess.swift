import CareModel
import CareWire
import Foundation
import SwiftProtobuf
import ZeroMQ

/// Runs a real `careloopd` on ipc sockets in a folder of its own, and kills or ends only that one.
final class BrokerProcess {
    let directory: String
    let brokerKey: CurvePublicKey
    private let environment: [String: String]
    private var process: Process?

    /// Where `init` puts the keys: beside the data.
    private var keysDirectory: String { "\(directory)-keys" }

    var control: String { "ipc://\(directory)/ctl" }
    var events: String { "ipc://\(directory)/evt" }

    /// Sets a broker up; ``start()`` runs it.
    init(_ name: String, environment: [String: String] = [:]) throws {
        directory = "/tmp/cl-\(name)-\(UInt32.random(in: .min ... .max))"
        self.environment = environment
        let setUp = Process()
        setUp.executableURL = try BuiltPrograms.url("careloopd")
        setUp.arguments = [
            "init", "--data", directory, "--control", "ipc://\(directory)/ctl", "--events",
            "ipc://\(directory)/evt",
        ]
        setUp.standardOutput = FileHandle.nullDevice
        try setUp.run()
        setUp.waitUntilExit()
        let text = try String(contentsOfFile: "\(directory)-keys/broker.key", encoding: .utf8)
        guard let secret = CurveSecretKey(z85: text.trimmingCharacters(in: .newlines)) else {
            throw BrokerProcessError.notSetUp
        }
        brokerKey = try secret.publicKey()
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(atPath: directory)
        try? FileManager.default.removeItem(atPath: keysDirectory)
    }

    enum BrokerProcessError: Error { case notSetUp, notReady, refused(String) }

    /// Starts the broker and returns once agents can connect.
    func start(adding settings: [String: String] = [:]) throws {
        let process = Process()
        process.executableURL = try BuiltPrograms.url("careloopd")
        process.arguments = ["run", "--data", directory]
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
            .merging(settings) { $1 }
        let log = Pipe()
        process.standardError = log
        try process.run()
        self.process = process
        var text = Data()
        while !String(decoding: text, as: UTF8.self).contains("ready: agents at") {
            let chunk = log.fileHandleForReading.availableData
            guard !chunk.isEmpty else { throw BrokerProcessError.notReady }
            text += chunk
        }
        // Whatever else it says must not fill the pipe.
        log.fileHandleForReading.readabilityHandler = { handle in
            if handle.availableData.isEmpty { handle.readabilityHandler = nil }
        }
    }

    /// Kills the broker as a power cut would: no signal handler, no goodbye.
    func kill() {
        guard let process, process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
    }

    /// Ends the broker as an operator would; gives its exit status.
    func stop() -> Int32 {
        guard let process else { return -1 }
        process.terminate()
        process.waitUntilExit()
        self.process = nil
        return process.terminationStatus
    }

    /// Sends an operator's command over the broker's own admin socket.
    @discardableResult
    func administer(_ command: WireAdminister) throws -> WireAdministered {
        let context = try Context()
        let socket = try Socket(.dealer, in: context)
        try socket.connect("ipc://\(directory)/admin.sock")
        let frame = WireAgentFrame.with {
            $0.version = 1
            $0.request = 1
            $0.administer = command
        }
        _ = try socket.send([.bytes(try frame.serializedBytes())], timeout: .seconds(5))
        guard let parts = try socket.receive(timeout: .seconds(20)), let header = parts.first else {
            throw BrokerProcessError.notReady
        }
        let answer = try WireBrokerFrame(serializedBytes: header.bytes).administered
        guard answer.outcome != "refused" else {
            throw BrokerProcessError.refused(answer.refusal.message)
        }
        return answer
    }

    /// Enrols an agent with a fresh key in organisations that are enrolled with it.
    func enrol(
        _ id: String, organisation: String, roles: [Role], services: [String] = []
    ) throws -> CurveKeyPair {
        let keys = try CurveKeyPair.generate()
        try administer(
            .with {
                $0.enrolOrganisation.id = organisation
                $0.enrolOrganisation.name = organisation
            })
        for service in services {
            try administer(
                .with {
                    $0.enrolService.id = service
                    $0.enrolService.organisation = organisation
                    $0.enrolService.name = service
                })
        }
        try administer(
            .with {
                $0.enrolAgent.id = id
                $0.enrolAgent.organisation = organisation
                $0.enrolAgent.name = id
                $0.enrolAgent.publicKey = keys.publicKey.z85
                $0.enrolAgent.roles = roles.map(\.rawValue)
                $0.enrolAgent.services = services
            })
        return keys
    }
}
