internal import CareModel
internal import CareWire

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
                    at: Timestamp(milliseconds: entry.recordedAtMs),
                    who: by([entry.recordedBy, entry.organisation])))
        }
        // A withdrawal takes all versions away at once.
        if let entry = consent.versions.last(where: { $0.revokedAtMs != 0 }) {
            events.append(
                ConsentEvent(
                    consent: consent.id, version: entry.version, what: "withdrawn",
                    at: Timestamp(milliseconds: entry.revokedAtMs), who: by([entry.organisation])))
        }
        return events
    }

    private static func by(_ names: [String]) -> String {
        let known = names.filter { !$0.isEmpty }
        return known.isEmpty ? "" : "by \(known.joined(separator: ", "))"
    }
}
