/// Says what somebody wants to do.
public enum Verb: String, CaseIterable, Sendable {
    /// Send a referral.
    case refer
    /// Make a move in a referral.
    case move
    /// See a referral in a list or by its number, and follow its messages.
    case see
    /// Read a message's document again.
    case read
    /// Read a patient's history across organisations.
    case timeline
    /// Record a new directive.
    case recordConsent = "record consent"
    /// Replace, withdraw, list and show directives.
    case changeConsent = "change consent"
    /// Ask what consent would say.
    case checkConsent = "check consent"
    /// Override consent in an emergency.
    case breakGlass = "break glass"
    /// See and judge overrides.
    case reviewBreakGlass = "review break-glass"
    /// Read who has seen a patient's data.
    case disclosures
    /// See dead letters.
    case deadLetters = "dead letters"
    /// Send a dead letter again.
    case replay
}

/// Says what the asker has to do with what is asked for; several may be true at once.
public enum Relation: String, CaseIterable, Sendable {
    /// Its organisation made it: sent the referral, recorded the directive, broke the glass; or made
    /// something of that kind about the patient.
    case own
    /// Its organisation is the other party of the referral, or works the mailbox.
    case party
    /// Its organisation takes part in the patient's care by some referral.
    case careTeam = "care team"
    /// It has broken the glass for the patient.
    case emergency
    /// Nothing.
    case stranger
}

extension Verb {
    /// The relations that the asker can stand in to what it is about.
    public var relations: Set<Relation> {
        switch self {
        case .move, .see, .read, .deadLetters, .replay: [.own, .party, .stranger]
        case .changeConsent: [.own, .stranger]
        case .reviewBreakGlass: [.own, .careTeam, .stranger]
        case .checkConsent: [.own, .careTeam, .emergency, .stranger]
        case .timeline, .breakGlass: [.careTeam, .emergency, .stranger]
        case .refer, .recordConsent, .disclosures: [.careTeam, .stranger]
        }
    }
}

/// Is the one table of who may do what; what is not in it is refused.
///
/// Roles add up: an agent may do what one of its roles may. Consent is asked beside it, wherever
/// data of a patient would leave. Published as `Protocols/access.md`, and tested cell by cell.
public enum AccessTable {
    /// Whether one of `roles` may do it in one of `relations`.
    public static func allows(
        _ roles: Set<Role>, _ verb: Verb, _ relations: Set<Relation>
    ) -> Bool {
        roles.contains { role in relations.contains { allows(role, verb, $0) } }
    }

    /// Whether the role may do it.
    public static func allows(_ role: Role, _ verb: Verb, _ relation: Relation) -> Bool {
        cells[verb]?[role]?.contains(relation) == true
    }

    /// Whether one of `roles` may do it in some relation: who may not needs no look at what is
    /// stored.
    public static func allows(_ roles: Set<Role>, _ verb: Verb) -> Bool {
        allows(roles, verb, verb.relations)
    }

    private static let anybody: Set<Relation> = [.careTeam, .stranger]
    private static let parties: Set<Relation> = [.own, .party]
    private static let carers: Set<Relation> = [.careTeam]

    private static let cells: [Verb: [Role: Set<Relation>]] = [
        .refer: [.referrer: anybody],
        .move: [.referrer: [.own], .specialist: [.party], .coordinator: parties],
        .see: [
            .referrer: parties, .specialist: parties, .coordinator: parties, .auditor: parties,
            .administrator: parties,
        ],
        .read: [.referrer: parties, .specialist: parties, .coordinator: parties],
        .timeline: [
            .referrer: carers, .specialist: carers, .coordinator: carers, .emergency: [.emergency],
        ],
        .recordConsent: [.referrer: anybody, .specialist: anybody, .coordinator: anybody],
        .changeConsent: [.referrer: [.own], .specialist: [.own], .coordinator: [.own]],
        // Never strangers: an answer would tell them who is known here.
        .checkConsent: [
            .referrer: [.own, .careTeam], .specialist: carers, .coordinator: [.own, .careTeam],
            .emergency: [.emergency],
        ],
        .breakGlass: [.emergency: [.careTeam, .stranger]],
        .reviewBreakGlass: [
            .coordinator: [.own, .careTeam], .auditor: [.own, .careTeam],
            .administrator: [.own, .careTeam],
        ],
        .disclosures: [.coordinator: carers, .auditor: carers],
        .deadLetters: [.coordinator: parties, .auditor: parties, .administrator: parties],
        .replay: [.administrator: parties],
    ]
}
