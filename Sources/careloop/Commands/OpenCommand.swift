internal import ArgumentParser
internal import CareAgent
internal import CareModel
internal import CareWire

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
        if !desk.screen.isJSON { try Self.redraw(desk, all: all) }
        try await Watch(desk, collects: false).run { change in
            switch change {
            case .events(let stream, let events) where desk.screen.isJSON:
                for event in events {
                    try desk.screen.print(json: EventOutput(event, stream: stream))
                }
            case .events, .caughtUp:
                if !desk.screen.isJSON { try Self.redraw(desk, all: all) }
            default: break
            }
        }
    }

    private static func redraw(_ desk: Desk, all: Bool) throws {
        let referrals = try referrals(desk, all: all)
        // Idle between two changes, this session would miss the broker's heartbeats.
        desk.agent.disconnect()
        desk.screen.clear()
        try show(referrals, on: desk)
    }

    private static func referrals(_ desk: Desk, all: Bool) throws -> [KnownReferral] {
        var question = WireWorklistQuestion()
        question.list = all ? "all" : "open"
        if let rows = try desk.askForAll(.worklist(question), \.referrals) {
            for row in rows { try desk.store.remember(row) }
            return rows.compactMap { KnownReferral($0) }
        }
        return try desk.store.referrals().compactMap { KnownReferral($0) }.filter {
            all || ReferralState(rawValue: $0.wire.state)?.hasEnded != true
        }
    }

    private static func show(_ referrals: [KnownReferral], on desk: Desk) throws {
        let sorted = OpenList.sorted(referrals)
        let labels = try sorted.map { try desk.patientLabel(of: $0.id) }
        guard !desk.screen.isJSON else {
            let rows = zip(sorted, labels).map { referral, label in
                ReferralOutput(referral.wire, patient: JSONText.text(label))
            }
            return try desk.screen.print(json: Output(open: rows, stale: desk.isStale))
        }
        let times = RelativeTime(now: AgentIDs.system.now())
        desk.screen.print(
            OpenList.table(sorted, labels: labels, times: times), ifEmpty: "Nothing is open.")
    }

    private struct Output: Encodable {
        let open: [ReferralOutput]
        let stale: Bool
    }
}
