internal import CareModel

/// Is content that might be there, made up piece by piece while a rule asks about it.
///
/// A rule whose conditions exclude one another may permit by the words of it and yet let nothing go.
/// What one resource can be decides: of one type, of one level, and all else on its own.
final class ImaginedContent {
    private var type: String?
    private var rank = 0
    private var assumptions = Assumptions<ContentDoubt, Bool>()
    /// How much more may be looked at before nobody can tell.
    private var left: Int

    private init(limit: Int) { left = limit }

    /// How many rules and conditions may be looked at: a few milliseconds' work.
    static let limit = 20_000

    /// Whether `rule` permits some content of `classes`, or of any if there are none, and what it took
    /// to find out.
    ///
    /// What would take too long counts as permitted: each resource is asked about as it leaves.
    static func exists(
        permittedBy rule: ResidualRule, of classes: [Coding]
    ) -> (answer: Bool, effort: Int) {
        // Mostly the conditions do not get in each other's way.
        let independent = rule.votes { condition, _ in condition.isEmpty ? .yes : .unknown }
        guard independent.contains(.permit) else { return (false, 1) }
        var types: [String?] = classes.compactMap(\.resourceTypeName)
        if types.isEmpty { types = [nil] + rule.resourceTypes.map { $0 } }
        // From the normal level outwards, which finds a permission soonest.
        let ranks = rule.looksAtConfidentiality ? [3, 0, 5, 4, 2, 1] : [3]
        let content = ImaginedContent(limit: limit)
        let isFound = types.contains { type in
            ranks.contains { rank in
                content.type = type
                content.rank = rank
                return content.permits(rule)
            }
        }
        return (isFound, limit - content.left)
    }

    private func permits(_ rule: ResidualRule) -> Bool {
        assumptions = Assumptions()
        repeat {
            let vote = vote(rule)
            if vote == .permit || left <= 0 { return true }
        } while assumptions.next(after: false)
        return false
    }

    private func vote(_ rule: ResidualRule) -> ConsentEffect? {
        left -= 1
        guard left > 0 else { return nil }
        let fits =
            rule.effect.map { self.fits(rule.condition, for: $0, path: rule.path) } ?? true
        var permitted = false
        for exception in rule.exceptions where fits || exception.stated == rule.stated {
            switch vote(exception) {
            case .deny: return .deny
            case .permit: permitted = true
            case nil: continue
            }
        }
        let vote = permitted ? .permit : fits ? rule.effect : nil
        return rule.isConfined && vote == .permit ? nil : vote
    }

    private func fits(
        _ condition: ContentCondition, for effect: ConsentEffect, path: String
    ) -> Bool {
        any(condition.securityLabels) { label, place in
            guard let level = label.rank else {
                return holds(.label(label), isRead: label.isRead, path, .label, place)
            }
            return effect == .permit ? rank <= level : rank >= level
        }
            && any(condition.classes) { coding, place in
                coding.resourceTypeName.map { $0 == type }
                    ?? isCoded(
                        coding, path, .contentClass, place)
            }
            && any(condition.documentTypes) { isCoded($0, path, .documentType, $1) }
            && any(condition.codes) { isCoded($0, path, .code, $1) }
            && any(condition.data) { data, place in
                let isRead = data.target.reference != nil && data.target.isResolved
                return holds(.data(data), isRead: isRead, path, .data, place)
            }
            && (condition.dataPeriod.map {
                holds(.period($0), isRead: !$0.isUnread, path, .dataPeriod, 0)
            } ?? true)
            && (condition.expression.map { holds(.expression($0)) } ?? true)
    }

    private func any<Value>(_ values: [Value], _ fits: (Value, Int) -> Bool) -> Bool {
        values.isEmpty || values.indices.contains { fits(values[$0], $0) }
    }

    private func isCoded(
        _ coding: Coding, _ path: String, _ attribute: ContentDoubt.Attribute, _ place: Int
    ) -> Bool {
        holds(.code(coding, attribute), isRead: coding.isRead, path, attribute, place)
    }

    /// Whether something is so; what nobody could read may be another thing each time.
    private func holds(
        _ fact: ContentDoubt, isRead: Bool, _ path: String, _ attribute: ContentDoubt.Attribute,
        _ place: Int
    ) -> Bool {
        holds(isRead ? fact : .unreadable(path, attribute, place))
    }

    private func holds(_ fact: ContentDoubt) -> Bool {
        left -= 1
        return assumptions.answer(fact)
    }
}

extension ResidualRule {
    fileprivate var resourceTypes: [String] {
        condition.classes.compactMap(\.resourceTypeName)
            + exceptions.flatMap(\.resourceTypes)
    }

    fileprivate var looksAtConfidentiality: Bool {
        condition.securityLabels.contains { $0.rank != nil }
            || exceptions.contains { $0.looksAtConfidentiality }
    }
}

extension Coding {
    fileprivate var resourceTypeName: String? {
        system == CodeSystem.resourceTypes && !code.isEmpty ? code : nil
    }

    fileprivate var isRead: Bool { !code.isEmpty }

    fileprivate var rank: Int? {
        system == CodeSystem.confidentiality ? Confidentiality.rank(code) : nil
    }
}
