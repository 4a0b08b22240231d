import ArgumentParser
import CareAgent
import CareModel
import Foundation

/// Destroys a patient's data key, and with it everything it sealed.
struct PatientShred: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shred",
        abstract:
            "Destroy a patient's key, and with it everything the broker holds of the patient.",
        discussion: """
            The patient's documents and identifiers in the broker can never be read again. What waits is \
            ended, and its senders are told. Kept are the numbers, states and times of referrals, the \
            audit log, which knows the patient only by a keyed hash, and what agents have collected. A \
            back-up from before can be read with the master keys of that time: destroy it too.

            The patient's identifier is asked for, or read as one line system|value from standard \
            input: never give it as an argument, where other users of the machine can see it.

            Two operators have to do this within 24 hours, unless the first is sure. Both names are \
            audited. A restart of the broker forgets the first. This stops mistakes, not malice: who \
            has the rights of the broker's user can give two names. The login name, if it is known \
            and another one, stands behind the name given: ann(root).
            """)

    @OptionGroup var data: DataOptions

    @Option(
        help: ArgumentHelp(
            "Who you are.",
            discussion: "Default: SUDO_USER, or the name you are logged in with, which is audited "
                + "behind another name that you give.",
            valueName: "name"))
    var `operator`: String?

    @Flag(name: .customLong("i-am-sure"), help: "Do it alone, without a second operator.")
    var isSure = false

    func run() async throws {
        let name = try OperatorName.of(self.operator)
        tellConsequences(name)
        let patient = try identifier()
        try Terminal.confirm("This cannot be undone.", by: "shred")
        let command = OperatorCommand.shred(patient, operatorName: name, isSure: isSure)
        switch try await data.send(command) {
        case .done:
            print(
                """
                The patient's key is destroyed. Nothing that it sealed can be read again.
                Now destroy back-ups of the data made before, or note when they expire.
                """)
        case .awaitsSecond(let until):
            print(
                """
                Nothing is destroyed yet. Another operator than \(name) has to do the same before
                \(Instant.text(until)), while the broker is not restarted.
                """)
        case .unchanged, .directory, .status:
            throw OperatorFailure("The broker did not say whether it is done. Ask it again.")
        }
    }

    private func tellConsequences(_ name: String) {
        Terminal.tell(
            """
            Operator \(name) is about to destroy a patient's key:
              - the broker's documents and identifiers of the patient can never be read again
              - what waits for delivery is ended, and its senders are told
              - numbers and times of referrals, the audit log, and what agents collected stay
            \(isSure ? "This happens at once." : "It happens when a second operator does the same.")
            """)
    }

    private func identifier() throws -> BusinessIdentifier {
        let line =
            Terminal.canAsk
            ? Terminal.ask("The patient's identifier, system|value")
            : (readLine() ?? "").trimmingCharacters(in: .whitespaces)
        let parts = line.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2,
            let identifier = BusinessIdentifier(system: String(parts[0]), value: String(parts[1]))
        else {
            throw OperatorFailure(
                "The identifier must be one line with a system and a value: system|value.",
                status: 2)
        }
        return identifier
    }
}
