internal import CareModel

/// Says how the broker takes submissions of one kind: what it must know first, and what it does.
protocol SubmissionHandling: SubmissionBody {
    /// Adds what must be known besides the submission's thread.
    func addKeys(
        for submission: Submission, from agent: AgentID, in core: BrokerCore,
        to keys: inout FactKeys)

    /// Does what it is for.
    func carryOut(
        _ submission: Submission, from agent: Agent, by core: inout BrokerCore, _ step: inout Step
    ) throws(Rejection) -> ReceiptItem
}

extension SubmissionHandling {
    /// Nothing unless the kind says otherwise.
    func addKeys(
        for submission: Submission, from agent: AgentID, in core: BrokerCore,
        to keys: inout FactKeys
    ) {}
}

extension Submission.Body {
    /// How it is taken; each kind is beside what carries it out.
    var handling: any SubmissionHandling {
        switch self {
        case .request(let body): body
        case .change(let body): body
        case .record(let body): body
        case .withdrawal(let body): body
        case .replay(let body): body
        case .overrideStart(let body): body
        case .overrideEnd(let body): body
        case .overrideReview(let body): body
        case .unreadable(let body): body
        }
    }
}

extension UnreadableSubmission: SubmissionHandling {
    func carryOut(
        _ submission: Submission, from agent: Agent, by core: inout BrokerCore, _ step: inout Step
    ) throws(Rejection) -> ReceiptItem {
        throw Rejection(refusal)
    }
}
