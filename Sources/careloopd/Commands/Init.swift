import ArgumentParser
import Foundation
import ZeroMQ

/// Sets a broker up: directory, keys, settings.
struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Set up a broker: its data directory, keys and settings.")

    @OptionGroup var data: DataOptions

    @Option(help: ArgumentHelp("Where agents connect.", valueName: "endpoint"))
    var control = "tcp://127.0.0.1:7701"

    @Option(help: ArgumentHelp("Where agents follow events.", valueName: "endpoint"))
    var events = "tcp://127.0.0.1:7702"

    func run() async throws {
        let files = data.files
        guard !files.exist else {
            throw OperatorFailure(
                "A broker is set up in \(data.path) already. Run it with: "
                    + "careloopd run --data \(data.path)")
        }
        guard !files.hasDatabase else {
            throw OperatorFailure(
                "\(data.path) holds a database without its settings and keys. New keys would lock "
                    + "every agent out and lose every consent: restore broker.key, patient.key and "
                    + "careloopd.json from your back-up.")
        }
        try files.makeDirectory()
        let keys = try CurveKeyPair.generate()
        try files.write(keys.secretKey.revealZ85() + "\n", to: files.secretKey)
        var random = SystemRandomNumberGenerator()
        let patientKey = Data((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) })
        try files.write(patientKey.base64EncodedString() + "\n", to: files.patientKey)
        try files.write(try settings(), to: files.settings)
        print(
            """
            A broker is set up in \(data.path).

              public key  \(keys.publicKey.z85)
              agents      \(control)
              events      \(events)

            Keep \(files.secretKey) and \(files.patientKey) safe: without them the data is of no use.
            Next: careloopd run --data \(data.path)
            """)
    }

    private func settings() throws -> String {
        let settings = [
            "control": ["endpoint": control], "events": ["endpoint": events],
            "consent": ["implicit": "deny"],
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(settings), as: UTF8.self) + "\n"
    }
}
