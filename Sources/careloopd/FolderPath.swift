import Foundation

/// Compares places of folders, whether they are there yet or not.
enum FolderPath {
    /// The path from the root, without links, `.` and `..`, as far as its folders are there.
    static func resolved(_ path: String) -> String {
        var existing = absolute(path)
        var rest: [String] = []
        while true {
            if let real = realpath(existing, nil) {
                defer { free(real) }
                return rest.reversed().reduce(String(cString: real)) {
                    $0 == "/" ? "/\($1)" : "\($0)/\($1)"
                }
            }
            guard existing != "/" else { return absolute(path) }
            rest.append((existing as NSString).lastPathComponent)
            existing = (existing as NSString).deletingLastPathComponent
        }
    }

    /// The path from the root, without `.`, `..` and a slash at its end.
    static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }

    /// Whether a folder is another or lies in it.
    static func isInside(_ path: String, _ folder: String) -> Bool {
        let (inner, outer) = (resolved(path), resolved(folder))
        return inner == outer || inner.hasPrefix(outer == "/" ? "/" : outer + "/")
    }
}
