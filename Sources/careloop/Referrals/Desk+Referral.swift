internal import CareAgent
internal import CareModel
internal import CareWire

/// Is one referral as a command works on it.
struct KnownReferral {
    /// Its id.
    let id: ReferralID
    /// What is known of it.
    var wire: WireReferral

    /// The number people say.
    var number: ReferralNumber { ReferralNumber(id) }

    /// Takes what the store or the broker said; nil without an id.
    init?(_ wire: WireReferral) {
        guard let id = ReferralID(bytes: wire.referralID) else { return nil }
        self.id = id
        self.wire = wire
    }
}

extension WireReferral {
    /// Whose move is next, as the broker says, or as the state alone tells.
    var nextSide: String {
        guard waitsFor.isEmpty, let state = ReferralState(rawValue: state) else { return waitsFor }
        switch state {
        case .draft, .infoRequested, .completed: return WaitsFor.initiator.rawValue
        default: return (state.hasEnded ? WaitsFor.nobody : .recipient).rawValue
        }
    }

    /// Why it is still open, as the broker says, or the state where it has not said.
    var whyOpen: String {
        guard worklist.isEmpty else { return worklist }
        return state == ReferralState.draft.rawValue ? "not sent yet" : state
    }
}

extension Desk {
    /// Finds the referral that a person means by a number, its beginning, or an id.
    ///
    /// Looks into what is known here first and asks the broker only for what is not.
    func referral(_ text: String) throws -> KnownReferral {
        if let id = ReferralID(text) {
            if let known = try store.referral(id).flatMap({ KnownReferral($0) }) { return known }
            return try referralOfBroker { $0.referralID = id.data }
        }
        if let number = ReferralNumber(text) {
            if let known = try store.referral(number: number).flatMap({ KnownReferral($0) }) {
                return known
            }
            return try referralOfBroker { $0.number = number.description }
        }
        guard let matcher = NumberMatcher(text) else {
            throw CommandFailure.usage(
                "That is no referral number. Write R-XXXX-XXXX-XXXX, or how it begins.")
        }
        return try uniqueReferral(matcher)
    }

    /// Whether a document of a referral was collected of which parts were left out.
    func hasRedactedCopy(of id: ReferralID) throws -> Bool {
        try store.inbox(about: id).contains { $0.deliver.envelope.redacted }
    }

    /// Asks the broker where a referral stands now and remembers it; nil if it is not reached.
    func refreshed(
        _ id: ReferralID
    ) throws -> (referral: KnownReferral, messages: [WireMessageEntry])? {
        var question = WireReferralQuestion()
        question.referralID = id.data
        guard let answer = try ask(.referral(question))?.result else { return nil }
        guard let referral = answer.referrals.first.flatMap({ KnownReferral($0) }) else {
            return nil
        }
        try store.remember(referral.wire)
        return (referral, answer.messages)
    }

    private func referralOfBroker(
        _ fill: (inout WireReferralQuestion) -> Void
    ) throws -> KnownReferral {
        var question = WireReferralQuestion()
        fill(&question)
        let answer = try ask(.referral(question))?.result
        guard let referral = answer?.referrals.first.flatMap({ KnownReferral($0) }) else {
            throw outage.map { CommandFailure($0) }
                ?? CommandFailure(
                    .refused, "unknown-referral",
                    "No such referral is known here. Check the number.")
        }
        try store.remember(referral.wire)
        return referral
    }

    private func uniqueReferral(_ matcher: NumberMatcher) throws -> KnownReferral {
        let matches = try store.referrals().compactMap { KnownReferral($0) }
            .filter { matcher.matches($0.number) }
        guard let first = matches.first else {
            throw CommandFailure(
                .refused, "unknown-referral",
                "No referral that is known here begins so. Check the number, or write all of it.")
        }
        guard matches.count == 1 else {
            let numbers = matches.prefix(8).map(\.number.description).joined(separator: ", ")
            throw CommandFailure.usage(
                "\(matches.count) referrals begin so: \(numbers). Write more of the number.")
        }
        return first
    }
}
