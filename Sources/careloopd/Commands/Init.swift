import ArgumentParser
import CareVault
import Foundation
import ZeroMQ

/// Sets a broker up: directory, keys, settings.
struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Set up a broker: its data directory, keys and settings.",
        discussion: """
            The keys go into a folder outside the data directory, so that a copy of one of the two \
            gives nothing away. Back both up, apart from one another.
            """)

    @OptionGroup var data: DataOptions

    @Option(
        help: ArgumentHelp(
            "Where the keys are kept.",
            discussion: "Default: CARELOOPD_KEYS_DIRECTORY, or -keys beside the data directory.",
            valueName: "folder"))
    var keys: String?

    @Option(help: ArgumentHelp("Where agents connect.", valueName: "endpoint"))
    var control = "tcp://127.0.0.1:7701"

    @Option(help: ArgumentHelp("Where agents follow events.", valueName: "endpoint"))
    var events = "tcp://127.0.0.1:7702"

    func run() async throws {
        let files = data.files
        let folder = keysFolder
        try checkNothingIsThere(files, folder)
        try files.makeDirectory()
        try folder.make()
        try folder.check(against: files.directory)
        // Last: with this file the broker counts as set up.
        try PrivateFile.create(try settings(folder), at: files.settings)
        print(
            """
            A broker is set up in \(data.path).

              public key  \(try folder.curveKeys().publicKey.z85)
              audit key   \(try folder.signer().verifierText)
              agents      \(control)
              events      \(events)
              keys        \(folder.path)

            Back up \(folder.path) now, and after each rotation, on a medium of its own: without it
            the data is of no use, and with it a copy of the data can be read. Back up \(data.path)
            as often as you like, elsewhere. Give the audit key to whoever will check the audit log.

            Next: careloopd run --data \(data.path)
            """)
    }

    private var keysFolder: KeysFolder {
        let environment = ProcessInfo.processInfo.environment
        let named =
            keys ?? environment["CARELOOPD_KEYS_DIRECTORY"].flatMap { $0.isEmpty ? nil : $0 }
        return KeysFolder(
            path: named.map(FolderPath.absolute) ?? KeysFolder.standardPath(of: data.path))
    }

    private func checkNothingIsThere(_ files: BrokerFiles, _ folder: KeysFolder) throws {
        guard !files.exist else {
            throw OperatorFailure(
                "A broker is set up in \(data.path) already. Run it with: "
                    + "careloopd run --data \(data.path)")
        }
        guard !files.hasDatabase else {
            throw OperatorFailure(
                "\(data.path) holds a database without its settings. New keys would lock every "
                    + "agent out and lose every document and consent: restore careloopd.json, and "
                    + "the folder of keys, from your back-up.")
        }
        guard !FolderPath.isInside(folder.path, files.directory) else {
            throw OperatorFailure(
                "The keys must not lie within the data directory, where they protect nothing. "
                    + "Choose another folder with --keys.", status: 2)
        }
        if let name = folder.keyThatExists {
            throw OperatorFailure(
                "\(folder.path) holds a \(name) already, which may be another broker's. Choose "
                    + "another folder with --keys, or move that one away.")
        }
    }

    private func settings(_ folder: KeysFolder) throws -> String {
        let settings = [
            "control": ["endpoint": control], "events": ["endpoint": events],
            "keys": ["directory": folder.path], "consent": ["implicit": "deny"],
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(settings), as: UTF8.self) + "\n"
    }
}
