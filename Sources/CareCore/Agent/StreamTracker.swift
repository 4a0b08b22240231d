internal import CareModel

/// Keeps one stream complete: in order, each event once, whatever gets lost on `evt`.
///
/// Heads and epochs on `evt` are only hints, for whoever multiplies events is not trusted: what an
/// epoch is and where a stream ends is taken from `ctl`.
struct StreamTracker {
    let stream: StreamName
    /// The request under way; nil for none.
    private(set) var request: UInt64?
    /// Whether that request asks for the topic, rather than for events.
    private(set) var isSubscribing = false

    private let silence: Duration
    private var epoch: UInt32?
    private var applied: UInt64 = 0
    private var head: UInt64 = 0
    private var isCaughtUp = false
    private var wantsTopic = true
    private var lastNews: Duration = .zero
    private var saidAt: Duration = .zero
    private var notBefore: Duration = .zero

    init(_ stream: StreamName, silence: Duration) {
        self.stream = stream
        self.silence = silence
    }

    /// When the stream must be looked at.
    var wake: Duration {
        guard request == nil else { return saidAt + silence * 4 }
        return max(notBefore, lastNews + silence)
    }

    /// What to say now to get on; nil for nothing.
    func wish(at now: Duration) -> AgentCore.Said? {
        guard request == nil || now - saidAt >= silence * 4, now >= notBefore else { return nil }
        if wantsTopic { return .subscribe(stream) }
        guard let epoch else { return .subscribe(stream) }
        guard applied < head || now - lastNews >= silence else { return nil }
        return .fetch(stream, epoch: epoch, from: applied + 1)
    }

    mutating func noteSaid(_ request: UInt64, at now: Duration) {
        self.request = request
        isSubscribing = wantsTopic || epoch == nil
        wantsTopic = false
        lastNews = now
        saidAt = now
    }

    mutating func forgetSession() {
        request = nil
        wantsTopic = true
        notBefore = .zero
    }

    /// The broker could not do it: once more, a little later.
    mutating func retry(at now: Duration) {
        request = nil
        wantsTopic = true
        notBefore = now + .seconds(1)
    }

    /// Takes where the stream is, and begins where it was left or, after a restore, at its start.
    mutating func take(
        token: [UInt8], epoch: UInt32, head: UInt64, cursor: AgentCore.Cursor?, at now: Duration,
        _ plan: inout AgentCore.Plan
    ) {
        request = nil
        lastNews = now
        if self.epoch != epoch {
            let isCursorValid = self.epoch == nil && cursor?.epoch == epoch
            applied = isCursorValid ? cursor?.sequence ?? 0 : 0
            isCaughtUp = false
        }
        // A broker that went back without a new epoch has other events under the same numbers.
        if applied > head { (applied, isCaughtUp) = (0, false) }
        self.epoch = epoch
        self.head = head
        plan.actions.append(.listen(stream, token: token))
        reportIfCaughtUp(&plan)
    }

    /// Takes what came on `evt`.
    mutating func take(
        epoch: UInt32, sequence: UInt64, isHead: Bool, at now: Duration,
        _ plan: inout AgentCore.Plan
    ) {
        guard let known = self.epoch else { return }
        guard epoch == known else {
            if !isSubscribing || request == nil { askForTopic(at: now) }
            return
        }
        lastNews = now
        if !isHead, sequence == applied + 1 {
            applied = sequence
            plan.actions.append(.apply(stream, epoch: epoch, sequence...sequence))
        }
        head = max(head, sequence)
        if applied < head { isCaughtUp = false }
        reportIfCaughtUp(&plan)
    }

    /// Takes events that were asked for.
    mutating func take(
        epoch: UInt32, head: UInt64, sequences: [UInt64], at now: Duration,
        _ plan: inout AgentCore.Plan
    ) {
        request = nil
        lastNews = now
        guard epoch == self.epoch else { return askForTopic(at: now) }
        let first = applied + 1
        for sequence in sequences where sequence == applied + 1 { applied = sequence }
        if applied >= first {
            plan.actions.append(.apply(stream, epoch: epoch, first...applied))
            self.head = max(self.head, head)
        } else {
            // No progress: the broker knows where its stream ends, a hint on `evt` may not.
            self.head = max(applied, head)
            if applied < self.head { notBefore = now + .seconds(1) }
        }
        reportIfCaughtUp(&plan)
    }

    private mutating func askForTopic(at now: Duration) {
        guard !wantsTopic else { return }
        request = nil
        wantsTopic = true
        notBefore = now + .seconds(1)
    }

    private mutating func reportIfCaughtUp(_ plan: inout AgentCore.Plan) {
        guard !isCaughtUp, applied >= head else { return }
        isCaughtUp = true
        plan.actions.append(.caughtUp(stream))
    }
}

extension AgentCore {
    /// Says what a stream needs now.
    mutating func follow(_ stream: StreamName, at now: Duration, _ plan: inout Plan) {
        guard let wish = trackers[stream]?.wish(at: now) else { return }
        let request = say(wish, at: now, &plan)
        trackers[stream]?.noteSaid(request, at: now)
    }
}
