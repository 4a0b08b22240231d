import Foundation

/// Is the layout of a data directory.
struct BrokerFiles {
    let directory: String

    var settings: String { "\(directory)/careloopd.json" }
    var adminSocket: String { "\(directory)/admin.sock" }
    var database: String { "\(directory)/careloop.db" }
    /// The newest signed checkpoint of the audit log, there to be copied off.
    var checkpoint: String { "\(directory)/checkpoint" }

    /// Every file that is there only for the broker, made or not: those that its store insists on.
    var all: [String] {
        [settings, database, database + "-wal", database + "-shm", checkpoint]
            + ["lock", "starts"].map { "\(directory)/\($0)" }
    }

    /// Whether a broker was set up here.
    var exist: Bool { FileManager.default.fileExists(atPath: settings) }

    /// Whether there is a database, whose keys must not be made anew.
    var hasDatabase: Bool { FileManager.default.fileExists(atPath: database) }

    /// Makes the directory, if need be, private to its owner.
    func makeDirectory() throws {
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw OperatorFailure("\(directory) cannot be made. Choose another with --data.")
        }
    }
}
