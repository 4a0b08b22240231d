internal import ArgumentParser
internal import CareAgent
internal import CareFHIR
internal import CareModel

/// Refers a patient.
struct ReferCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refer", abstract: "Refer a patient to a service.",
        discussion: """
            Give a FHIR bundle of your own with --bundle: it is sent byte for byte. Or give the \
            words with --text-file or at the prompt, and a bundle is made of them. The referral \
            number is printed at once; while no broker can be reached, the referral waits here \
            and the exit code is 3.
            """)

    @OptionGroup var options: GlobalOptions

    @Argument(help: "The patient's alias; see `careloop patient`.")
    var patient: String

    @Option(help: ArgumentHelp("Where to: service:NAME, NAME or agent:NAME.", valueName: "mailbox"))
    var to: String

    @Option(help: ArgumentHelp("Why: \(ReasonSet.request.list).", valueName: "code"))
    var reason: String?

    @Option(
        help: ArgumentHelp("How soon: routine, urgent or stat.", valueName: "code"),
        transform: ReferCommand.priority(_:))
    var priority = Priority.routine

    @OptionGroup var document: DocumentOptions

    @Option(
        help: ArgumentHelp("Where answers go, if not to yourself.", valueName: "mailbox"))
    var replyTo: String?

    @Option(
        help: ArgumentHelp(
            "Refer again after this referral was declined, cancelled or expired.",
            valueName: "number"))
    var again: String?

    @Flag(help: "Refer although the patient has an open referral to this service.")
    var allowDuplicate = false

    @Flag(help: "Refer although the document says that the patient has died; nobody is asked then.")
    var deceasedIsKnown = false

    @Option(help: ArgumentHelp("Give up if nobody collects it in so many days.", valueName: "days"))
    var expires: Int?

    func run() throws {
        let reason = try ReasonSet.request.required(self.reason)
        let to = try Mailbox(typed: self.to, option: "--to")
        let desk = try Desk(options)
        let patient = try desk.patient(self.patient)
        var draft = desk.draft(.move(.request))
        let id = AgentIDs.system.referral()
        draft.referral = id
        draft.to = to
        draft.reason = reason
        draft.priority = priority
        draft.allowsDuplicate = allowDuplicate
        draft.replyTo = try replyTo.map { try Mailbox(typed: $0, option: "--reply-to") }
        if let again { draft.otherLeg = try desk.referral(again).id }
        if let expires {
            guard (1...60).contains(expires) else {
                throw CommandFailure.usage("--expires takes 1 to 60 days.")
            }
            draft.expiresAt = desk.now + .seconds(expires * 86_400)
        }
        let bytes = try bytes(patient: patient, desk: desk)
        try insistOnLivingPatient(bytes, patient: patient, kind: draft.kind.name, desk: desk)
        try desk.attach(bytes, to: &draft, patients: [patient.identifier])

        let number = ReferralNumber(id)
        let sending = try desk.send(draft)
        if !desk.screen.isJSON { desk.screen.print(number.description) }
        try desk.report(draft, sending) { receipt in
            receipt.outcome == .unchanged
                ? "sent before; nothing was changed"
                : "sent, waiting for \(to.spoken) to collect it"
        }
        desk.agent.disconnect()
    }

    /// Asks before a patient who has died is referred.
    ///
    /// - Throws: if nobody says that it is meant.
    private func insistOnLivingPatient(
        _ bytes: [UInt8], patient: AgentStore.Patient, kind: String, desk: Desk
    ) throws {
        guard !deceasedIsKnown,
            try desk.inspect(bytes, kind: kind, patient: patient.identifier).isPatientDeceased
        else { return }
        guard desk.screen.canPrompt else {
            throw CommandFailure(
                .refused, "not-confirmed",
                "The document says that the patient has died. Nothing was sent. "
                    + "If the referral is meant all the same, repeat with --deceased-is-known.")
        }
        let answer = Prompt(screen: desk.screen).line(
            "The document says that the patient has died. Refer all the same? (yes/no)")
        guard answer == "yes" else {
            throw CommandFailure(.refused, "not-confirmed", "Nothing was sent.")
        }
    }

    private static func priority(_ text: String) throws -> Priority {
        guard let priority = Priority(rawValue: text) else {
            throw ValidationError("Write routine, urgent or stat.")
        }
        return priority
    }

    private func bytes(patient: AgentStore.Patient, desk: Desk) throws -> [UInt8] {
        if let bundle = document.bundle { return try InputFile.bytes(at: bundle) }
        let source = TextSource(
            path: document.textFile, question: "The reason for the referral, in words",
            option: "--text-file")
        let text = try source.read(on: desk.screen)
        return ReferralBundle(
            draft: desk.bundleDraft(about: PatientRecord(patient), referral: nil), reason: text,
            priority: priority.rawValue
        ).bytes
    }
}
