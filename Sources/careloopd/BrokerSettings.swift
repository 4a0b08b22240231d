import CareBroker
import CareCore
import CareModel
import Configuration
import Foundation
import SystemPackage

/// Is what `careloopd.json` says.
///
/// Environment variables win: `CARELOOPD_CONTROL_ENDPOINT` over `control.endpoint`, and so on.
struct BrokerSettings {
    var controlEndpoint: String
    var eventsEndpoint: String
    var publishedEventsEndpoint: String?
    var adminSocketPath: String
    var policy = BrokerPolicy()
    /// Below so many free bytes on the disk no more messages are taken.
    var reserveByteCount: UInt64

    /// Reads the settings of a data directory.
    static func load(_ files: BrokerFiles) async throws -> BrokerSettings {
        guard files.exist else {
            throw OperatorFailure(
                files.hasDatabase
                    ? "\(files.settings) is missing. Restore it, and the keys, from your back-up."
                    : "\(files.settings) is missing. Set a broker up with: "
                        + "careloopd init --data \(files.directory)")
        }
        let file: FileProvider<JSONSnapshot>
        do {
            file = try await FileProvider<JSONSnapshot>(filePath: FilePath(files.settings))
        } catch {
            throw OperatorFailure("\(files.settings) is not readable JSON. Mend it or restore it.")
        }
        let environment = EnvironmentVariablesProvider().prefixKeys(with: "careloopd")
        return try BrokerSettings(ConfigReader(providers: [environment, file]), files)
    }

    private init(_ config: ConfigReader, _ files: BrokerFiles) throws {
        controlEndpoint = config.string(forKey: "control.endpoint", default: "tcp://127.0.0.1:7701")
        eventsEndpoint = config.string(forKey: "events.endpoint", default: "tcp://127.0.0.1:7702")
        publishedEventsEndpoint = config.string(forKey: "events.published")
        adminSocketPath = config.string(forKey: "admin.socket", default: files.adminSocket)
        reserveByteCount =
            UInt64(clamping: config.int(forKey: "disk.reserveMegabytes", default: 64)) << 20
        let lease = config.int(forKey: "delivery.leaseSeconds", default: 30)
        let expiry = config.int(forKey: "delivery.expiryDays", default: 5)
        let failures = config.int(forKey: "delivery.failuresMax", default: 10)
        let heartbeat = config.int(forKey: "session.heartbeatSeconds", default: 5)
        let payload = config.int(forKey: "payload.megabytesMax", default: 8)
        guard (1...3_600).contains(lease), (1...366).contains(expiry),
            (1...1_000).contains(failures),
            (1...64).contains(payload), (1...60).contains(heartbeat), reserveByteCount > 0
        else {
            throw OperatorFailure("A number in \(files.settings) is out of range.", status: 2)
        }
        policy.lease = .seconds(lease)
        policy.heartbeat = .seconds(heartbeat)
        policy.expiry = .seconds(expiry * 24 * 3_600)
        policy.failuresMax = UInt32(failures)
        policy.payloadBytesMax = UInt64(payload) << 20
        let implicit = config.string(forKey: "consent.implicit", default: "deny")
        guard let policy = ImplicitPolicy(named: implicit) else {
            throw OperatorFailure(
                "consent.implicit must be deny, basic-normal, all-normal or break-glass-only.",
                status: 2)
        }
        self.policy.implicitConsent = policy
    }
}
