public import CareModel
import Foundation

/// Is a broker's data directory of an earlier version, kept in Tests/Fixtures/databases/broker.
///
/// Its README.md says what is in each and what must hold.
public struct KeptDatabase: Sendable, CustomStringConvertible {
    /// The `user_version` of the database.
    public let schema: Int64
    private let folder: URL

    /// Every one that is kept, oldest first.
    public static let all: [KeptDatabase] = {
        let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/databases/broker")
        let names = try? FileManager.default.contentsOfDirectory(atPath: root.path)
        return (names ?? []).compactMap { name in
            guard name.hasPrefix("schema-"), let schema = Int64(name.dropFirst(7)) else {
                return nil
            }
            return KeptDatabase(schema: schema, folder: root.appending(path: name))
        }.sorted { $0.schema < $1.schema }
    }()

    /// The schema, for a test's name.
    public var description: String { "schema \(schema)" }

    /// Copies the data to `path` and the keys beside it, closed to others as a broker wants them.
    public func copy(to path: String) throws {
        for (source, target) in [("data", path), ("keys", path + "-keys")] {
            try? FileManager.default.removeItem(atPath: target)
            try FileManager.default.copyItem(
                atPath: folder.appending(path: source).path, toPath: target)
            try close(target, 0o700)
            for name in try FileManager.default.contentsOfDirectory(atPath: target) {
                try close(target + "/" + name, 0o600)
            }
        }
    }

    /// A key's text.
    public func key(_ name: String) throws -> String {
        try text("keys/\(name)").trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// What the old `careloopd audit export` said.
    public func auditLines() throws -> [Substring] {
        try text("audit.ndjson").split(separator: "\n")
    }

    /// What the old `careloopd list` said.
    public func parties() throws -> String { try text("parties") }

    /// What the old programs told of referrals and documents.
    public func expected() throws -> Expected {
        try JSONDecoder().decode(
            Expected.self, from: Data(contentsOf: folder.appending(path: "expected.json")))
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    private func close(_ path: String, _ mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    /// Is `expected.json`.
    public struct Expected: Decodable, Sendable {
        /// By what happened to them.
        public let referrals: [String: KeptReferral]
        /// SHA-256 of each message's document; nil if it was erased.
        public let documents: [String: String?]
    }

    /// Is a referral as the old programs told it.
    public struct KeptReferral: Decodable, Sendable {
        /// Its number for people.
        public let number: String
        /// Its id.
        public let id: String
        /// Where it stood.
        public let state: String
        /// After how many moves.
        public let version: UInt32
        /// Its messages' ways.
        public let deliveries: [KeptDelivery]
    }

    /// Is a delivery as the old programs told it.
    public struct KeptDelivery: Decodable, Sendable {
        /// Its number.
        public let delivery: Int64
        /// Where to.
        public let mailbox: String
        /// The message's id.
        public let message: String
        /// How far it was when the broker was killed.
        public let state: String

        /// How far it must be at the next start: leases do not survive.
        public var stateAfterStart: DeliveryState? {
            DeliveryState(rawValue: state == "sending" ? "queued" : state)
        }
    }
}
