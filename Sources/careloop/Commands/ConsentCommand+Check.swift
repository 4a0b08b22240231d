internal import ArgumentParser
internal import CareAgent
internal import CareFHIR
internal import CareModel

extension ConsentCommand {
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what consent would decide, why, and what would change it.",
            discussion: "Nothing is sent to anybody but the broker.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The patient's alias.") var patient: String
        @Option(help: ArgumentHelp("Who would get the data.", valueName: "mailbox")) var to: String

        func run() throws {
            let to = try Mailbox(typed: self.to, option: "--to")
            let desk = try Desk(options)
            try desk.insistOnBroker("Consent is decided")
            let identifier = try desk.patient(patient).identifier
            if let decision = try desk.ask(.consentCheck(identifier, to: to))?.decision {
                if desk.screen.isJSON {
                    try desk.screen.print(json: DecisionOutput(decision))
                } else {
                    let view = DecisionView(decision: decision, recipient: to, patient: patient)
                    desk.screen.print(view.lines(style: desk.screen.style))
                }
            }
            try desk.finish()
        }
    }
}
