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
            + "sees that. With --raw prints one document exactly as it came, byte for byte.")

    @OptionGroup var options: GlobalOptions

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
        if let raw {
            try printDocument(raw, history, on: desk.screen)
        } else if desk.screen.isJSON {
            try desk.screen.print(json: ShowOutput(referral, history, on: desk))
        } else {
            let view = ReferralSheet(
                referral: referral, history: history,
                patient: try desk.patientLook(of: referral.id, history), times: desk.times,
                isFresh: current != nil, width: desk.screen.width)
            desk.screen.print(view.lines(style: desk.screen.style))
        }
        try markOpened(history, on: desk)
        try desk.finish()
    }

    private func printDocument(
        _ name: String, _ history: [HistoryEntry], on screen: Screen
    ) throws {
        let matches = history.filter {
            $0.id.description.hasPrefix(name.lowercased()) || $0.output.kind == name
        }
        guard let payload = matches.last(where: { $0.payload != nil })?.payload else {
            throw CommandFailure(
                .refused, "unknown-message",
                "The referral has no such message with a document. See `careloop show` without --raw."
            )
        }
        screen.print(bytes: payload.bytes)
    }

    private func markOpened(_ history: [HistoryEntry], on desk: Desk) throws {
        let unopened = history.filter(\.isUnopened)
        guard !unopened.isEmpty else { return }
        for entry in unopened {
            try desk.store.open(
                entry.id, by: desk.context.actingFor, at: AgentIDs.system.now())
        }
        try desk.exchange()
    }
}
