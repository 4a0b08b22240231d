import Foundation

/// Finds the folder of published cases, beside the checkout unless `CARELOOP_SHARED` names another.
enum SharedFolder {
    static let path: String = {
        if let path = ProcessInfo.processInfo.environment["CARELOOP_SHARED"] { return path }
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
        return tests.appending(path: "../../../shared").standardizedFileURL.path
    }()

    static var casesPath: String { path + "/conformance/consent/cases.json" }
    static var hasCases: Bool { FileManager.default.fileExists(atPath: casesPath) }

    static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path)))
    }
}
