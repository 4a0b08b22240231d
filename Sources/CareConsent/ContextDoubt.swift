internal import CareModel

/// Is something about a request, or about a directive as a whole, that cannot be told.
///
/// Two of them are equal only if they turn out the same way in any case.
struct ContextDoubt: Hashable {
    /// Says what cannot be told.
    enum Subject: Hashable {
        /// Whether a party is the one that goes by this reference or these identifiers.
        case party(ConsentActor.Side, String?, [BusinessIdentifier])
        /// Whether somebody without a name is the party of a side.
        case somebody(ConsentActor.Side, ObjectIdentifier)
        /// Whether somebody whose part cannot be placed stands on the recipient's side.
        case side(ObjectIdentifier)
        /// Whether a purpose covers what is asked for.
        case purpose(Coding)
        /// Whether an action is among what is done.
        case action(Coding)
        /// Whether a code nobody could read fits.
        case unreadableCode(ObjectIdentifier, Int)
        /// Whether a bound without a zone, here in the deployment's, has passed.
        case passed(Timestamp)
        /// Whether a period that nobody could read holds; the rule or the actor it belongs to.
        case unreadablePeriod(ObjectIdentifier)
        /// Whether the directive at the first place is newer than the one at the second.
        case newer(Int, Int)
        /// Whether the directive at a place is a privacy directive.
        case scope(Int)
        /// Whether the directive at a place holds although nobody verified it.
        case verification(Int)
    }

    let subject: Subject
    /// The condition it belongs to.
    let condition: Verdict.Conditions
    /// The place of the directive where it came up first, and the rule.
    let directive: Int
    let path: String

    static func == (left: ContextDoubt, right: ContextDoubt) -> Bool {
        left.subject == right.subject
    }

    func hash(into hasher: inout Hasher) { hasher.combine(subject) }
}
