internal import ArgumentParser

/// Says whether a person reads what a command prints, so that it counts as opened.
struct OpeningOptions: ParsableArguments {
    @Flag(
        help: "With --json: a person reads it, so it counts as opened and the sender sees that.")
    var opened = false

    /// Whether what was printed counts as opened: a program that reads JSON is no person, unless it
    /// says that it shows it to one.
    func isRead(on screen: Screen) -> Bool { !screen.isJSON || opened }
}
