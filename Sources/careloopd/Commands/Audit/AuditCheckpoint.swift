import ArgumentParser
import CareStore
import CareStoreSQLite

/// Prints the newest signed checkpoint.
struct AuditCheckpoint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint",
        abstract: "Print the newest signed checkpoint of the audit log.",
        discussion: """
            Keep it on another machine: only a newer checkpoint shows that the whole log was set \
            back. The file `checkpoint` in the data directory holds the same.
            """)

    @OptionGroup var data: DataOptions

    func run() async throws {
        guard let note = try AuditLog.ofBroker(data.files).newestCheckpoint() else {
            throw OperatorFailure(
                "There is no checkpoint yet. The broker writes one within a minute of the first "
                    + "event; see audit.checkpointSeconds.")
        }
        print(note, terminator: "")
    }
}

extension AuditLog {
    /// The log of a data directory; what cannot be read ends a command with status 2.
    static func ofBroker(_ files: BrokerFiles) throws -> AuditLog {
        do throws(StoreError) {
            return try AuditLog(directory: files.directory)
        } catch {
            throw OperatorFailure("The audit log cannot be read: \(error.message).", status: 2)
        }
    }
}
