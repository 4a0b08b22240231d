import CareModel
import CareTestKit

/// Makes questions at random, always the same for the same seed, from few words so that they meet.
struct RandomConsents {
    var random: SplitMix64

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &random) < percent
    }

    mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: values.indices, using: &random)]
    }

    /// Some of `values`, at least one.
    mutating func some<Value>(_ values: [Value], upTo count: Int = 2) -> [Value] {
        (0..<Int.random(in: 1...count, using: &random)).map { _ in pick(values) }
    }

    /// The directives of one patient: few as a rule, ten at most.
    mutating func consents() -> [PlainConsent] {
        let count = pick([1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 7, 10])
        return (0..<count).map { _ in consent() }
    }

    private mutating func consent() -> PlainConsent {
        var consent = PlainConsent(id: pick(["a", "b", "c", "d", "e", "f", "g", "h"]))
        consent.version = chance(80) ? pick(["1", "2", "3", "x"]) : nil
        if chance(12) { consent.status = pick(Self.statuses) }
        consent.dialect = pick([.typedRoot, .typedRoot, .policyRule, .decision])
        consent.base = chance(80) ? .permit : .deny
        consent.categories = some(Self.categories)
        if chance(30), consent.dialect != .decision { consent.scope = pick(Self.categories) }
        if chance(20) { consent.identifiers = some(Self.consentNumbers) }
        if chance(80) { consent.dateTime = pick(Self.dates) }
        if chance(5) { consent.replaces = pick(["a", "b", "c", "d"]) }
        if chance(3) { consent.flaw = pick(Self.flaws) }
        consent.contained = Self.contained
        consent.root = root(of: consent)
        return consent
    }

    private mutating func root(of consent: PlainConsent) -> PlainProvision {
        var budget = 7
        guard consent.dialect == .decision else {
            let isException = consent.dialect == .policyRule
            var root = provision(level: 0, density: isException ? 45 : 22, budget: &budget)
            // With a type the root of an opt-in would be the root of a permission or prohibition.
            let isOptOut = isException && consent.base == .deny
            root.type = isOptOut && chance(40) ? .permit : nil
            return root
        }
        var root = PlainProvision()
        if chance(30) { root.period = pick(Self.periods) }
        root.exceptions = exceptions(level: 0, budget: &budget)
        return root
    }

    /// A provision and what is below it, at most three levels in all; `budget` limits how many
    /// look at content.
    private mutating func provision(
        level: Int, density: Int, budget: inout Int
    ) -> PlainProvision {
        var provision = PlainProvision()
        if level > 0 {
            provision.type = chance(50) ? nil : chance(50) ? .permit : .deny
        }
        if chance(density) { provision.period = pick(Self.periods) }
        if chance(density) { provision.actors = some(Self.actors) }
        if chance(density) { provision.purposes = some(Self.purposes) }
        if chance(density / 2) { provision.actions = some(Self.actions) }
        if budget > 0, chance(level == 0 ? 35 : 70) {
            budget -= 1
            addContent(to: &provision)
        }
        if level < 2 { provision.exceptions = exceptions(level: level, budget: &budget) }
        return provision
    }

    private mutating func exceptions(level: Int, budget: inout Int) -> [PlainProvision] {
        let count = pick(level == 0 ? [0, 0, 1, 1, 2, 3] : [0, 0, 0, 1, 2])
        return (0..<count).map { _ in
            provision(level: level + 1, density: 22, budget: &budget)
        }
    }

    private mutating func addContent(to provision: inout PlainProvision) {
        for _ in 0..<pick([1, 1, 1, 2]) {
            switch Int.random(in: 0..<8, using: &random) {
            case 0...2: provision.labels = some(Self.labels)
            case 3: provision.classes = some(Self.classes)
            case 4: provision.codes = some(Self.codes)
            case 5: provision.dataPeriod = pick(Self.periods)
            default:
                provision.data = some(Self.targets).map {
                    PlainData(meaning: pick(Self.meanings), target: $0)
                }
            }
        }
    }
}
