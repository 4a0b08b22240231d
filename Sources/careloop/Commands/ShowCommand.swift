internal import ArgumentParser
internal import CareAgent
internal import CareModel

/// Shows one referral whole.
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract:
            "Show a referral: where it stands, what happened, its documents, what you can do.",
        discussion: "What you have not opened yet counts as opened afterwards, and the sender "
            + "sees that. With --raw prints one document exactly as it came, byte for byte, and only "
            + "its message counts as opened. With --json nothing does, unless --opened says that a "
            + "person reads it.")

    @OptionGroup var options: GlobalOptions
    @OptionGroup var opening: OpeningOptions

    @Argument(help: "The referral's number, or how it begins.")
    var referral: String

    @Option(
        help: ArgumentHelp(
            "Print only this message's document: its id, how that begins, or its kind.",
            valueName: "message"))
    var raw: String?

    func run() throws {
        let desk = try Desk(options)
        try desk.exchange()
        var referral = try desk.referral(self.referral)
        let current = try desk.refreshed(referral.id)
        if let current { referral = current.referral }
        let history = try desk.history(of: referral.id, broker: current?.messages ?? [])
        var shown = history
        if let raw {
            shown = [try printDocument(raw, history, on: desk.screen)]
        } else if desk.screen.isJSON {
            try desk.screen.print(json: ShowOutput(referral, history, on: desk))
        } else {
            let view = ReferralSheet(
                referral: referral, history: history,
                patient: try desk.patientLook(of: referral.id, history, at: desk.times.showing),
                times: desk.times,
                isFresh: current != nil, width: desk.screen.width)
            desk.screen.print(view.lines(style: desk.screen.style))
        }
        if opening.isRead(on: desk.screen) { try markOpened(shown, on: desk) }
        try desk.finish()
    }

    /// Prints a message's document and says which message that was.
    private func printDocument(
        _ name: String, _ history: [HistoryEntry], on screen: Screen
    ) throws -> HistoryEntry {
        let matches = history.filter {
            $0.id.description.hasPrefix(name.lowercased()) || $0.output.kind == name
        }
        guard let entry = matches.last(where: { $0.payload != nil }), let payload = entry.payload
        else {
            throw CommandFailure(
                .refused, "unknown-message",
                "The referral has no such message with a document. See `careloop show` without --raw."
            )
        }
        screen.print(bytes: payload.bytes)
        return entry
    }

    private func markOpened(_ shown: [HistoryEntry], on desk: Desk) throws {
        let unopened = shown.filter(\.isUnopened)
        guard !unopened.isEmpty else { return }
        for entry in unopened {
            try desk.store.open(
                entry.id, by: desk.context.actingFor, at: AgentIDs.system.now())
        }
        try desk.exchange()
    }
}
