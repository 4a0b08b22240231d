internal import ArgumentParser
internal import CareAgent
internal import CareFHIR
internal import CareModel

extension ConsentCommand {
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a directive in full words, with who recorded it and when.",
            discussion:
                "With --fhir prints the directive exactly as it was recorded, byte for byte.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The directive's id; see `careloop consent list`.") var id: String
        @Flag(help: "Print the FHIR Consent byte for byte.") var fhir = false

        mutating func validate() throws {
            guard !(fhir && options.json) else {
                throw ValidationError("Give --fhir or --json, not both.")
            }
        }

        func run() throws {
            let desk = try Desk(options)
            let id = try desk.consentID(self.id)
            try desk.insistOnBroker("Directives are")
            if let consent = try desk.consent(id) {
                if fhir {
                    try printDocument(of: consent, on: desk.screen)
                } else {
                    try show(consent, on: desk)
                }
            }
            try desk.finish()
        }

        private func printDocument(of consent: KnownConsent, on screen: Screen) throws {
            guard let document = consent.document else {
                throw CommandFailure(
                    .refused, "no-document",
                    "The directive's text is not to be had any more. Record it anew.")
            }
            screen.print(bytes: document.bytes)
        }

        private func show(_ consent: KnownConsent, on desk: Desk) throws {
            let summary = desk.summary(of: consent.document, try desk.organisationNames())
            let receipts = try desk.store.consentReceipts(of: consent.id)
            guard !desk.screen.isJSON else {
                return try desk.screen.print(
                    json: ConsentShowOutput(consent, summary, receipts.map(\.note)))
            }
            let newest = consent.newest
            let style = desk.screen.style
            desk.screen.print([
                style.paint(consent.id.description, .strong)
                    + "  version \(newest.version), \(PlainText.line(newest.status))"
            ])
            desk.screen.print(
                (summary?.lines ?? ["(its text is not to be had any more)"]).flatMap {
                    "  \($0)".wrapped(to: desk.screen.width)
                })
            desk.screen.print()
            for event in ConsentEvent.events(of: consent) {
                let when = desk.times.local(event.at)
                desk.screen.print(PlainText.line("\(event.what) \(when) \(event.who)"))
            }
            desk.screen.print(
                receipts.isEmpty
                    ? "No signed receipt of it is on this machine."
                    : "Signed receipt: `careloop consent receipt \(consent.id)`")
        }
    }

    struct History: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell all that became of a patient's directives, in order of time.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The patient's alias.") var patient: String

        func run() throws {
            let desk = try Desk(options)
            try desk.insistOnBroker("Directives are")
            let patient = try desk.patient(patient)
            if let entries = try desk.consents(of: patient.identifier) {
                var consents: [KnownConsent] = []
                for id in Set(entries.map(\.id)).sorted() {
                    if let consent = try desk.consent(id) { consents.append(consent) }
                }
                try show(consents, on: desk)
            }
            try desk.finish()
        }

        private func show(_ consents: [KnownConsent], on desk: Desk) throws {
            let names = consents.isEmpty ? [:] : try desk.organisationNames()
            let rows = consents.flatMap { consent in
                let says = desk.summary(of: consent.document, names)?.line
                return ConsentEvent.events(of: consent).map { event in
                    // Only the newest version's document can be read.
                    (event, event.version == consent.newest.version ? says : nil)
                }
            }.sorted { ($0.0.at, $0.0.version) < ($1.0.at, $1.0.version) }
            guard !desk.screen.isJSON else {
                return try desk.screen.print(
                    json: ["history": rows.map { ConsentEventOutput($0, says: $1) }])
            }
            desk.screen.print(
                Self.table(rows, desk.times),
                ifEmpty: "Nothing was ever recorded. Record with `careloop consent put`.")
        }

        /// The rows for people; what a directive rules stands below, whole.
        static func table(_ rows: [(ConsentEvent, String?)], _ times: RelativeTime) -> Table {
            var table = Table([
                .init("when"), .init("what"), .init("directive"), .init("version", isNumber: true),
                .init("by", isFlexible: true),
            ])
            for (event, says) in rows {
                table.add(
                    [
                        .init(times.local(event.at)), .init(event.what, event.tone),
                        .init(event.consent.description), .init(String(event.version)),
                        .init(event.who),
                    ], above: says ?? "")
            }
            return table
        }
    }
}
