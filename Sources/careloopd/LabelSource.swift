import CareFHIR
import CareModel
import CareVault
import Foundation

/// Says which table labels content that arrives unlabelled.
enum LabelSource: Equatable {
    /// The table that careloop brings.
    case standard
    /// None: only labels that content came with count.
    case off
    /// The table in a file.
    case file(String)

    private static let byteCountMax = 4 << 20

    /// Reads the setting `labels.file`: `standard`, `off`, or a path from the data directory.
    init(_ text: String, _ directory: String) {
        switch text {
        case "standard": self = .standard
        case "off": self = .off
        default: self = .file(text.hasPrefix("/") ? text : "\(directory)/\(text)")
        }
    }

    /// The table; nil if labelling is off.
    ///
    /// Throws if the file cannot be used, or if others could change what it withholds.
    func table() throws -> SensitivityTable? {
        switch self {
        case .standard: return .standard
        case .off: return nil
        case .file(let path): return try Self.read(path)
        }
    }

    private static func read(_ path: String) throws -> SensitivityTable {
        var info = stat()
        guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
            throw OperatorFailure(
                "The table of labels \(path) is missing. Put it there, or set labels.file to "
                    + "standard.")
        }
        guard info.st_mode & 0o022 == 0 else {
            throw OperatorFailure(
                "Others may change the table of labels. Close it with: chmod go-w '\(path)'")
        }
        guard info.st_size <= byteCountMax, let data = FileManager.default.contents(atPath: path)
        else { throw OperatorFailure("The table of labels \(path) cannot be read by this user.") }
        do throws(InspectionError) {
            return try SensitivityTable(json: Array(data))
        } catch {
            throw OperatorFailure("The table of labels \(path): \(error.message)")
        }
    }

    /// What the audit log says of the table: `standard sha256:…`.
    ///
    /// Without the path, which may be long and names the machine's folders.
    func summary(of table: SensitivityTable?) -> String {
        guard let table else { return "off" }
        let name = self == .standard ? "standard" : "file"
        let hash = ContentHash.of(Payload(table.json))
        return "\(name) sha256:\(hash.hexText)"
    }
}
