internal import Foundation

/// Notices when the process comes near its limit of open descriptors.
///
/// Beyond four fifths no new session is opened, so that those who are at work go on.
struct DescriptorGuard {
    private var isNearLimit = false
    private var lookedAt: Duration?

    /// Whether new sessions must wait; looks at most once a second.
    mutating func isCrowded(at uptime: Duration) -> Bool {
        if let lookedAt, uptime - lookedAt < .seconds(1) { return isNearLimit }
        lookedAt = uptime
        isNearLimit = Self.isNearLimit()
        return isNearLimit
    }

    private static func isNearLimit() -> Bool {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return false
        }
        // Without a descriptor left not even this can be looked at.
        guard let open = openCount() else { return true }
        return UInt64(open) * 5 >= UInt64(limit.rlim_cur) * 4
    }

    private static func openCount() -> Int? {
        guard let folder = opendir("/proc/self/fd") else { return errno == EMFILE ? nil : 0 }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        return count
    }
}
