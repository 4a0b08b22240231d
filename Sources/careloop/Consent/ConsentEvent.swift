internal import CareModel

/// Is one thing that became of a directive.
struct ConsentEvent: Equatable {
    /// The directive.
    let consent: ConsentID
    /// Which version it is about.
    let version: UInt32
    /// `recorded`, `replaced` or `withdrawn`.
    let what: String
    /// When.
    let at: Timestamp
    /// By whom, as far as the broker says.
    let who: String

    /// How it looks in a list.
    var tone: Tone { what == "withdrawn" ? .warning : what == "recorded" ? .good : .plain }

    /// What became of a directive, in order of time.
    static func events(of consent: KnownConsent) -> [ConsentEvent] {
        var events: [ConsentEvent] = []
        for (place, entry) in consent.versions.enumerated() {
            events.append(
                ConsentEvent(
                    consent: consent.id, version: entry.version,
                    what: place == 0 ? "recorded" : "replaced",
                    at: entry.recordedAt ?? Timestamp(milliseconds: 0),
                    who: by([entry.recordedBy.text, entry.organisation.text])))
        }
        // A withdrawal takes all versions away at once.
        if let entry = consent.versions.last(where: { $0.revokedAt != nil }),
            let revokedAt = entry.revokedAt
        {
            events.append(
                ConsentEvent(
                    consent: consent.id, version: entry.version, what: "withdrawn",
                    at: revokedAt, who: by([entry.organisation.text])))
        }
        return events
    }

    private static func by(_ names: [String]) -> String {
        let known = names.filter { !$0.isEmpty }
        return known.isEmpty ? "" : "by \(known.joined(separator: ", "))"
    }
}
