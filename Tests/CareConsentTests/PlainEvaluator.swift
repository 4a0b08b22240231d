import CareModel

/// Answers consent questions a second time, slowly and obviously, to check the product's answers.
///
/// The rules, as the design and the sources (FHIR R4 and R5 Consent, IHE PCF) have them:
///
/// - A directive counts if it is active, of a category asked for, and no newer one has taken its
///   place. Newer is the higher version of the same directive, or the later of two that share an
///   identifier, or one that says it replaces the other, unless they replace one another in a
///   circle. Drafts, refused proposals and what begins later have taken no place yet.
/// - Of those that count, one that cannot be understood holds the release. The others say what
///   their base says, in R4 that of the root provision's type or of the policy rule, to which the
///   root provision is then an exception; in R5 the decision.
/// - The root's conditions (recipient, purpose, action, period) say whether it applies at all. If
///   nobody can tell whether a permission applies that also forbids something, the release is held.
/// - In the tree, exceptions whose conditions do not fit have no vote. Among those that have one, a
///   prohibition wins over a permission, and a permission over the provision's own effect. An
///   exception without a type has the opposite effect of its parent. Where the content is not what
///   the provision is about, its own effect has no vote, and of its exceptions only those of the
///   same effect have one.
/// - A directive that cannot permit anything of what is asked for forbids it. One prohibition
///   decides; then one directive that holds; then the permissions; without any, the implicit policy.
/// - A resource leaves only if every directive that applies permits it.
/// - Doubt fits a prohibition and no permission.
struct PlainEvaluator {
    /// Is a mistake made on purpose, which a comparison has to find.
    enum Mistake: CaseIterable {
        case permissionWinsOverProhibition, absentTypeIsInherited, breakGlassIsTreatment
        case unlabelledIsNormal, dateEndsBeforeItsDay, doubtNeverCounts, nothingIsSuperseded
        case oneDirectiveIsEnough, highWaterMarkIgnored, conditionsAreAlternatives
    }

    let question: PlainQuestion
    var mistake: Mistake?

    var request: ConsentRequest { question.request }

    func answer() -> PlainAnswer {
        var denials = 0
        var doubts = 0
        var permissions: [Tree] = []
        for consent in question.consents {
            guard counts(consent) else { continue }
            switch standing(consent) {
            case .none: continue
            case .doubt: doubts += 1
            case .rules(let tree):
                if canPermit(tree) { permissions.append(tree) } else { denials += 1 }
            }
        }
        let decision: Verdict.Decision =
            if denials > 0, mistake != .oneDirectiveIsEnough || permissions.isEmpty {
                .deny
            } else if doubts > 0 {
                .indeterminate
            } else {
                permissions.isEmpty ? .noConsent : .permit
            }
        let outcome: Verdict.Outcome =
            switch decision {
            case .permit: .permit
            case .deny: .deny
            case .indeterminate: .hold
            case .noConsent: policyPermits ? .permit : .deny
            }
        let released = question.content.map { resource in
            outcome == .permit && isAskedFor(resource)
                && permissions.allSatisfy { vote($0, on: resource) == .permit }
        }
        return PlainAnswer(decision: decision, outcome: outcome, released: released)
    }

    /// Content of a class not asked for does not leave, but for the frame of a release.
    private func isAskedFor(_ resource: ContentResource) -> Bool {
        request.classes.isEmpty || isFrame(resource)
            || !Set(request.classes).isDisjoint(with: resource.classes)
    }

    private func counts(_ consent: PlainConsent) -> Bool {
        let dormant = ["draft", "proposed", "rejected", "inactive", "entered-in-error", "not-done"]
        if dormant.contains(consent.status) { return false }
        let own = (consent.categories + [consent.scope].compactMap(\.self)).map { coding($0) }
        // One of which not even the category can be read may be of any.
        let mayBeOfAny = (consent.flaw != nil || consent.status != "active") && own.isEmpty
        if !mayBeOfAny, !request.categories.isEmpty, Set(own).isDisjoint(with: request.categories) {
            return false
        }
        return mistake == .nothingIsSuperseded || !isSuperseded(consent)
    }

    private enum Standing {
        case none, doubt
        case rules(Tree)
    }

