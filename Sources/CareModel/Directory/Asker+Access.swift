extension Asker {
    /// What the asker has to do with `referral`.
    public func relations(to referral: Referral) -> Set<Relation> {
        var relations: Set<Relation> = []
        if referral.initiator == organisation { relations.insert(.own) }
        if referral.recipient == organisation { relations.insert(.party) }
        return relations.isEmpty ? [.stranger] : relations
    }

    /// Whether the asker may do `verb` with `referral`.
    public func may(_ verb: Verb, _ referral: Referral) -> Bool {
        AccessTable.allows(roles, verb, relations(to: referral))
    }

    /// Whether the asker may know of `referral`.
    public func maySee(_ referral: Referral) -> Bool { may(.see, referral) }

    /// Whether the asker may list dead letters of its organisation's messages and mailboxes.
    public var maySeeDeadLetters: Bool { AccessTable.allows(roles, .deadLetters, [.own]) }

    /// Whether the asker may see and judge `glass`; nobody judges what they did themselves.
    public func mayReview(_ glass: BreakGlass) -> Bool {
        guard glass.agent != agent else { return false }
        var relations: Set<Relation> = []
        if glass.organisation == organisation { relations.insert(.own) }
        if glass.custodians.contains(organisation) { relations.insert(.careTeam) }
        return AccessTable.allows(roles, .reviewBreakGlass, relations)
    }
}
