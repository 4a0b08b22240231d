/// A second reading of FHIR Consent: what directives say in one world.
///
/// In a world every comparison is answered with yes or no. This knows no doubts of its own: what the information at
/// hand leaves open, it asks the world. See README.md for the source of each rule.
struct TwoValuedConsent {
    enum Effect {
        case permit, deny
        var flipped: Effect { self == .permit ? .deny : .permit }
    }

    enum Vote { case permit, deny, none }

    enum Decision: String, Hashable, Sendable { case permit, deny, noConsent = "no-consent" }

    struct Outcome: Hashable, Sendable {
        var decision: Decision
        /// Is true where the decision would be permit if content conditions had nothing to do with
        /// each other: a permit under which nothing can be released.
        var isEmptyPermit = false
    }

    /// Points that the sources leave open and where another reading is defensible.
    struct Readings: Hashable {
        /// A date without a zone is a day in UTC, as the published cases take it.
        var datesAreUTC = false
        /// A newer version replaces an older one only where the newer one applies to the request.
        var supersededLast = false
        /// References of one type compare wherever they live.
        var basesAreIgnored = false
    }

    let request: OracleJSON
    let references: OracleJSON?
    let world: OracleWorld
    private let question: Question
    private let turn: Int
    var readings: Readings { question.readings }
    var faults: Set<OracleFault> { question.faults }

    /// What is the same in all worlds.
    final class Question {
        let row: OracleJSON
        let readings: Readings
        /// Wrong rules, planted to see whether they are noticed.
        let faults: Set<OracleFault>
        let consents: [OracleJSON]
        fileprivate var rules: [Int: Rule?] = [:]
        fileprivate var parties: [Side: [OracleName]] = [:]
        /// Counts the worlds asked, so that nothing of one is taken for true in another.
        fileprivate var turn = 0

        init(_ row: OracleJSON, _ readings: Readings = .init(), _ faults: Set<OracleFault> = []) {
            self.row = row
            self.readings = readings
            self.faults = faults
            consents = row.items("consents")
        }
    }

    init(_ question: Question, in world: OracleWorld) {
        question.turn += 1
        self.question = question
        self.world = world
        turn = question.turn
        request = question.row["request"] ?? .object([:])
        references = question.row["references"]
    }

    /// The names of the party on one side.
    ///
    /// Published rows do not tell the sides apart: without
    /// `sender`, the actors stand for both.
    func party(_ side: Side) -> [OracleName] {
        if let known = question.parties[side] { return known }
        let field = side == .sender && request["sender"] != nil ? "sender" : "actor"
        let names = request.items(field).map { OracleName($0, known: references) }
        question.parties[side] = names
        return names
    }

    func open(_ cause: OracleDoubt.Cause, _ question: String) -> Bool {
        world.holds(OracleDoubt(cause: cause, question: question))
    }

    func decide() -> Outcome {
        let rules = applicable()
        if rules.isEmpty { return .init(decision: .noConsent) }
        if faults.contains(.permitOverrides) {
            let permits = rules.contains { canPermit($0) }
            return .init(decision: permits ? .permit : .deny)
        }
        if rules.allSatisfy({ canPermit($0) }) { return .init(decision: .permit) }
        let isEmpty = rules.allSatisfy { possibleVotes($0.root, $0).contains(.permit) }
        return .init(decision: .deny, isEmptyPermit: isEmpty)
    }

    /// Leaves a resource, if every directive that applies permits it.
    func releases(_ resource: OracleJSON) -> Bool {
        let rules = applicable()
        guard !rules.isEmpty, isWanted(resource) else { return false }
        return rules.allSatisfy { canPermit($0) }
            && rules.allSatisfy { vote($0.root, .resource(resource), $0) == .permit }
    }

    /// Says whether it is of a class that was asked for.
    private func isWanted(_ resource: OracleJSON) -> Bool {
        let classes = request.items("class")
        return classes.isEmpty
            || classes.contains { Self.resourceType($0) == resource.text("resourceType") }
    }

    /// A directive in one form for all dialects.
    struct Rule {
        let root: Provision
        let consent: OracleJSON

        init(_ root: OracleJSON, _ effect: Effect, _ consent: OracleJSON, ignoringTypes: Bool) {
            self.root = Provision(
                root, effect, isRoot: true, ignoringTypes: ignoringTypes,
                path: consent.text("id") ?? "?")
            self.consent = consent
        }
    }

    /// A provision with its effect, explicit or flipped from its parent's.
    ///
    /// Remembers, within one
    /// world, whether its context fits.
    final class Provision {
        let json: OracleJSON
        let effect: Effect
        let isRoot: Bool
        /// Where it stands.
        let path: String
        let conditions: [OracleCondition]
        let children: [Provision]
        var known: (turn: Int, fits: Bool)?
        /// Whether its context fits in one world and not in another.
        var isInDoubt: Bool?

