internal import ArgumentParser
internal import CareAgent
internal import CareFHIR
internal import CareModel

/// Shows a patient's history across organisations.
struct TimelineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeline",
        abstract: "Show what all clinics of a patient have sent, in order of time.",
        discussion: """
            For those who take part in the patient's care by a referral, as far as consent lets them, \
            and for who has broken the glass. Each document is shown by its first lines; with \
            --open, whole.
            """)

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The patient's alias.") var patient: String
    @Flag(help: "Show each document whole.") var open = false

    func run() throws {
        let desk = try Desk(options)
        try desk.insistOnBroker("The history is")
        let patient = try desk.patient(patient)
        var entries: [TimelineItem] = []
        var isPartial = false
        do {
            let wasReached = try desk.askPages(.timeline(patient.identifier)) { answer in
                entries += answer.timeline
                isPartial = isPartial || answer.isPartial
            }
            guard wasReached else { return try desk.finish() }
        } catch let failure as CommandFailure {
            throw explained(failure)
        } catch {
            throw CommandFailure(error).map { explained($0) } ?? error
        }
        entries.sort { Self.time($0) < Self.time($1) }
        try show(entries, isPartial: isPartial, on: desk)
        try desk.finish()
    }

    /// The broker does not say whether it knows a patient; what can be done is the same.
    private func explained(_ failure: CommandFailure) -> CommandFailure {
        guard failure.refusal != nil, ["unknown-patient", "not-allowed"].contains(failure.code)
        else { return failure }
        var explained = CommandFailure(
            failure.status, failure.code,
            "You take part in no referral of this patient, so you may not see the history. Refer "
                + "the patient, or be referred to; in an emergency, who has the role for it breaks "
                + "the glass with `careloop break-glass \(patient)`.")
        explained.refusal = failure.refusal
        return explained
    }

    private func show(_ entries: [TimelineItem], isPartial: Bool, on desk: Desk) throws {
        guard !desk.screen.isJSON else {
            return try desk.screen.print(
                json: TimelineOutput(
                    timeline: entries.map { TimelineOutput.Entry($0, at: desk.times.showing) },
                    partial: isPartial))
        }
        guard !entries.isEmpty else {
            return desk.screen.print(
                isPartial
                    ? "There is nothing that you may see: the patient's consent."
                    : "There is nothing that you may see about this patient.")
        }
        for (place, entry) in entries.enumerated() {
            if place > 0 { desk.screen.print() }
            desk.screen.print(lines(entry, on: desk))
        }
        guard isPartial else { return }
        desk.screen.print([
            "", desk.screen.style.paint("Parts were left out: the patient's consent.", .warning),
        ])
    }

    /// When the broker took a message.
    private static func time(_ entry: TimelineItem) -> Timestamp {
        entry.envelope.acceptedAt ?? Timestamp(milliseconds: 0)
    }

    private func lines(_ entry: TimelineItem, on desk: Desk) -> [String] {
        let envelope = entry.envelope
        let who = [envelope.fromAgent.text, envelope.fromOrganisation.text].filter { !$0.isEmpty }
        let number = envelope.referral.map { ReferralNumber($0).description } ?? ""
        let style = desk.screen.style
        let kind = style.paint(PlainText.line(envelope.kind.code), .strong)
        var lines = [
            PlainText.line("\(desk.times.local(Self.time(entry)))") + "  \(kind)  "
                + PlainText.line("\(who.joined(separator: ", "))  \(number)")
        ]
        if envelope.isRedacted {
            lines.append(
                "  " + style.paint("(parts were left out: the patient's consent)", .warning))
        }
        guard let document = entry.document else { return lines }
        let view = DocumentView(document, at: desk.times.showing)
        return lines
            + DocumentView.paint(
                open ? view.lines : view.preview, width: desk.screen.width, style: style)
    }
}
