internal import ArgumentParser

/// Holds what every command takes.
struct GlobalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Work for this context instead of the current one.", valueName: "name"))
    var context: String?

    @Flag(help: "Print JSON for scripts; see docs/careloop-json.md.")
    var json = false

    @Flag(help: "Work from the local mail only; what is to be sent stays queued.")
    var offline = false

    @Flag(help: "Print without colours, as with NO_COLOR set.")
    var noColor = false

    @Option(
        help: ArgumentHelp("Wait so long for the broker, in seconds.", valueName: "seconds"))
    var timeout = 10

    mutating func validate() throws {
        guard (1...600).contains(timeout) else {
            throw ValidationError("--timeout takes 1 to 600 seconds.")
        }
    }
}
