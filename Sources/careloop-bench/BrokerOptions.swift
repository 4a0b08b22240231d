internal import ArgumentParser

/// Are the options of a command that starts brokers of its own.
struct BrokerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where to make the throw-away data directories (default: TMPDIR or /tmp).",
            valueName: "folder"))
    var directory: String?

    @Option(
        help: ArgumentHelp(
            "The broker's program (default: careloopd beside this one).", valueName: "path"))
    var broker: String?

    @Flag(help: "Print one JSON document instead of a table.")
    var json = false

    /// Where the brokers are.
    func place() throws -> BrokerPlace { try BrokerPlace(program: broker, directory: directory) }
}
