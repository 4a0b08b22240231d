internal import CareAgent
internal import CareFHIR
internal import CareModel
internal import CareWire

/// Lays out one referral for a person.
struct ReferralView {
    let referral: KnownReferral
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
        let wire = referral.wire
        let version = style.paint("(version \(wire.version))", .faint)
        var lines = [
            style.paint(referral.number.description, .strong)
                + "  \(plain(wire.state)), \(plain(wire.priority))  \(version)"
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
        add("From", side(wire.initiator, wire.replyTo))
        add("To", side(wire.recipient, wire.to))
        add("Reason", wire.reason)
        add("Taken on by", wire.assignee)
        add("Requested", time(wire.requestedAtMs))
        add("Appointment", appointment(wire))
        add(wire.state == "info-requested" ? "Answer due" : "Due", time(wire.dueAtMs))
        add(
            "Still open",
            ReferralState(rawValue: wire.state)?.hasEnded == true ? wire.worklist : wire.whyOpen)
        add("Waits for", wire.nextSide == "nobody" ? "" : wire.nextSide)
        add("Before", number(wire.previousReferralID))
        add("Goes on as", number(wire.nextReferralID))
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
    private static func sentence(on report: WireDeliveryReport, to mailbox: String) -> String {
        switch DeliveryState(rawValue: report.state) {
        case .withheld, .held:
            "A message to \(mailbox) is kept back: \(report.code). "
                + "It goes by itself if consent comes before it expires; do not send it again."
        default: "A message to \(mailbox) ended \(report.state): \(report.code)."
        }
    }

    private func documentLines(_ style: Style) -> [String] {
        var lines: [String] = []
        for entry in history {
            var body: [String] = []
            var document: [String] = []
            if let report = entry.report {
                let to = Mailbox.spoken(report.mailbox)
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
        let moves = referral.wire.allowedMoves.compactMap { ReferralMove(rawValue: $0) }
            .filter { $0 != .request && $0 != .receive && $0 != .expire }
        guard !moves.isEmpty else {
            return isFresh ? ["", "There is nothing you can do with it now."] : []
        }
        let commands = moves.map { move in
            "  careloop \(MoveCommand.line(move, referral.number, to: referral.wire.to))"
        }
        return ["", style.paint("You can now:", .strong)] + commands
    }

    private static func words(_ ending: AgentStore.Ending) -> String {
        switch ending {
        case .recalled: "(consent was withdrawn: the document was taken back and erased)"
        case .lapsed: "(the document was taken back before its receipt was confirmed)"
        }
    }

    private func whenText(_ output: MessageOutput) -> String {
        output.acceptedAt.flatMap { JSONText.timestamp($0) }.map { times.text($0) } ?? ""
    }

    private func time(_ milliseconds: Int64) -> String {
        guard let time = Timestamp(wire: milliseconds) else { return "" }
        return "\(times.local(time)) (\(times.text(time)))"
    }

    private func appointment(_ wire: WireReferral) -> String {
        guard let start = Timestamp(wire: wire.appointmentStartMs) else { return "" }
        guard let end = Timestamp(wire: wire.appointmentEndMs) else { return times.local(start) }
        let minutes = (end - start).components.seconds / 60
        return "\(times.local(start)), \(minutes) min (\(times.text(start)))"
    }

    private func side(_ organisation: String, _ mailbox: String) -> String {
        [organisation, mailbox.isEmpty ? "" : "(\(Mailbox.spoken(mailbox)))"]
            .filter { !$0.isEmpty }.joined(separator: " ")
    }

    private func number(_ data: some Collection<UInt8>) -> String {
        ReferralID(bytes: data).map { ReferralNumber($0).description } ?? ""
    }

    private func plain(_ text: String) -> String { PlainText.line(text) }
}
