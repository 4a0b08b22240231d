internal import CareModel

extension BrokerCore {
    /// Takes a submission: once for each (sender, message id), the same answer ever after.
    mutating func submit(
        _ submission: Submission, from agent: Agent, on peer: Peer, request: UInt64,
        _ step: inout Step
    ) {
        let key = SubmissionKey(sender: agent.id, message: submission.id)
        if let earlier = step.facts.submissions[key] {
            return step.receipt(peer, again(earlier, submission))
        }
        // Recipients know a message by its id alone, so nobody may take another's.
        guard step.facts.messageIDs[submission.id] == nil else {
            return step.receipt(peer, refused(submission, Refusal(.duplicateConflict)))
        }
        guard step.moment.hasRoom || submission.isTakenWithoutRoom else {
            var refusal = Refusal(.busy)
            refusal.retryAfter = .seconds(30)
            return step.receipt(peer, refused(submission, refusal))
        }
        let item: ReceiptItem
        do throws(Rejection) {
            item = try carryOut(submission, from: agent, &step)
        } catch {
            item = refused(submission, error.refusal)
        }
        // What may succeed later must not be answered the same for ever.
        guard item.refusal?.code.isRetriable != true else { return step.receipt(peer, item) }
        let record = SubmissionRecord(
            contentHash: submission.contentHash, item: item,
            message: item.outcome == .accepted ? step.facts.messageIDs[submission.id] : nil)
        step.facts.submissions[key] = record
        step.plan.writes.append(.recordSubmission(key, record))
        step.receipt(peer, item)
    }

    private func again(_ earlier: SubmissionRecord, _ submission: Submission) -> ReceiptItem {
        guard earlier.contentHash == submission.contentHash else {
            return refused(submission, Refusal(.duplicateConflict))
        }
        var item = earlier.item
        item.isDuplicate = true
        return item
    }

    private func refused(_ submission: Submission, _ refusal: Refusal) -> ReceiptItem {
        var item = ReceiptItem(message: submission.id, outcome: .refused)
        item.referral = submission.thread?.referral
        item.refusal = refusal
        return item
    }

    private mutating func carryOut(
        _ submission: Submission, from agent: Agent, _ step: inout Step
    ) throws(Rejection) -> ReceiptItem {
        if let refusal = submission.refusal { throw Rejection(refusal) }
        try checkTimes(of: submission, at: step.now)
        return try submission.body.handling.carryOut(submission, from: agent, by: &self, &step)
    }

    /// A time that makes no sense comes from a broken clock; guessing what was meant harms.
    private func checkTimes(of submission: Submission, at now: Timestamp) throws(Rejection) {
        let past = now + .seconds(-366 * 24 * 3600)
        let future = now + .seconds(5 * 366 * 24 * 3600)
        for time in submission.body.content.times {
            guard past < time, time < future else { throw Rejection(.implausibleTime) }
        }
        guard let expiresAt = submission.expiresAt else { return }
        guard now < expiresAt, expiresAt <= now + policy.expiryMax else {
            throw Rejection(
                .implausibleTime,
                "The message would expire in the past or too late. Check the clock of this machine."
            )
        }
    }

    /// Makes the next message of `submission`.
    func message(
        for submission: Submission, from agent: Agent, about referral: Referral? = nil,
        reason: ReasonCode? = nil, details: MessageDetails = MessageDetails(), _ step: inout Step
    ) -> Message {
        let now = step.now
        let document = submission.document
        return Message(
            number: step.nextMessage(), id: submission.id, kind: submission.kind, acceptedAt: now,
            sender: agent.id, organisation: agent.organisation, thread: submission.thread,
            patient: referral?.patient ?? submission.patient?.key, state: referral?.state,
            version: referral?.version ?? 0, reason: reason,
            expiresAt: submission.expiresAt ?? now + policy.expiry, details: details,
            payloadType: document.map { $0.type ?? "application/fhir+json" },
            payloadHash: document?.hash, payloadByteCount: document?.payload.byteCount ?? 0)
    }
}

/// Ends the handling of one submission; the others of the batch go on.
struct Rejection: Error {
    let refusal: Refusal

    init(_ refusal: Refusal) { self.refusal = refusal }
    init(_ code: RefusalCode, _ message: String? = nil) { refusal = Refusal(code, message) }
}

extension Submission {
    /// Whether a full disk does not stop it.
    var isTakenWithoutRoom: Bool {
        guard let most = body.content.byteCountWithoutRoom else { return false }
        return (document?.payload.byteCount ?? 0) <= most
    }

    /// Refuses what says nothing without a document and has none.
    func requireDocument() throws(Rejection) {
        guard document != nil || !body.content.needsDocument else {
            throw Rejection(.payloadMissing)
        }
    }

    /// Where the message's payload comes from.
    var messagePayload: MessagePayload { document.map { .document($0.payload) } ?? .none }
}
