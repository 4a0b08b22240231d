import Foundation

/// Keeps this process from leaving a core file, which would hold keys and patients' data.
///
/// The unit says so too; this is for runs by hand.
enum CoreFiles {
    /// Forbids them for the rest of the process.
    static func forbid() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    }
}
