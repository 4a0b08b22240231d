import ArgumentParser
import CareVault

/// Deletes a master key that nothing needs any more.
struct KeysForget: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Delete an old master key that wraps no patient's key any more.",
        discussion: """
            Refused for the newest version, while a patient's key is wrapped with it, and if there is \
            no database. What is left is written to the audit log at the broker's next start. A back-up \
            of the data that was made before the rotation still needs it: without this key such a \
            back-up cannot be read, nor restored. Keep a copy with those back-ups, or forget the key \
            when the last of them is gone. Copies of the key in back-ups of the keys' folder are \
            not deleted by this.
            """)

    @OptionGroup var data: DataOptions

    @Argument(help: "The version, as `careloopd keys list` shows it.")
    var version: Int

    func run() async throws {
        let folder = try await data.keys()
        let keys = try folder.masterKeys()
        guard keys.createdAt(version) != nil else {
            throw OperatorFailure(
                "There is no master key \(version). See: careloopd keys list")
        }
        guard version != keys.newest else {
            throw OperatorFailure(
                "Master key \(version) is the newest, which wraps. First: careloopd keys rotate")
        }
        try Self.checkIsUnused(version, in: data.files)
        try Terminal.confirm(
            "Back-ups of the data from before the rotation cannot be read without this key.",
            by: "forget")
        try folder.forget(version)
        print(
            """
            Master key \(version) is deleted from \(folder.path).

            Back-ups of the data that were made while it was in use cannot be restored with this
            folder any more. Back-ups of this folder still hold it: replace them by a new one, and
            destroy the old ones when you no longer need those back-ups of the data.
            """)
    }

    /// Throws while a patient's key needs a version, and if there is no database that could say so:
    /// one that is restored later may need it.
    static func checkIsUnused(_ version: Int, in files: BrokerFiles) throws {
        guard files.hasDatabase else {
            throw OperatorFailure(
                "There is no database in \(files.directory), so nobody knows whether master key "
                    + "\(version) is needed. Restore the data first.")
        }
        let count = try MasterKeyRow.counts(files)[version] ?? 0
        guard count == 0 else {
            throw OperatorFailure(
                "Master key \(version) still wraps the keys of \(count) patient(s), whose data "
                    + "would be lost. Start the broker and wait: it wraps them again by itself "
                    + "after a rotation. See: careloopd keys list")
        }
    }
}
