import CareModel

extension PlainEvaluator {
    /// Whether another directive has taken the place of this one by now.
    func isSuperseded(_ consent: PlainConsent) -> Bool {
        question.consents.contains { other in
            guard other != consent, hasBegun(other) else { return false }
            if isNewerVersion(other, of: consent) { return true }
            return claims(other, consent) && !isNewerVersion(consent, of: other)
                && !isClaimed(other, from: consent)
        }
    }

    private func hasBegun(_ consent: PlainConsent) -> Bool {
        if ["draft", "proposed", "rejected", "not-done"].contains(consent.status) { return false }
        guard consent.flaw == nil, consent.dialect != .policyRule,
            let start = consent.root.period?.start
        else { return true }
        return PlainDate.span(start).start <= request.time.milliseconds
    }

    private func isNewerVersion(_ newer: PlainConsent, of older: PlainConsent) -> Bool {
        let isSame = newer.id == older.id
        if isSame, let new = newer.version.flatMap(Int.init),
            let old = older.version.flatMap(Int.init),
            new != old
        {
            return new > old
        }
        let shared = newer.identifiers.filter { $0.system != nil && older.identifiers.contains($0) }
        guard isSame || !shared.isEmpty, newer.flaw == nil, older.flaw == nil,
            let new = newer.dateTime, let old = older.dateTime
        else { return false }
        return PlainDate.span(new).start >= PlainDate.span(old).end
    }

    private func claims(_ newer: PlainConsent, _ older: PlainConsent) -> Bool {
        newer.replaces == older.id
    }

    /// Whether claims lead from `start` to `goal`.
    private func isClaimed(_ goal: PlainConsent, from start: PlainConsent) -> Bool {
        var reached = [start]
        var place = 0
        while place < reached.count {
            for next in question.consents
            where claims(reached[place], next) && next != reached[place] {
                if next == goal { return true }
                if !reached.contains(next) { reached.append(next) }
            }
            place += 1
        }
        return false
    }
}
