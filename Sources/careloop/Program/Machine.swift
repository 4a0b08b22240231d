internal import CareModel
internal import Foundation

/// Reads the clock and the dice of this machine: what ids are made of.
enum Machine {
    /// The present.
    static var now: Timestamp {
        Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1_000).rounded(.down)))
    }

    /// A fresh id, which sorts by the time it was made.
    static func freshID<ID: UUIDIdentifier>(_ type: ID.Type = ID.self) -> ID {
        ID(UUIDBytes(version7At: now, random: (.random(in: 0...UInt64.max), .random(in: 0...UInt64.max))))
    }
}
