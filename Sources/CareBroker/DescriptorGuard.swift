internal import Foundation

/// Notices when the process comes near its limit of open descriptors.
///
/// Beyond four fifths no new session is opened, so that those who are at work go on.
struct DescriptorGuard {
    private let limit: UInt64?
    private var isNearLimit = false
    private var lookedAt: Duration?

    /// - Parameter limit: nil for the limit that the process has.
    init(limit: UInt64? = nil) { self.limit = limit }

    /// Whether new sessions must wait; looks at most once a second.
    mutating func isCrowded(at uptime: Duration) -> Bool {
        if let lookedAt, uptime - lookedAt < .seconds(1) { return isNearLimit }
        lookedAt = uptime
        // Without a descriptor left not even this can be looked at.
        let openCount = Self.openCount()
        isNearLimit = openCount.map { UInt64($0) * 5 >= (limit ?? Self.limit) * 4 } ?? true
        return isNearLimit
    }

    private static var limit: UInt64 {
        var limit = rlimit()
        let outcome = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        precondition(outcome == 0, "a process can ask for its own limits")
        return UInt64(min(limit.rlim_cur, .max / 8))
    }

    /// Nil if there is none left to look with.
    private static func openCount() -> Int? {
        // `/dev/fd` is there on Linux and elsewhere; where it is not, nobody can tell.
        guard let folder = opendir("/dev/fd") else {
            return errno == EMFILE || errno == ENFILE ? nil : 0
        }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        return count
    }
}
