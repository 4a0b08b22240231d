internal import CareAgent
internal import CareModel

extension ReferralView {
    /// Whose move is next, as the broker says, or as the state alone tells; nil if neither does.
    var nextSide: WaitsFor? {
        if let waitsFor { return waitsFor.value }
        guard let state = state?.value else { return nil }
        switch state {
        case .draft, .infoRequested, .completed: return .initiator
        default: return state.hasEnded ? .nobody : .recipient
        }
    }

    /// Why it is still open, as the broker says, or the state where it has not said.
    var whyOpen: String {
        if let worklist { return worklist.code }
        return state == .draft ? "not sent yet" : state.text
    }
}

extension Desk {
    /// Finds the referral that a person means by a number, its beginning, or an id.
    ///
    /// Looks into what is known here first and asks the broker only for what is not.
    func referral(_ text: String) throws -> ReferralView {
        if let id = ReferralID(text) {
            if let known = try store.referral(id) { return known }
            return try referralOfBroker(.referral(id))
        }
        if let number = ReferralNumber(text) {
            if let known = try store.referral(number: number) { return known }
            return try referralOfBroker(.referralNumber(number))
        }
        guard let matcher = NumberMatcher(text) else {
            throw CommandFailure.usage(
                "That is no referral number. Write R-XXXX-XXXX-XXXX, or how it begins.")
        }
        return try uniqueReferral(matcher)
    }

    /// Whether a document of a referral was collected of which parts were left out.
    func hasRedactedCopy(of id: ReferralID) throws -> Bool {
        try store.inbox(about: id).contains { $0.envelope.isRedacted }
    }

    /// Asks the broker where a referral stands now and remembers it; nil if it is not reached.
    func refreshed(
        _ id: ReferralID
    ) throws -> (referral: ReferralView, messages: [MessageView])? {
        guard let answer = try ask(.referral(id)), let referral = answer.referrals.first else {
            return nil
        }
        try store.remember(referral)
        return (referral, answer.messages)
    }

    private func referralOfBroker(_ subject: Query.Subject) throws -> ReferralView {
        guard let referral = try ask(subject)?.referrals.first else {
            throw outage.map { CommandFailure($0) }
                ?? CommandFailure(
                    .refused, "unknown-referral",
                    "No such referral is known here. Check the number.")
        }
        try store.remember(referral)
        return referral
    }

    private func uniqueReferral(_ matcher: NumberMatcher) throws -> ReferralView {
        let matches = try store.referrals().filter { matcher.matches($0.number) }
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
