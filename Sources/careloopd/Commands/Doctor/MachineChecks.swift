import Foundation

/// Looks at the limits of this process, which are the broker's if it is started alike.
enum MachineChecks {
    /// Descriptors that a broker with some hundred agents needs.
    private static let descriptorCountMin: rlim_t = 4_096

    static func all() -> [Finding] {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
        let pattern = try? String(contentsOfFile: "/proc/sys/kernel/core_pattern", encoding: .utf8)
        return [descriptors, coreFiles(limit: limit.rlim_cur, pattern: pattern), swap]
    }

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

    /// Whether a crash would write memory to a file.
    ///
    /// careloopd sets the limit to 0 for itself, but the kernel does not apply it where the pattern
    /// hands the dump to a program (core(5), "Piping core dumps to a program").
    static func coreFiles(limit: rlim_t, pattern: String?) -> Finding {
        guard limit == 0 else {
            return .fail("core files", "they are on, and would hold keys. Run: ulimit -c 0")
        }
        guard let pattern else {
            return .warn(
                "core files",
                "the limit is 0, but /proc/sys/kernel/core_pattern cannot be read. See that it "
                    + "names no program.")
        }
        guard pattern.first != "|" else {
            return .warn(
                "core files",
                "a crash is handed to a program, which the limit of 0 does not stop: see "
                    + "/proc/sys/kernel/core_pattern. Make it keep nothing (systemd-coredump: "
                    + "Storage=none, ProcessSizeMax=0), or run: sysctl kernel.core_pattern=core")
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
