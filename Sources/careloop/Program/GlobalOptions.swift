internal import ArgumentParser
internal import CareModel

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

    @Option(
        help: ArgumentHelp(
            "Act on behalf of this person, instead of the context's: the broker's audit log names "
                + "them. Nothing about a patient.",
            valueName: "system|value"))
    var actingFor: String?

    mutating func validate() throws {
        guard (1...600).contains(timeout) else {
            throw ValidationError("--timeout takes 1 to 600 seconds.")
        }
        guard actingFor == nil || person != nil else {
            throw ValidationError(
                "--acting-for takes a number, or system|number, each of 1 to 200 bytes.")
        }
    }

    /// The person that was named; nil without one, or for what is none.
    var person: Person? {
        guard let text = actingFor else { return nil }
        let parts = text.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        let (system, value) = parts.count == 2 ? (parts[0], parts[1]) : ("", text[...])
        return BusinessIdentifier(system: String(system), value: String(value))
            .flatMap { Person(identifier: $0) }
    }
}