        init(
            _ json: OracleJSON, _ effect: Effect, isRoot: Bool, ignoringTypes: Bool, path: String
        ) {
            self.json = json
            self.effect = effect
            self.isRoot = isRoot
            self.path = path
            conditions = OracleCondition.all(of: json)
            children = json.items("provision").enumerated().map { place, child in
                let explicit = TwoValuedConsent.effect(ignoringTypes ? nil : child.text("type"))
                return Provision(
                    child, explicit ?? effect.flipped, isRoot: false, ignoringTypes: ignoringTypes,
                    path: "\(path).\(place)")
            }
        }

        var allConditions: [OracleCondition] { conditions + children.flatMap(\.allConditions) }
    }

    // MARK: Which directives speak

    private func applicable() -> [Rule] {
        var candidates = question.consents.enumerated().filter { _, consent in
            (Self.mayBeActive(consent) || faults.contains(.draftsCount))
                && isOfCategory(consent) && isPrivacyDirective(consent)
        }.map { (number: $0.offset, consent: $0.element) }
        if !isSupersededLast { candidates = newest(of: candidates) }
        var rules: [(number: Int, rule: Rule)] = []
        for (number, consent) in candidates {
            guard let rule = rule(consent, number) else { continue }
            if speaks(rule) { rules.append((number, rule)) }
        }
        if isSupersededLast {
            let kept = newest(of: rules.map { ($0.number, $0.rule.consent) }).map(\.number)
            rules.removeAll { !kept.contains($0.number) }
        }
        return rules.map(\.rule)
    }

    /// R5: `unknown` is that nobody knows which status it has.
    private static func mayBeActive(_ consent: OracleJSON) -> Bool {
        ["active", "unknown"].contains(consent.text("status"))
    }

    private var isSupersededLast: Bool {
        readings.supersededLast || faults.contains(.successorMustApply)
    }

    private func speaks(_ rule: Rule) -> Bool { contextFits(rule.root, rule) }

    private func isOfCategory(_ consent: OracleJSON) -> Bool {
        let wanted = request.items("category")
        guard !wanted.isEmpty else { return true }
        let concepts = consent.items("category") + [consent["scope"]].compactMap { $0 }
        let own = concepts.flatMap { $0.items("coding") }
        return wanted.contains { want in
            own.contains {
                $0.text("system") == want.text("system") && $0.text("code") == want.text("code")
            }
        }
    }

    /// Of directives that share an identifier, the newest.
    private func newest(of all: [(number: Int, consent: OracleJSON)]) -> [(
        number: Int, consent: OracleJSON
    )] {
        if faults.contains(.nothingSupersedes) { return all }
        var pairs: [(Int, Int)] = []
        for (place, first) in all.enumerated() {
            for second in all[(place + 1)...] where isSame(first.consent, second.consent) {
                pairs.append((first.number, second.number))
                let times = (Self.dated(first.consent), Self.dated(second.consent))
                guard let one = times.0, let other = times.1 else { continue }
                if isCertain(one, before: other) {
                    world.note(newer: second.number, than: first.number)
                }
                if isCertain(other, before: one) {
                    world.note(newer: first.number, than: second.number)
                }
            }
        }
        var replaced: Set<Int> = []
        for (first, second) in pairs {
            let isFirst = world.holds(
                OracleDoubt(
                    cause: .newer, question: "\(first) is newer than \(second)",
                    pair: .init(first: first, second: second)))
            replaced.insert(isFirst ? second : first)
        }
        return all.filter { !replaced.contains($0.number) }
    }

    private func isSame(_ first: OracleJSON, _ second: OracleJSON) -> Bool {
        let one = OracleName.tokens(of: first).filter { $0.system != nil }
        return !one.isDisjoint(with: OracleName.tokens(of: second))
    }

    private static func dated(_ consent: OracleJSON) -> OracleMoment? {
        OracleMoment(consent.text("dateTime") ?? consent.text("date"))
    }

    private func isCertain(_ one: OracleMoment, before other: OracleMoment) -> Bool {
        let spread = readings.datesAreUTC ? 0 : OracleZoneSpan.earlier + OracleZoneSpan.later
        return one.end + (one.hasZone == other.hasZone ? 0 : spread) <= other.first
    }

    // MARK: Dialects

    static func isR5(_ consent: OracleJSON) -> Bool {
        if consent["scope"] != nil || consent["policyRule"] != nil { return false }
        if case .list? = consent["provision"] { return true }
        return consent["decision"] != nil || consent["subject"] != nil || consent["date"] != nil
    }

