import CareFHIR
import Foundation

/// Finds the files of consent questions in the checkout.
enum CaseFiles {
    static func bytes(_ name: String) throws -> [UInt8] {
        let tests = URL(filePath: #filePath).deletingLastPathComponent()
        let file = tests.appending(path: "../Fixtures/consent/\(name)").standardizedFileURL
        return [UInt8](try Data(contentsOf: file))
    }

    static func questions(_ name: String) -> [String: ConsentCaseFile.Case] {
        guard let bytes = try? bytes(name), let file = try? ConsentCaseFile(bytes) else {
            return [:]
        }
        return Dictionary(file.cases.map { ($0.id, $0) }) { first, _ in first }
    }

    static func rows<Row: Decodable>(_ name: String) -> [Row] {
        guard let bytes = try? bytes(name) else { return [] }
        return (try? JSONDecoder().decode([Row].self, from: Data(bytes))) ?? []
    }
}
