internal import ArgumentParser
internal import CareAgent
internal import CareModel

/// Shows how far messages have come.
struct TrackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "track", abstract: "Show the delivery trail of a referral or of a message.")

    @OptionGroup var options: GlobalOptions

    @Argument(help: "A referral's number, or a message's id.")
    var subject: String

    func run() throws {
        let desk = try Desk(options)
        try desk.exchange()
        let trail = try desk.askForAll(try subject(desk), \.trail)
        if let trail {
            try Self.show(trail, on: desk)
        } else if options.offline {
            throw CommandFailure.usage("The trail is at the broker. Leave --offline out.")
        }
        try desk.finish()
    }

    /// Prints deliveries for people or scripts.
    static func show(
        _ trail: [DeliveryView], as key: String = "trail",
        ifEmpty sentence: String = "Nothing was sent yet.", on desk: Desk
    ) throws {
        guard !desk.screen.isJSON else {
            return try desk.screen.print(json: [key: trail.map { DeliveryOutput($0) }])
        }
        desk.screen.print(table(trail, desk.times), ifEmpty: sentence)
    }

    private func subject(_ desk: Desk) throws -> Query.Subject {
        // A referral's id is a UUID as a message's is; what is not known as a referral is a message.
        if let message = MessageID(subject),
            try desk.store.referral(ReferralID(message.uuid)) == nil
        {
            return .messageTrail(message)
        }
        return .referralTrail(try desk.referral(subject).id)
    }

    private static func table(_ trail: [DeliveryView], _ times: RelativeTime) -> Table {
        var table = Table([
            .init("delivery", isNumber: true), .init("what"), .init("to", isFlexible: true),
            .init("state"), .init("queued"), .init("sent"), .init("settled"), .init("opened"),
            .init("tries", isNumber: true), .init("agent", isFlexible: true), .init("why"),
        ])
        for entry in trail {
            func time(_ time: Timestamp?) -> Table.Cell {
                .init(times.text(time))
            }
            table.add([
                .init(String(entry.id.number)), .init(entry.kind.text),
                .init(entry.mailbox?.spoken ?? ""),
                .init(entry.state.text, tone(entry.state?.value)),
                time(entry.queuedAt), time(entry.sentAt), time(entry.settledAt),
                time(entry.displayedAt), .init(String(entry.attempts)), .init(entry.agent.text),
                .init(entry.code ?? "", .warning),
            ])
        }
        return table
    }

    private static func tone(_ state: DeliveryState?) -> Tone {
        switch state {
        case .acknowledged, .displayed: .good
        case .held, .withheld: .warning
        case .refused, .expired, .undeliverable, .deadLettered: .bad
        default: .plain
        }
    }
}
