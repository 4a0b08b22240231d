internal import ArgumentParser
internal import CareAgent
internal import CareFHIR
internal import CareModel

/// Shows what wants attention.
struct InboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inbox", abstract: "Collect what waits and show what wants your attention.",
        discussion: "With --watch the list stays up to date; with --json as well, each arrival "
            + "is one line of JSON.")

    @OptionGroup var options: GlobalOptions

    @Flag(help: "Stay connected and show changes as they come.")
    var watch = false

    @Flag(help: "Show also what was opened and waits for somebody else.")
    var all = false

    func run() async throws {
        let desk = try Desk(options)
        guard watch else {
            try show(on: desk)
            return try desk.finish()
        }
        guard !options.offline else {
            throw CommandFailure.usage("--watch needs the broker. Leave out one of the two.")
        }
        let all = self.all
        let board = Board(desk.screen)
        if !desk.screen.isJSON { try Self.redraw(board, on: desk, all: all) }
        try await Watch(desk, collects: true).run { change in
            if desk.screen.isJSON {
                guard case .collected(let arrival) = change,
                    let entry = try desk.store.received(arrival.envelope.message)
                else { return }
                return try desk.screen.print(json: ArrivalOutput(entry))
            }
            try Self.redraw(board, on: desk, all: all)
        }
    }

    private func show(on desk: Desk) throws {
        let exchange = try desk.exchange()
        if let exchange { desk.tellRecalled(exchange) }
        try desk.refreshInbox()
        let rows = try desk.inboxRows(isWhole: all, at: desk.times.showing)
        guard !desk.screen.isJSON else {
            return try desk.screen.print(
                json: InboxOutput(rows, waiting: exchange?.waiting, isStale: desk.isStale))
        }
        desk.screen.print(Self.table(rows, desk.times), ifEmpty: "Nothing wants your attention.")
        try tellRefused(on: desk)
        if let waiting = exchange?.waiting, waiting > 0 {
            desk.screen.hint(
                waiting == 1
                    ? "1 message waits at the broker and may not leave it now."
                    : "\(waiting) messages wait at the broker and may not leave it now.")
        }
    }

    /// A referral that was queued and then refused never came to be, and its writer may not know.
    private func tellRefused(on desk: Desk) throws {
        let since = AgentIDs.system.now() + .seconds(-14 * 24 * 3_600)
        for entry in try desk.store.refusedAfterWaiting(since: since) {
            guard let id = entry.draft.referral else { continue }
            let why = PlainText.line(entry.receipt?.refusal?.message ?? "")
            desk.screen.hint(
                "\(ReferralNumber(id)) to \(entry.draft.to.text) was refused after it had waited here, "
                    + "and was not sent: \(why)")
        }
    }

    private static func redraw(_ board: Board, on desk: Desk, all: Bool) throws {
        let times = RelativeTime(now: AgentIDs.system.now())
        let rows = try desk.inboxRows(isWhole: all, at: times.showing)
        board.show(table(rows, times), ifEmpty: "Nothing wants your attention.")
    }

    /// The rows for people; what nobody has opened is marked.
    static func table(_ rows: [InboxRow], _ times: RelativeTime) -> Table {
        var table = Table([
            .init(""), .init("number"), .init("patient", isFlexible: true),
            .init("from", isFlexible: true), .init("what", isFlexible: true), .init("priority"),
            .init("state"),
            .init("age", isNumber: true), .init("due"),
        ])
        for row in rows {
            let isUnopened = row.unopenedCount > 0
            let priority = row.referral?.priority
            let due = row.referral?.dueAt
            let isOverdue = due.map { $0 < times.now } ?? false
            table.add(
                [
                    .init(isUnopened ? "•" : "", .strong),
                    .init(row.referral?.number.description ?? "-", isUnopened ? .strong : .plain),
                    .init(row.patient.label), .init(row.from),
                    .init(row.told, isUnopened ? .strong : .plain),
                    .init(priority.text, priority == .routine ? .plain : .warning),
                    .init((row.referral?.state).text), .init(times.age(since: row.time)),
                    .init(times.text(due), isOverdue ? .bad : .plain),
                ], after: row.note)
        }
        return table
    }
}

extension Desk {
    /// Learns from the broker where the referrals in this agent's mailboxes stand.
    func refreshInbox() throws {
        for referral in try askForAll(.worklist(.inbox([])), \.referrals) ?? [] {
            try store.remember(referral)
        }
    }
}
