import CareBroker
import CareCore
import CareModel
import CareStoreSQLite
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
    /// Which table labels content that arrives unlabelled.
    var labels: LabelSource
    var checkpoints = CheckpointPolicy()
    /// Where the keys are; nil if nothing says so.
    var keysDirectory: String?
    /// Below so many free bytes on the disk no more messages are taken.
    var reserveByteCount: UInt64

    /// Reads the settings of a data directory.
    static func load(_ files: BrokerFiles) async throws -> BrokerSettings {
        guard files.exist else {
            throw OperatorFailure(
                files.hasDatabase
                    ? "\(files.settings) is missing. Restore it from your back-up."
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
        keysDirectory = config.string(forKey: "keys.directory")
        labels = LabelSource(
            config.string(forKey: "labels.file", default: "standard"), files.directory)
        let numbers = NumberReader(config: config, file: files.settings)
        let reserve = try numbers.number(
            "disk.reserveMegabytes", default: 64, in: 1...1_000_000_000_000)
        reserveByteCount = UInt64(reserve) << 20
        try readDelivery(numbers)
        try readConsent(config, numbers)
        checkpoints.interval = .seconds(
            try numbers.number("audit.checkpointSeconds", default: 60, in: 1...86_400))
        checkpoints.eventCount = Int64(
            try numbers.number("audit.checkpointEvents", default: 1_000, in: 1...1_000_000))
    }

    private mutating func readDelivery(_ numbers: NumberReader) throws {
        let lease = try numbers.number("delivery.leaseSeconds", default: 30, in: 1...3_600)
        let expiry = try numbers.number("delivery.expiryDays", default: 5, in: 1...366)
        let failures = try numbers.number("delivery.failuresMax", default: 10, in: 1...1_000)
        let heartbeat = try numbers.number("session.heartbeatSeconds", default: 5, in: 1...60)
        let payload = try numbers.number("payload.megabytesMax", default: 8, in: 1...64)
        policy.lease = .seconds(lease)
        policy.heartbeat = .seconds(heartbeat)
        policy.expiry = .seconds(expiry * 24 * 3_600)
        policy.failuresMax = UInt32(failures)
        policy.payloadBytesMax = UInt64(payload) << 20
    }

    private mutating func readConsent(_ config: ConfigReader, _ numbers: NumberReader) throws {
        policy.implicitConsent = try Self.consent(config, "consent.implicit", .deny)
        policy.breakGlassConsent = try Self.consent(config, "consent.breakGlass", .breakGlassOnly)
        let hours = try numbers.number("breakGlass.hours", default: 4, in: 1...24)
        policy.breakGlassDuration = .seconds(hours * 3_600)
        guard let text = config.string(forKey: "consent.admitWithholding") else {
            policy.admitsWithholding = config.bool(
                forKey: "consent.admitWithholding", default: false)
            return
        }
        guard let truth = Bool(text) else {
            throw OperatorFailure("consent.admitWithholding must be true or false.", status: 2)
        }
        policy.admitsWithholding = truth
    }

    private static func consent(
        _ config: ConfigReader, _ key: ConfigKey, _ standard: ImplicitPolicy
    ) throws -> ImplicitPolicy {
        let name = config.string(forKey: key, default: standard.rawValue)
        guard let policy = ImplicitPolicy(named: name) else {
            let known = ImplicitPolicy.allCases.map(\.rawValue).joined(separator: ", ")
            throw OperatorFailure("\(key) must be one of: \(known).", status: 2)
        }
        return policy
    }
}

/// Reads whole numbers within their bounds.
struct NumberReader {
    let config: ConfigReader
    let file: String

    /// The number of a key; throws if it is out of bounds.
    func number(_ key: ConfigKey, default standard: Int, in bounds: ClosedRange<Int>) throws -> Int
    {
        let number = config.int(forKey: key, default: standard)
        // Text that is no number would otherwise count as nothing said.
        let isNumber = config.string(forKey: key).map { Int($0) != nil } ?? true
        guard isNumber, bounds.contains(number) else {
            throw OperatorFailure(
                "\(key) must be a number from \(bounds.lowerBound) to \(bounds.upperBound). "
                    + "Mend \(file).",
                status: 2)
        }
        return number
    }
}
