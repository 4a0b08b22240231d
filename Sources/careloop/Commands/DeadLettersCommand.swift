internal import ArgumentParser
internal import CareAgent
internal import CareModel

/// Groups the commands on deliveries that failed too often.
struct DeadLettersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deadletters",
        abstract: "List deliveries that failed too often, and replay them.",
        subcommands: [List.self, Replay.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the dead letters.")

        @OptionGroup var options: GlobalOptions

        func run() throws {
            let desk = try Desk(options)
            guard !options.offline else {
                throw CommandFailure.usage("Dead letters are at the broker. Leave --offline out.")
            }
            if let trail = try desk.askForAll(.deadLetters, \.trail) {
                try TrackCommand.show(
                    trail, as: "deadLetters", ifEmpty: "There are no dead letters.", on: desk)
            }
            try desk.finish()
        }
    }

    struct Replay: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Send a dead letter again.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The delivery's number; see `careloop deadletters list`.")
        var delivery: UInt64

        func run() throws {
            let desk = try Desk(options)
            let number = delivery
            let draft = desk.acting(.replay(DeliveryID(Int64(clamping: number))))
            try desk.report(draft, try desk.send(draft)) { receipt in
                "Delivery \(number) is sent again as delivery "
                    + "\((receipt.delivery?.number).text)."
            }
            try desk.finish()
        }
    }
}
