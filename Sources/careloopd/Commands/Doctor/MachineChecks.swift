import Foundation

/// Looks at the limits of this process, which are the broker's if it is started alike.
enum MachineChecks {
    /// Descriptors that a broker with some hundred agents needs.
    private static let descriptorCountMin: rlim_t = 4_096

    static func all() -> [Finding] { [descriptors, coreFiles, swap] }

    private static var descriptors: Finding {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        guard limit.rlim_cur >= descriptorCountMin else {
            return .warn(
                "descriptors",
                "\(limit.rlim_cur) here; each agent takes one. The unit gives 65536; by hand: "
                    + "ulimit -n \(descriptorCountMin)")
        }
        return .ok("descriptors", "\(limit.rlim_cur)")
    }

    /// Whether a crash would write memory to a file; careloopd forbids it for itself.
    private static var coreFiles: Finding {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
        guard limit.rlim_cur == 0 else {
            return .fail("core files", "they are on, and would hold keys. Run: ulimit -c 0")
        }
        return .ok("core files", "off")
    }

    /// Whether memory may reach a disk.
    private static var swap: Finding {
        let lines = (try? String(contentsOfFile: "/proc/swaps", encoding: .utf8))?
            .split(separator: "\n").dropFirst()
        guard let lines, !lines.isEmpty else { return .ok("swap", "none") }
        return .warn("swap", "memory with keys may reach the disk. Encrypt swap, or turn it off.")
    }
}
