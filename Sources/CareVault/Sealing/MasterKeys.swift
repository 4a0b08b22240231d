public import CareModel
internal import Crypto
internal import Foundation

/// Holds the keys that wrap patients' data keys, by version; they live outside the data directory.
public struct MasterKeys: Sendable {
    struct Entry {
        let createdAt: Timestamp
        let key: SymmetricKey
    }

    /// Keys there may be at once.
    public static let maximumKeyCount = 1_000

    private(set) var entries: [Int: Entry]
    /// The version that wraps; the others only unwrap.
    public private(set) var newest: Int

    /// Takes keys of which there is at least one.
    init?(entries: [Int: Entry]) {
        guard let newest = entries.keys.max() else { return nil }
        self.entries = entries
        self.newest = newest
    }

    private init(first entry: Entry) {
        entries = [1: entry]
        newest = 1
    }

    /// Makes version 1 from the system's randomness.
    public static func first(at now: Timestamp) -> MasterKeys {
        MasterKeys(first: Entry(createdAt: now, key: SymmetricKey(size: .bits256)))
    }

    /// The versions, oldest first.
    public var versions: [Int] { entries.keys.sorted() }

    /// When a version was made; nil if it is not there.
    public func createdAt(_ version: Int) -> Timestamp? { entries[version]?.createdAt }

    /// Makes another key from the system's randomness; it wraps from now on.
    public mutating func addVersion(at now: Timestamp) -> Int {
        newest += 1
        entries[newest] = Entry(createdAt: now, key: SymmetricKey(size: .bits256))
        return newest
    }

    /// Drops a key, and with it what only it wrapped.
    ///
    /// False, and nothing happens, for the newest version and for one that is not there.
    @discardableResult
    public mutating func forget(_ version: Int) -> Bool {
        guard version != newest else { return false }
        return entries.removeValue(forKey: version) != nil
    }
}

extension MasterKeys: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The versions, never a key.
    public var description: String { "MasterKeys\(versions)" }
    /// The versions, never a key.
    public var debugDescription: String { description }
    /// The versions, never a key.
    public var customMirror: Mirror { Mirror(self, children: ["versions": versions]) }
}
