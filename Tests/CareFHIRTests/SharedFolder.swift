import Foundation

/// Finds the folder of published messages, beside the checkout unless `CARELOOP_SHARED` names
/// another.
enum SharedFolder {
    static let path: String = {
        if let path = ProcessInfo.processInfo.environment["CARELOOP_SHARED"] { return path }
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
        return tests.appending(path: "../../../shared").standardizedFileURL.path
    }()

    static var hasFixtures: Bool { FileManager.default.fileExists(atPath: path + "/fixtures") }

    /// The bytes of `name` below `fixtures/`.
    static func fixture(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path + "/fixtures/" + name)))
    }
}