    /// Brings a directive into one form; nil if in this world it says nothing.
    ///
    /// One that cannot be
    /// read may permit, refuse or say nothing.
    private func rule(_ consent: OracleJSON, _ number: Int) -> Rule? {
        let known = question.rules[number]
        let read = known ?? read(consent)
        if known == nil { question.rules[number] = .some(read) }
        if let rule = read { return rule }
        if faults.contains(.unreadableIsSilent) { return nil }
        guard open(.unreadable, "\(number) speaks") else { return nil }
        let permits = open(.unreadable, "\(number) permits")
        return Rule(.object([:]), permits ? .permit : .deny, consent, ignoringTypes: false)
    }

    private func read(_ consent: OracleJSON) -> Rule? {
        if consent.text("status") != "active" && !faults.contains(.draftsCount) { return nil }
        // A modifier that is not understood forbids processing (FHIR, Extensibility).
        if consent.everything.contains(where: { $0["modifierExtension"] != nil }) { return nil }
        let types = consent["provision"]?.everything.compactMap { $0["type"]?.text } ?? []
        let resourceTypes = Set(OracleCodes.typesOfReferences)
        if types.contains(where: { Self.effect($0) == nil && !resourceTypes.contains($0) }) {
            return nil
        }
        let ignoring = faults.contains(.nestedTypeIgnored)
        if Self.isR5(consent) {
            guard let effect = Self.effect(consent.text("decision")) else { return nil }
            var root: [String: OracleJSON] = ["provision": consent["provision"] ?? .list([])]
            root["period"] = consent["period"]
            return Rule(.object(root), effect, consent, ignoringTypes: ignoring)
        }
        let provision = consent["provision"]
        let conditions = (provision?.members ?? [:]).keys.filter {
            !["period", "provision", "id", "type"].contains($0)
        }
        if Self.isContradiction(consent["policyRule"]) { return nil }
        if let effect = Self.effect(provision?.text("type")), let provision {
            // It permits everything under a policy that forbids everything.
            if effect == .permit && conditions.isEmpty && Self.base(consent["policyRule"]) == .deny
            {
                return nil
            }
            return Rule(provision, effect, consent, ignoringTypes: ignoring)
        }
        guard let base = Self.base(consent["policyRule"]) else { return nil }
        guard let provision else {
            // "Opt-in with restrictions" that are not there.
            if Self.codes(consent["policyRule"]).contains("OPTINR") { return nil }
            return Rule(.object([:]), base, consent, ignoringTypes: ignoring)
        }
        let isException = faults.contains(.everyRootIsAnException)
        guard let members = provision.members, !members.isEmpty || isException else { return nil }
        if conditions.isEmpty && !isException || faults.contains(.everyRootIsAFrame) {
            return Rule(provision, base, consent, ignoringTypes: ignoring)
        }
        let type = base == .permit ? "deny" : "permit"
        let exception = provision.with("type", .text(type))
        return Rule(["provision": [exception]], base, consent, ignoringTypes: false)
    }

    static func effect(_ code: String?) -> Effect? {
        switch code {
        case "permit": .permit
        case "deny": .deny
        default: nil
        }
    }

    private static func codes(_ policyRule: OracleJSON?) -> [String] {
        (policyRule?.items("coding") ?? [])
            .filter { $0.text("system") == OracleCodes.acts }.compactMap { $0.text("code") }
    }

    // v3-ActCode: opt-in, opt-in with restrictions; opt-out, opt-out with exceptions.
    private static func base(_ policyRule: OracleJSON?) -> Effect? {
        let codes = codes(policyRule)
        if codes.contains("OPTIN") || codes.contains("OPTINR") { return .permit }
        return codes.contains("OPTOUT") || codes.contains("OPTOUTE") ? .deny : nil
    }

    private static func isContradiction(_ policyRule: OracleJSON?) -> Bool {
        let codes = codes(policyRule)
        return !Set(codes).isDisjoint(with: ["OPTIN", "OPTINR"])
            && !Set(codes).isDisjoint(with: ["OPTOUT", "OPTOUTE"])
    }

    // MARK: The tree of provisions

    private func contextFits(_ provision: Provision, _ rule: Rule) -> Bool {
        if let known = provision.known, known.turn == turn {
            return known.fits
        }
        let actors = provision.json.items("actor")
        let purposes = provision.json.items("purpose")
        let actions = provision.json.items("action")
        let isTimeless = faults.contains(.nestedPeriodIgnored) && !provision.isRoot
        let isWhole = provision.isRoot && provision.effect == .permit
        let fits =
            (isTimeless
                || isNow(in: provision.json["period"], inUTC: isWhole, at: provision.path))
            && (purposes.isEmpty || purposes.contains { covers($0, isWhole: isWhole) })
            && (actions.isEmpty || actions.contains { isRelease($0) })
            && (actors.isEmpty
                || actors.indices.contains {
                    isActor(actors[$0], in: rule.consent, at: "\(provision.path) \($0)")
                })
        provision.known = (turn, fits)
        return fits
    }

