import CareModel

extension PlainEvaluator {
    /// Whether recipient, purpose, action and period are those of the request.
    func context(
        of provision: PlainProvision, effect: ConsentEffect, in consent: PlainConsent
    ) -> PlainTruth {
        var truths: [PlainTruth] = []
        if let period = provision.period {
            truths.append(isNow(in: period, for: effect) ? .yes : .no)
        }
        if !provision.actors.isEmpty {
            truths.append(
                .any(provision.actors.map { isRequester($0, in: consent, for: effect) }))
        }
        if !provision.purposes.isEmpty { truths.append(isPurpose(provision.purposes)) }
        if !provision.actions.isEmpty { truths.append(isAction(provision.actions)) }
        let context: PlainTruth =
            mistake == .conditionsAreAlternatives && !truths.isEmpty ? .any(truths) : .all(truths)
        return context == .maybe && mistake == .doubtNeverCounts ? .no : context
    }

    /// The first instant of a period and the first after it; nil for an open end.
    ///
    /// A date stands for its whole day, month or year. It names no zone, so for a prohibition it
    /// begins where it begins first in the world, and ends where it ends last.
    func span(_ period: PlainPeriod, for effect: ConsentEffect) -> (start: Int64?, end: Int64?) {
        var start: Int64?
        var end: Int64?
        if let text = period.start {
            let date = PlainDate.span(text)
            start = date.start - (effect == .deny && !date.namesZone ? 14 * 3_600_000 : 0)
        }
        if let text = period.end {
            let date = PlainDate.span(text)
            end = date.end + (effect == .deny && !date.namesZone ? 12 * 3_600_000 : 0)
            if mistake == .dateEndsBeforeItsDay, !date.namesZone { end = date.start }
        }
        return (start, end)
    }

    private func isNow(in period: PlainPeriod, for effect: ConsentEffect) -> Bool {
        let now = request.time.milliseconds
        let (start, end) = span(period, for: effect)
        return start.map { $0 <= now } != false && end.map { now < $0 } != false
    }

    /// Whether `actor` is the one who asks, whose names the request lists.
    private func isRequester(
        _ actor: PlainReference?, in consent: PlainConsent, for effect: ConsentEffect
    ) -> PlainTruth {
        guard let actor, !request.actors.isEmpty else { return .maybe }
        var identifiers = [actor.identifier].compactMap(\.self)
        if let reference = actor.reference {
            let resource = consent.contained.first { "#" + $0.id == reference }
            if let group = resource, group.type == "Group" {
                return isMember(of: group, in: consent, for: effect)
            }
            let mayBeAnybody = reference.hasPrefix("#") || reference.contains("Group/")
            if resource == nil, mayBeAnybody { return .maybe }
            identifiers += resource?.identifiers ?? []
        }
        return isOne(ofNames: actor.reference, identifiers)
    }

    private func isMember(
        of group: PlainContained, in consent: PlainConsent, for effect: ConsentEffect
    ) -> PlainTruth {
        guard !group.isDescribed, !group.members.isEmpty else { return .maybe }
        return .any(
            group.members.map { member in
                if member.isInactive { return .no }
                if let period = member.period, !isNow(in: period, for: effect) { return .no }
                return isRequester(member.entity, in: consent, for: effect)
            })
    }

    /// Whether one of the requester's names is among these; no if at least one name could have
    /// been the same and is not, as long as none looks alike.
    private func isOne(ofNames reference: String?, _ identifiers: [PlainIdentifier]) -> PlainTruth {
        var looksAlike = false
        var couldBeSame = false
        for name in request.actors {
            if let mine = reference, let theirs = name.reference {
                if mine == theirs { return .yes }
                let (ours, others) = (parts(mine), parts(theirs))
                if ours.suffix(2) == others.suffix(2) { looksAlike = true }
                if ours.count > 1, others.count > 1, ours.suffix(2).first == others.suffix(2).first
                {
                    couldBeSame = true
                }
            }
            for mine in identifiers {
                for theirs in name.identifiers where (mine.system ?? "") == theirs.system {
                    let isSame = mine.value == theirs.value
                    if mine.system == nil {
                        // Without a system a number may be anybody's.
                        if isSame { looksAlike = true }
                    } else if isSame {
                        return .yes
                    } else {
                        couldBeSame = true
                    }
                }
            }
        }
        return looksAlike || !couldBeSame ? .maybe : .no
    }

    func parts(_ reference: String) -> [Substring] {
        reference.split(separator: "/", omittingEmptySubsequences: false)
    }

    /// The code as one writes it today, with its system; empty texts for what is missing.
    func coding(_ code: PlainCode) -> Coding {
        let today = [
            "http://hl7.org/fhir/v3/ActReason": CodeSystem.purpose,
            "urn:oid:2.16.840.1.113883.5.8": CodeSystem.purpose,
            "urn:oid:2.16.840.1.113883.5.25": CodeSystem.confidentiality,
            "http://hl7.org/fhir/consentaction": CodeSystem.action,
            "http://hl7.org/fhir/fhir-types": CodeSystem.resourceTypes,
        ]
        let system = code.system ?? ""
        return Coding(system: today[system] ?? system, code: code.code ?? "")
    }

    /// The part of HL7's tree of purposes that the random questions use.
    private var kinds: [String: String] {
        [
            "COC": "TREAT", "ETREAT": "TREAT", "BTG": "ETREAT", "CAREMGT": "HOPERAT",
            "COVERAGE": "HPAYMT", "TREAT": "", "HOPERAT": "", "HPAYMT": "", "HMARKT": "",
        ]
    }

    func isKnown(_ purpose: Coding) -> Bool {
        purpose.system == CodeSystem.purpose
            ? kinds[purpose.code] != nil : purpose.system != "" && purpose.code != ""
    }

    /// Whether `purpose` is one of `purposes` or a kind of one; break-glass is a kind of nothing.
    func isKind(_ purpose: Coding, of purposes: [Coding]) -> Bool {
        guard purpose.code != "" else { return false }
        if purposes.contains(purpose) { return true }
        guard purpose.system == CodeSystem.purpose else { return false }
        if purpose.code == "BTG", mistake != .breakGlassIsTreatment { return false }
        guard let wider = kinds[purpose.code], wider != "" else { return false }
        return isKind(.purpose(wider), of: purposes)
    }

    /// Compares each purpose asked for with each of the provision's.
    private func isPurpose(_ purposes: [PlainCode]) -> PlainTruth {
        guard !request.purposes.isEmpty else { return .maybe }
        let own = purposes.map { coding($0) }
        return .any(
            request.purposes.flatMap { asked in
                own.map { one in
                    if isKind(asked, of: [one]) { return .yes }
                    let isComparable =
                        isKnown(asked) && isKnown(one) && asked.system == one.system
                    return isComparable ? .no : .maybe
                }
            })
    }

    private func isAction(_ actions: [PlainCode]) -> PlainTruth {
        guard !request.actions.isEmpty else { return .maybe }
        let known = ["collect", "access", "use", "disclose", "correct"].map { Coding.action($0) }
        return .any(
            request.actions.flatMap { asked in
                actions.map { coding($0) }.map { one in
                    if asked == one, one.code != "" { return .yes }
                    return known.contains(asked) && known.contains(one) ? .no : .maybe
                }
            })
    }
}
