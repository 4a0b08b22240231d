internal import ArgumentParser
internal import CareAgent
internal import CareFHIR
internal import CareModel

/// Accounts for the disclosures of a patient's data.
struct DisclosuresCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disclosures",
        abstract: "Tell who has seen a patient's data: when, what, from whom, and why.",
        discussion: "For coordinators and auditors of the patient's clinics. That you have asked "
            + "is recorded, too. With --fhir prints a FHIR Bundle of AuditEvents.")

    @OptionGroup var options: GlobalOptions
    @Argument(help: "The patient's alias.") var patient: String
    @Option(help: ArgumentHelp("From when.", valueName: "date")) var from: String?
    @Option(help: ArgumentHelp("Until when.", valueName: "date")) var until: String?
    @Flag(help: "Print a FHIR Bundle of AuditEvents.") var fhir = false

    mutating func validate() throws {
        guard !(fhir && options.json) else {
            throw ValidationError("Give --fhir or --json, not both.")
        }
    }

    func run() throws {
        let desk = try Desk(options)
        let times = TimeInput(now: desk.now)
        let start = try from.map { try times.time($0, option: "--from", day: .start) }
        let end = try until.map { try times.time($0, option: "--until", day: .end) }
        try desk.insistOnBroker("The accounting is")
        let patient = try desk.patient(patient)
        if let all = try desk.askForAll(.disclosures(patient.identifier), \.disclosures) {
            let rows = all.filter { row in
                let at = row.at ?? Timestamp(milliseconds: 0)
                // The last second of a day has milliseconds, too.
                return start.map { at >= $0 } ?? true && end.map { at < $0 + .seconds(1) } ?? true
            }
            if fhir {
                let broker = desk.welcome?.program.split(separator: "/").first ?? "careloopd"
                let (bytes, skippedCount) = AuditRecord.bundle(
                    rows, of: patient.identifier, broker: String(broker), at: desk.now)
                desk.screen.print(bytes: bytes)
                desk.screen.print()
                if skippedCount > 0 {
                    desk.screen.note(
                        "\(skippedCount) lines are of a newer broker and are not in it. "
                            + "Update this program.")
                }
            } else {
                try show(rows, outside: all.count - rows.count, on: desk)
            }
        }
        try desk.finish()
    }

    private func show(
        _ rows: [DisclosureView], outside otherCount: Int, on desk: Desk
    ) throws {
        guard !desk.screen.isJSON else {
            return try desk.screen.print(json: ["disclosures": rows.map { DisclosureOutput($0) }])
        }
        var table = Table([
            .init("when"), .init("who", isFlexible: true), .init("organisation"),
            .init("what", isFlexible: true), .init("from"), .init("referral"),
            .init("why", isFlexible: true), .init("result"),
        ])
        for row in rows {
            table.add([
                .init(row.at.map { desk.times.local($0) } ?? ""), .init(Self.who(row)),
                .init(row.organisation.text), .init(Self.what(row)),
                .init(row.fromOrganisation.text),
                .init(row.referralNumber.text), .init(Self.why(row)),
                .init(row.outcome, Self.tone(row)),
            ])
        }
        desk.screen.print(table, ifEmpty: Self.nothing(outside: otherCount))
    }

    /// What an empty account means: who asked for a time has not heard of the rest.
    static func nothing(outside otherCount: Int) -> String {
        guard otherCount > 0 else { return "Nobody has seen anything of this patient's data." }
        return "Nothing is on record in the time you gave; at other times "
            + (otherCount == 1 ? "one line is." : "\(otherCount) lines are.")
            + " Leave out --from and --until to see all."
    }

    /// The agent, and on whose behalf it acted; lines between others name nobody.
    static func who(_ row: DisclosureView) -> String {
        guard row.agent != nil || row.recipient != nil else { return "(another clinic)" }
        let agent = row.agent?.name ?? row.recipient?.spoken ?? ""
        guard let person = row.actingFor else { return agent }
        return "\(agent) for \(person.name ?? person.identifier.value)"
    }

    /// What happened, to which kind of message.
    static func what(_ row: DisclosureView) -> String {
        let event =
            switch AuditEvent.Kind(rawValue: row.event) {
            case .disclosureSent: "was sent"
            case .disclosureReceived: "received"
            case .disclosureWithheld: "was refused"
            case .disclosureRecalled: "had to give back"
            case .breakGlassStarted: "broke the glass"
            case .breakGlassEnded: "ended the override"
            case .breakGlassReviewed: "judged an override"
            case .consentChecked: "asked about consent"
            case .accountingRead: "read this account"
            case .timelineRead: "looked at the history"
            default: row.event
            }
        return row.kind.map { "\(event): \($0)" } ?? event
    }

    private static func why(_ row: DisclosureView) -> String {
        [row.purpose.map { ConsentWords.purpose($0) }, row.rule].compactMap(\.self)
            .joined(separator: "; ")
    }

    private static func tone(_ row: DisclosureView) -> Tone {
        row.purpose == Coding.breakGlass.code ? .warning : .plain
    }
}