    /// A provision whose content does not fit still lets its children of the same effect speak:
    /// they widen it (IHE PCF, focused restricted).
    private func vote(_ provision: Provision, _ subject: OracleSubject, _ rule: Rule) -> Vote {
        guard contextFits(provision, rule) else { return .none }
        let fits = contentFits(provision, subject)
        let widens = !faults.contains(.nothingWidens)
        let kids = provision.children.filter { fits || (widens && $0.effect == provision.effect) }
        let votes = kids.map { kid -> Vote in
            let vote = vote(kid, subject, rule)
            // A refusal inside a refusal forbids nothing new. One that only may apply must not permit
            // anything either, by an exception of its own (doubt-02).
            let isConfined =
                vote == .permit && kid.effect == .deny && provision.effect == .deny
                && !faults.contains(.doubtfulRefusalLifts) && isInDoubt(kid, rule)
            return isConfined ? .none : vote
        }
        if faults.contains(.siblingPermitWins) && votes.contains(.permit) { return .permit }
        if votes.contains(.deny) { return .deny }
        if votes.contains(.permit) { return .permit }
        guard fits else { return .none }
        return provision.effect == .permit ? .permit : .deny
    }

    private func isInDoubt(_ provision: Provision, _ rule: Rule) -> Bool {
        if let known = provision.isInDoubt { return known }
        let worlds = OracleWorlds(limit: 1_000, samples: 100) { world in
            TwoValuedConsent(question, in: world).contextFits(provision, rule)
        }
        provision.isInDoubt = worlds.outcomes.count > 1
        return worlds.outcomes.count > 1
    }

    // MARK: Whether a directive lets anything go

    private func canPermit(_ rule: Rule) -> Bool {
        let conditions = rule.root.allConditions
        var types: Set<String> = []
        var facts: Set<String> = []
        var hasLevels = false
        for condition in conditions {
            for (value, fact) in zip(condition.values, condition.facts) {
                if condition.kind == .label && Self.level(value) != nil {
                    hasLevels = true
                } else if condition.kind == .contentClass, let type = Self.resourceType(value) {
                    types.insert(type)
                } else {
                    facts.insert(fact)
                }
            }
        }
        let asked = request.items("class").compactMap { Self.resourceType($0) }
        let choices = asked.isEmpty ? types.sorted() + ["Basic"] : asked
        let names = facts.sorted().prefix(7)
        for type in choices {
            for level in hasLevels ? Array(OracleCodes.levels.indices) : [3] {
                for bits in 0..<(1 << names.count) {
                    var imagined = OracleResource(type: type, level: level, facts: [:])
                    for (place, name) in names.enumerated() {
                        imagined.facts[name] = bits & (1 << place) != 0
                    }
                    if vote(rule.root, .imagined(imagined), rule) == .permit {
                        return true
                    }
                }
            }
        }
        return false
    }

    /// What a provision may vote, if every content condition may hold or not on its own.
    private func possibleVotes(_ provision: Provision, _ rule: Rule) -> Set<Vote> {
        guard contextFits(provision, rule) else { return [.none] }
        let own: Vote = provision.effect == .permit ? .permit : .deny
        var possible = combined(provision.children, own, rule)
        if !provision.conditions.isEmpty {
            let widening = provision.children.filter { $0.effect == provision.effect }
            possible.formUnion(combined(widening, .none, rule))
        }
        return possible
    }

    private func combined(_ kids: [Provision], _ otherwise: Vote, _ rule: Rule) -> Set<Vote> {
        let votes = kids.map { possibleVotes($0, rule) }
        var result: Set<Vote> = []
        if votes.contains(where: { $0.contains(.deny) }) { result.insert(.deny) }
        if votes.allSatisfy({ $0 != [.deny] }) && votes.contains(where: { $0.contains(.permit) }) {
            result.insert(.permit)
        }
        if votes.allSatisfy({ $0.contains(.none) }) { result.insert(otherwise) }
        return result
    }
}

extension OracleCodes {
    /// Values of `Reference.type`, which is no provision type.
    static let typesOfReferences = [
        "Organization", "Practitioner", "HealthcareService", "Device", "Group", "CareTeam",
        "PractitionerRole", "Patient", "RelatedPerson", "Observation", "Condition", "Encounter",
    ]
}