    /// Whether the directive applies to the request, and what it says then.
    private func standing(_ consent: PlainConsent) -> Standing {
        guard consent.flaw == nil, consent.status == "active" else { return .doubt }
        var root = consent.root
        root.type = consent.base
        if consent.dialect == .policyRule {
            root = PlainProvision(exceptions: [consent.root])
        }
        let tree = Tree(root, effect: consent.base, in: consent, by: self)
        if tree.context.counts(for: tree.effect) { return .rules(tree) }
        return tree.context == .maybe && tree.forbidsSomething ? .doubt : .none
    }

    private var policyPermits: Bool {
        guard !request.purposes.isEmpty else { return false }
        let treatment = [Coding.purpose("TREAT")]
        func isAuthorised(_ purpose: Coding) -> Bool {
            isKind(purpose, of: request.authorisedPurposes)
        }
        return switch question.policy {
        case .deny: false
        case .basicNormal:
            request.purposes.allSatisfy { isKind($0, of: treatment) && isAuthorised($0) }
        case .allNormal: request.purposes.allSatisfy { isKnown($0) && isAuthorised($0) }
        case .breakGlassOnly:
            request.purposes.contains { $0 == .breakGlass && isAuthorised($0) }
        }
    }
}

extension PlainEvaluator {
    /// Is a provision with what its conditions come to for the request.
    final class Tree {
        let provision: PlainProvision
        let consent: PlainConsent
        let effect: ConsentEffect
        let context: PlainTruth
        let exceptions: [Tree]
        /// Whether the content that is imagined is what the provision is about.
        var imagined = true

        init(
            _ provision: PlainProvision, effect: ConsentEffect, in consent: PlainConsent,
            by evaluator: PlainEvaluator
        ) {
            self.provision = provision
            self.consent = consent
            self.effect = effect
            context = evaluator.context(of: provision, effect: effect, in: consent)
            let opposite: ConsentEffect = effect == .permit ? .deny : .permit
            exceptions = provision.exceptions.map {
                let absent = evaluator.mistake == .absentTypeIsInherited ? effect : opposite
                return Tree($0, effect: $0.type ?? absent, in: consent, by: evaluator)
            }
        }

        var forbidsSomething: Bool {
            effect == .deny || exceptions.contains { $0.forbidsSomething }
        }

        var all: [Tree] { [self] + exceptions.flatMap(\.all) }
    }

    /// What the tree says of content; `isAbout` tells whether a provision is about that content.
    private func vote(_ tree: Tree, _ isAbout: (Tree) -> Bool) -> ConsentEffect? {
        guard tree.context.counts(for: tree.effect) else { return nil }
        let fits = isAbout(tree)
        var votes: [ConsentEffect?] = []
        for exception in tree.exceptions where fits || exception.effect == tree.effect {
            votes.append(vote(exception, isAbout))
        }
        let order: [ConsentEffect] =
            mistake == .permissionWinsOverProhibition ? [.permit, .deny] : [.deny, .permit]
        for effect in order where votes.contains(effect) { return effect }
        return fits ? tree.effect : nil
    }

    func vote(_ tree: Tree, on resource: ContentResource) -> ConsentEffect? {
        vote(tree) { isAbout($0, resource) }
    }

    /// Whether there might be content asked for that the tree permits: tries all combinations of
    /// conditions that such content may or may not meet, as if none depended on another.
    func canPermit(_ tree: Tree) -> Bool {
        var open: [Tree] = []
        for part in tree.all where part.provision.looksAtContent {
            switch isAboutWhatIsAskedFor(part.provision) {
            case .yes: part.imagined = true
            case .no: part.imagined = false
            case .maybe: open.append(part)
            }
        }
        return (0..<(1 << open.count)).contains { combination in
            for (bit, part) in open.enumerated() {
                part.imagined = combination & (1 << bit) != 0
            }
            return vote(tree, \.imagined) == .permit
        }
    }

    /// What the classes asked for alone tell of a provision's conditions on content.
    private func isAboutWhatIsAskedFor(_ provision: PlainProvision) -> PlainTruth {
        guard !provision.classes.isEmpty, !request.classes.isEmpty else { return .maybe }
        let own = provision.classes.map { coding($0) }
        let each = request.classes.map { asked -> PlainTruth in
            if own.contains(asked) { return .yes }
            return own.allSatisfy { $0.system == asked.system && $0.code != "" } ? .no : .maybe
        }
        if each.allSatisfy({ $0 == .no }) { return .no }
        var rest = provision
        rest.classes = []
        return each.allSatisfy { $0 == .yes } && !rest.looksAtContent ? .yes : .maybe
    }
}
