import Foundation

/// Finds the documents that tests read: `Tests/Fixtures` of this checkout.
public enum FixtureFolder {
    /// Where they are.
    public static let path = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures").path(percentEncoded: false)

    /// The bytes of a document by its path in the folder, such as `field/a.json`.
    public static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path + "/" + name)))
    }
}
