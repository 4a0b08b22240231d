import Foundation

/// The files of this checkout, read once.
enum Repository {
    /// The folder of Package.swift, found from this file, so that the working directory is free.
    static let root = URL(filePath: #filePath)
        .resolvingSymlinksInPath()
        .deletingLastPathComponent()
        .deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Every text file a person wrote, in order of its path.
    static let files: [SourceFile] = paths(under: "").compactMap { path in
        guard let data = try? Data(contentsOf: root.appending(path: path)),
            data.count < largestFileByteCount, !data.contains(0)
        else { return nil }
        return SourceFile(path: path, text: String(decoding: data, as: UTF8.self))
    }

    /// Swift files, without generated ones.
    static let swiftFiles = files.filter { $0.path.hasSuffix(".swift") }

    /// Swift files under Sources.
    static let sources = swiftFiles.filter { $0.path.hasPrefix("Sources/") }

    /// This folder names what it forbids, so rules about words leave it out.
    static let filesOutsideTidy = files.filter { !$0.path.hasPrefix("Tests/TidyTests/") }

    /// Swift files that rules about words apply to.
    static let swiftFilesOutsideTidy = swiftFiles.filter { !$0.path.hasPrefix("Tests/TidyTests/") }

    /// The Swift files of one target under Sources.
    static func sources(of target: String) -> [SourceFile] {
        sources.filter { $0.path.hasPrefix("Sources/\(target)/") }
    }

    private static let largestFileByteCount = 2 * 1_024 * 1_024

    private static func paths(under folder: String) -> [String] {
        let names =
            (try? FileManager.default.contentsOfDirectory(
                atPath: root.appending(path: folder).path(percentEncoded: false))) ?? []
        return names.sorted().flatMap { name -> [String] in
            guard !isLeftOut(name) else { return [] }
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            var isFolder: ObjCBool = false
            let full = root.appending(path: path).path(percentEncoded: false)
            guard FileManager.default.fileExists(atPath: full, isDirectory: &isFolder) else {
                return []
            }
            return isFolder.boolValue ? paths(under: path) : [path]
        }
    }

    private static func isLeftOut(_ name: String) -> Bool {
        name == ".git" || name.hasPrefix(".build") || name == ".swiftpm" || name == ".venv"
            || name == "__pycache__" || name == "Package.resolved" || name == "LICENSE"
            || name == "demo-data" || name.hasSuffix(".pb.swift") || name.hasSuffix(".log")
    }
}

/// One text file, with a second copy of Swift text in which only code is left.
struct SourceFile {
    /// Where it is, from the root of the repository.
    let path: String
    let text: String
    let lines: [Substring]
    /// `text` with comments and the words of string literals blanked; lines stay where they are.
    let code: String

    init(path: String, text: String) {
        self.path = path
        self.text = text
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        code = path.hasSuffix(".swift") ? CodeText.blankingWords(of: text) : text
    }
}

/// Where a rule is broken, and how.
struct Finding: CustomStringConvertible, Equatable {
    let path: String
    /// Counted from 1.
    let line: Int
    let problem: String

    var description: String { "\(path):\(line): \(problem)" }
}

extension [Finding] {
    /// What a failed test prints: one finding a line, then what to do.
    func report(_ advice: String) -> String {
        map(\.description).joined(separator: "\n") + "\n" + advice
    }
}
