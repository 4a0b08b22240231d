internal import CareFHIR
internal import CareModel

/// Is a version of a directive as scripts see it.
struct ConsentOutput: Encodable, Equatable {
    let consent: String?
    let version: UInt32
    let status: String
    /// What it rules in one line; absent where its document is not to be had.
    let says: String?
    let recordedAt: String?
    let recordedBy: String
    let organisation: String?
    let revokedAt: String?

    /// Describes an entry of the broker's.
    init(_ entry: ConsentView, says: String? = nil) {
        consent = entry.id.description
        version = entry.version
        status = entry.status
        self.says = says
        recordedAt = JSONText.time(entry.recordedAt)
        recordedBy = entry.recordedBy.text
        organisation = JSONText.text(entry.organisation)
        revokedAt = JSONText.time(entry.revokedAt)
    }
}

/// Is a directive with all its versions as scripts see it.
struct ConsentShowOutput: Encodable {
    let consent: String
    let versions: [ConsentOutput]
    let says: String?
    let lines: [String]?
    /// The signed notes that are on this machine, oldest first.
    let receipts: [String]

    /// Describes a directive.
    init(_ consent: KnownConsent, _ summary: ConsentSummary?, _ receipts: [String]) {
        self.consent = consent.id.description
        versions = consent.versions.map { ConsentOutput($0) }
        says = summary?.line
        lines = summary?.lines
        self.receipts = receipts
    }
}

/// Is one thing that became of a directive as scripts see it.
struct ConsentEventOutput: Encodable, Equatable {
    let consent: String
    let version: UInt32
    let event: String
    let at: String
    let by: String?
    let says: String?

    /// Describes an event.
    init(_ event: ConsentEvent, says: String?) {
        consent = event.consent.description
        version = event.version
        self.event = event.what
        at = JSONText.time(event.at)
        by = event.who.isEmpty ? nil : String(event.who.dropFirst("by ".count))
        self.says = says
    }
}

/// Is what consent would decide as scripts see it.
struct DecisionOutput: Encodable, Equatable {
    /// Is what one directive had to do with it.
    struct Reason: Encodable, Equatable {
        let consent: String?
        let version: UInt32
        let applies: Bool
        let effect: String?
        let cause: String
        let path: String?
        let met: [String]
        let failed: [String]
        let unresolved: [String]
        let text: String
    }

    let decision: String
    let effective: String
    let rule: String
    let basis: [String]
    let limitsContent: Bool
    let reasons: [Reason]
    let remedies: [String]
    /// What an override would come to: `permit`, `deny` or `hold`.
    let breakGlass: String?

    /// Describes the broker's answer.
    init(_ advice: ConsentAdvice) {
        decision = advice.decision
        effective = advice.effective
        rule = advice.rule
        basis = advice.basis
        limitsContent = advice.limitsContent
        reasons = advice.reasons.map { reason in
            Reason(
                consent: JSONText.text(reason.consent), version: reason.version,
                applies: reason.applies, effect: JSONText.text(reason.effect),
                cause: reason.cause, path: JSONText.text(reason.path), met: reason.met,
                failed: reason.failed, unresolved: reason.unresolved, text: reason.text)
        }
        remedies = advice.remedies
        breakGlass = JSONText.text(advice.breakGlass)
    }
}
