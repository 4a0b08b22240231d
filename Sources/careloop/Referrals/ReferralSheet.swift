internal import CareAgent
internal import CareFHIR
internal import CareModel

/// Lays out one referral for a person.
struct ReferralSheet {
    let referral: ReferralView
    let history: [HistoryEntry]
    let patient: PatientLook
    let times: RelativeTime
    /// Whether the broker has just said so, and not only the local mail.
    let isFresh: Bool
    /// The columns of the terminal; nil if there is none to fit.
    let width: Int?

    /// The lines to print.
    func lines(style: Style) -> [String] {
        header(style) + [""] + historyLines(style) + documentLines(style) + nextLines(style)
    }

    private func header(_ style: Style) -> [String] {
        let version = style.paint("(version \(referral.version))", .faint)
        let state = referral.state?.value
        var lines = [
            style.paint(referral.number.description, .strong)
                + "  \(plain(referral.state.text)), \(plain(referral.priority.text))  \(version)"
        ]
        func add(_ title: String, _ text: String, _ tone: Tone = .plain) {
            guard !text.isEmpty else { return }
            let padding = String(repeating: " ", count: max(1, 13 - title.count))
            let room = width.map { $0 - 15 }
            for (place, part) in plain(text).wrapped(to: room).enumerated() {
                let head = place == 0 ? style.paint(title, .faint) + padding : Self.margin
                lines.append("  \(head)\(style.paint(part, tone))")
            }
        }
        add("Patient", patient.shown, patient.caveats.isEmpty ? .plain : .bad)
        add("Formerly", patient.formerNames.joined(separator: ", "))
        add("From", side(referral.initiator, referral.replyTo))
        add("To", side(referral.recipient, referral.to))
        add("Reason", referral.reason.text)
        add("Taken on by", referral.assignee.text)
        add("Requested", time(referral.requestedAt))
        add("Appointment", appointment)
        add(state == .infoRequested ? "Answer due" : "Due", time(referral.dueAt))
        add("Still open", state?.hasEnded == true ? referral.worklist.text : referral.whyOpen)
        add("Waits for", referral.nextSide.map { $0 == .nobody ? "" : $0.rawValue } ?? "")
        add("Before", number(referral.previous))
        add("Goes on as", number(referral.next))
        return lines
    }

    /// What stands before the further lines of a row, as wide as a title.
    private static let margin = String(repeating: " ", count: 13)

    private func historyLines(_ style: Style) -> [String] {
        guard !history.isEmpty else { return [] }
        var table = Table([
            .init(""), .init("when"), .init("what"), .init("by", isFlexible: true),
            .init("reason"), .init("state after"), .init("message"),
        ])
        for entry in history {
            let output = entry.output
            let from = [output.fromAgent, output.fromOrganisation].compactMap { $0 }
            table.add([
                .init(entry.isUnopened ? "•" : "", .strong),
                .init(output.acceptedAt == nil ? "not sent yet" : whenText(output)),
                .init(output.kind, .strong), .init(from.joined(separator: ", ")),
                .init(output.reason ?? ""), outcome(of: output),
                .init(String(entry.id.description.suffix(12)), .faint),
            ])
        }
        return table.lines(width: width, style: style)
    }

    private func outcome(of output: MessageOutput) -> Table.Cell {
        if let code = output.refused { return .init("refused: \(code)", .bad) }
        return .init(output.state ?? "")
    }

    /// What is kept back has not ended: it goes by itself once consent permits it.
    private static func sentence(on report: Envelope.Report, to mailbox: String) -> String {
        switch report.state?.value {
        case .withheld, .held:
            "A message to \(mailbox) is kept back: \(report.code). "
                + "It goes by itself if consent comes before it expires; do not send it again."
        default: "A message to \(mailbox) ended \(report.state.text): \(report.code)."
        }
    }

    private func documentLines(_ style: Style) -> [String] {
        var lines: [String] = []
        for entry in history {
            var body: [String] = []
            var document: [String] = []
            if let report = entry.report {
                let to = report.mailbox?.spoken ?? ""
                body = [plain(Self.sentence(on: report, to: to))]
            }
            if entry.isRedacted {
                body.append(style.paint("(parts were left out: the patient's consent)", .warning))
            }
            if let payload = entry.payload {
                document = DocumentView(payload, at: times.showing).lines
            } else if let ending = entry.ending {
                body.append(Self.words(ending))
            } else if entry.output.documentBytes > 0 {
                body += ["(the document is not here)"]
            }
            guard !body.isEmpty || !document.isEmpty else { continue }
            lines += ["", style.paint("── \(plain(entry.output.kind))", .strong)]
            lines += body.flatMap { "  \($0)".wrapped(to: width) }
            lines += DocumentView.paint(document, width: width, style: style)
        }
        return lines
    }

    private func nextLines(_ style: Style) -> [String] {
        let moves = referral.allowedMoves.compactMap(\.value)
            .filter { $0 != .request && $0 != .receive && $0 != .expire }
        guard !moves.isEmpty else {
            return isFresh ? ["", "There is nothing you can do with it now."] : []
        }
        let commands = moves.map { move in
            "  careloop \(MoveCommand.line(move, referral.number, to: referral.to.text))"
        }
        return ["", style.paint("You can now:", .strong)] + commands
    }

    private static func words(_ ending: InboxEntry.Ending) -> String {
        switch ending {
        case .recalled: "(consent was withdrawn: the document was taken back and erased)"
        case .lapsed: "(the document was taken back before its receipt was confirmed)"
        }
    }

    private func whenText(_ output: MessageOutput) -> String {
        output.acceptedAt.flatMap { JSONText.timestamp($0) }.map { times.text($0) } ?? ""
    }

    private func time(_ time: Timestamp?) -> String {
        time.map { "\(times.local($0)) (\(times.text($0)))" } ?? ""
    }

    private var appointment: String {
        guard let visit = referral.appointment else { return "" }
        guard visit.end > visit.start else { return times.local(visit.start) }
        let minutes = (visit.end - visit.start).components.seconds / 60
        return "\(times.local(visit.start)), \(minutes) min (\(times.text(visit.start)))"
    }

    private func side(_ organisation: OrganisationID?, _ mailbox: Mailbox?) -> String {
        [organisation.text, mailbox.map { "(\($0.spoken))" } ?? ""]
            .filter { !$0.isEmpty }.joined(separator: " ")
    }

    private func number(_ leg: ReferralID?) -> String {
        leg.map { ReferralNumber($0).description } ?? ""
    }

    private func plain(_ text: String) -> String { PlainText.line(text) }
}
