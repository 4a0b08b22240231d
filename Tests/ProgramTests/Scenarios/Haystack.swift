import Foundation

/// Looks for words in bytes, as a thief with `strings` would.
enum Haystack {
    /// The marks that are in the bytes, as UTF-8 or as UTF-16 of either order.
    static func marks(_ marks: [String], in bytes: some Sequence<UInt8>) -> [String] {
        let data = Data(bytes)
        return marks.filter { mark in
            [String.Encoding.utf8, .utf16LittleEndian, .utf16BigEndian].contains { encoding in
                mark.data(using: encoding).map { data.range(of: $0) != nil } ?? true
            }
        }
    }

    /// Each file under the folder that holds one of the marks, with the mark; how many were read.
    static func search(
        _ folder: String, for marks: [String]
    ) throws -> (found: [String], fileCount: Int) {
        var found: [String] = []
        var count = 0
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            let path = "\(folder)/\(name)"
            let type = try FileManager.default.attributesOfItem(atPath: path)[.type]
            // Sockets and folders hold nothing.
            guard type as? FileAttributeType == .typeRegular,
                let bytes = FileManager.default.contents(atPath: path)
            else { continue }
            count += 1
            found += Self.marks(marks, in: bytes).map { "\($0) in \(name)" }
            found += Self.marks(marks, in: name.utf8).map { "\($0) in a name" }
        }
        return (found, count)
    }
}
