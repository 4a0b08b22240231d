import CareModel
import CareWire
import Foundation
import Testing
import ZeroMQ

/// Runs a broker on loopback TCP ports that the system chose, perhaps with few descriptors.
final class LoopbackBroker {
    /// Sets it up, enrols and administers; is never started itself.
    let setUp: BrokerProcess
    /// Where agents connect.
    let control: String
    /// Where they follow events.
    let events: String
    private let process: Process
    private let log = NSConditionBox("")

    var brokerKey: CurvePublicKey { setUp.brokerKey }
    var isRunning: Bool { process.isRunning }
    /// What it has said since it was ready.
    var said: String { log.with { $0 } }
    var processIdentifier: Int32 { process.processIdentifier }
    var port: UInt16 { UInt16(control.split(separator: ":").last ?? "") ?? 0 }

    init(
        _ name: String, descriptorLimit: Int = 1_024, environment: [String: String] = [:]
    ) throws {
        setUp = try BrokerProcess(name)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c", #"ulimit -n "$2"; exec "$0" run --data "$1""#,
            try BuiltPrograms.url("careloopd").path, setUp.directory, String(descriptorLimit),
        ]
        let settings = [
            "CARELOOPD_CONTROL_ENDPOINT": "tcp://127.0.0.1:*",
            "CARELOOPD_EVENTS_ENDPOINT": "tcp://127.0.0.1:*",
            "CARELOOPD_CONSENT_IMPLICIT": "basic-normal",
        ]
        process.environment = ProcessInfo.processInfo.environment.merging(settings) { $1 }
            .merging(environment) { $1 }
        let output = Pipe()
        process.standardError = output
        try process.run()
        self.process = process
        var said = ""
        while !said.contains("ready: agents at") || !said.hasSuffix("\n") {
            let chunk = output.fileHandleForReading.availableData
            guard !chunk.isEmpty else { throw BrokerProcess.BrokerProcessError.notReady }
            said += String(decoding: chunk, as: UTF8.self)
        }
        output.fileHandleForReading.readabilityHandler = { [log] handle in
            let chunk = handle.availableData
            if chunk.isEmpty { handle.readabilityHandler = nil }
            log.with { $0 += String(decoding: chunk, as: UTF8.self) }
        }
        let ready = try #require(said.split(separator: "ready: ").last)
        let places = ready.split { " ,\n".contains($0) }.filter { $0.hasPrefix("tcp://") }
        try #require(places.count == 2, "\(said)")
        control = String(places[0])
        events = String(places[1])
    }

    deinit {
        if process.isRunning {
            Foundation.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    /// Connects an enrolled agent; it has no session yet.
    func agent(_ id: String, _ keys: CurveKeyPair) throws -> WireAgent {
        try WireAgent(id, keys: keys, control: control, brokerKey: brokerKey)
    }

    /// How many descriptors the broker has open.
    func descriptorCount() throws -> Int {
        try FileManager.default.contentsOfDirectory(
            atPath: "/proc/\(process.processIdentifier)/fd"
        ).count
    }
}
