import Foundation

/// Looks at owners and modes of folders and files.
enum FolderChecks {
    /// The data directory and what is in it.
    static func data(_ files: BrokerFiles) -> [Finding] {
        [folder("data", files.directory)]
            + files.all.filter(exists).map { file("data", $0) }
    }

    /// Whether a folder is its user's alone.
    static func folder(_ check: String, _ path: String, isCredentials: Bool = false) -> Finding {
        look(check, path, kind: S_IFDIR, mode: "700", isCredentials: isCredentials)
    }

    /// Whether a file is its user's alone.
    static func file(_ check: String, _ path: String, isCredentials: Bool = false) -> Finding {
        look(check, path, kind: S_IFREG, mode: "600", isCredentials: isCredentials)
    }

    private static func look(
        _ check: String, _ path: String, kind: mode_t, mode: String, isCredentials: Bool
    ) -> Finding {
        var info = stat()
        guard lstat(path, &info) == 0 else {
            return .fail(check, "\(path) is missing or out of reach. Restore it, or see --data.")
        }
        guard info.st_mode & S_IFMT == kind else {
            return .fail(check, "\(path) is not what it should be. Move it away and restore it.")
        }
        guard PrivateFile.isClosed(info, isCredential: isCredentials) else {
            return .fail(
                check,
                "\(path) is open to others, who may have read it. Run: chmod \(mode) '\(path)'")
        }
        let owner = owner(info.st_uid)
        guard info.st_uid == geteuid() || isCredentials else {
            let isRoot = geteuid() == 0
            let remedy = "\(path) belongs to \(owner). Run the broker and this command as \(owner)."
            return isRoot ? .warn(check, remedy) : .fail(check, remedy)
        }
        return .ok(check, "\(path), only for \(owner)")
    }

    private static func owner(_ user: uid_t) -> String {
        getpwuid(user).map { String(cString: $0.pointee.pw_name) } ?? "user \(user)"
    }

    private static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path)
    }
}
