import ArgumentParser
import CareFHIR
import CareModel
import CareStoreSQLite
import CareVault

/// Lists the master keys, never their bytes.
struct KeysList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the master keys: version, age, and how many patients each still wraps.",
        discussion: "Needs no running broker. Shows no key.")

    @OptionGroup var data: DataOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let folder = try await data.keys()
        let rows = try MasterKeyRow.all(folder.masterKeys(), in: data.files)
        guard !json else {
            JSONOutput.members([
                ("directory", .string(folder.path)), ("keys", .array(rows.map(\.json))),
            ]).printLine()
            return
        }
        print("version  made                      age         patients")
        for row in rows {
            let age = Instant.age(of: row.createdAt)
            print(
                [
                    Self.cell(String(row.version), 7), Self.cell(Instant.text(row.createdAt), 24),
                    Self.cell(age, 10),
                    String(row.patientCount),
                ].joined(separator: "  ") + (row.isNewest ? "  (newest)" : ""))
        }
    }

    private static func cell(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

/// Is what is told of one master key.
struct MasterKeyRow {
    let version: Int
    let createdAt: Timestamp
    let isNewest: Bool
    let patientCount: Int

    /// A row for each version of the folder, oldest first.
    static func all(_ keys: MasterKeys, in files: BrokerFiles) throws -> [MasterKeyRow] {
        let counts = try Self.counts(files)
        return keys.versions.compactMap { version in
            keys.createdAt(version).map {
                MasterKeyRow(
                    version: version, createdAt: $0, isNewest: version == keys.newest,
                    patientCount: counts[version] ?? 0)
            }
        }
    }

    /// How many patients' keys each version wraps; none before the broker first ran.
    static func counts(_ files: BrokerFiles) throws -> [Int: Int] {
        guard files.hasDatabase else { return [:] }
        return try StoreSummary(directory: files.directory).patientsByMasterVersion
    }

    var json: JSONOutput {
        .members([
            ("version", .integer(version)), ("madeAt", .string(Instant.text(createdAt))),
            ("newest", .bool(isNewest)), ("patients", .integer(patientCount)),
        ])
    }
}
