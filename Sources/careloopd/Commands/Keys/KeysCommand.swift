import ArgumentParser

/// Looks after the master keys.
struct Keys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look after the master keys, which wrap each patient's own key.",
        discussion: """
            A master key lives outside the data directory. Rotate it once a year, and whenever \
            somebody may have seen it.
            """,
        subcommands: [KeysList.self, KeysRotate.self, KeysForget.self])
}
