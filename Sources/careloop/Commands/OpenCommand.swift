internal import ArgumentParser
internal import CareAgent
internal import CareModel

/// Shows what is still open.
struct OpenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open",
        abstract: "Show the organisation's open referrals and why each is still open.",
        discussion: "With --watch the list stays up to date; with --json as well, each event is "
            + "one line of JSON.")

    @OptionGroup var options: GlobalOptions

    @Flag(help: "Stay connected and show changes as they come.")
    var watch = false

    @Flag(help: "Show the ended ones too.")
    var all = false

    func run() async throws {
        let desk = try Desk(options)
        guard watch else {
            let referrals = try Self.referrals(desk, all: all)
            try Self.show(referrals, on: desk)
            return try desk.finish()
        }
        guard !options.offline else {
            throw CommandFailure.usage("--watch needs the broker. Leave out one of the two.")
        }
        let all = self.all
        let board = Board(desk.screen)
        if !desk.screen.isJSON { try Self.redraw(board, desk, all: all) }
        try await Watch(desk, collects: false).run { change in
            switch change {
            case .events(_, let events) where desk.screen.isJSON:
                for event in events { try desk.screen.print(json: EventOutput(event)) }
            case .events, .caughtUp:
                if !desk.screen.isJSON { try Self.redraw(board, desk, all: all) }
            default: break
            }
        }
    }

    private static func redraw(_ board: Board, _ desk: Desk, all: Bool) throws {
        let times = RelativeTime(now: AgentIDs.system.now())
        let table = try table(try referrals(desk, all: all), times, on: desk)
        // Idle between two changes, this session would miss the broker's heartbeats.
        desk.agent.disconnect()
        board.show(table, ifEmpty: "Nothing is open.")
    }

    private static func table(
        _ referrals: [ReferralView], _ times: RelativeTime, on desk: Desk
    ) throws -> Table {
        let sorted = OpenList.sorted(referrals)
        return OpenList.table(
            sorted, looks: try sorted.map { try desk.patientLook(of: $0.id, at: times.showing) },
            times: times,
            redacted: Set(try sorted.map(\.id).filter { try desk.hasRedactedCopy(of: $0) }))
    }

    private static func referrals(_ desk: Desk, all: Bool) throws -> [ReferralView] {
        if let rows = try desk.askForAll(.worklist(all ? .all : .open), \.referrals) {
            for row in rows { try desk.store.remember(row) }
            return rows
        }
        return try desk.store.referrals().filter { all || $0.state?.value?.hasEnded != true }
    }

    private static func show(_ referrals: [ReferralView], on desk: Desk) throws {
        guard desk.screen.isJSON else {
            return desk.screen.print(
                try table(referrals, desk.times, on: desk), ifEmpty: "Nothing is open.")
        }
        let rows = try OpenList.sorted(referrals).map { referral in
            ReferralOutput(
                referral, patient: try desk.patientLook(of: referral.id, at: desk.times.showing),
                isRedacted: try desk.hasRedactedCopy(of: referral.id))
        }
        try desk.screen.print(json: Output(open: rows, stale: desk.isStale))
    }

    private struct Output: Encodable {
        let open: [ReferralOutput]
        let stale: Bool
    }
}
