internal import CareModel

/// Keeps one stream complete: in order, each event once, whatever gets lost on `evt`.
///
/// Heads and epochs on `evt` are only hints, for whoever multiplies events is not trusted: what an
/// epoch is and where a stream ends is taken from `ctl`.
struct StreamTracker: Sendable {
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
        _ topic: Stream, cursor: StreamCursor?, at now: Duration
    ) -> [AgentCore.Action] {
        request = nil
        lastNews = now
        if epoch != topic.epoch {
            let isCursorValid = epoch == nil && cursor?.epoch == topic.epoch
            applied = isCursorValid ? cursor?.sequence ?? 0 : 0
            isCaughtUp = false
        }
        // A broker that went back without a new epoch has other events under the same numbers.
        if applied > topic.head { (applied, isCaughtUp) = (0, false) }
        epoch = topic.epoch
        head = topic.head
        return [.listen(topic)] + caughtUp()
    }

    /// Takes an event that came on `evt`.
    mutating func take(
        _ event: StreamEvent, epoch: UInt32, at now: Duration
    ) -> [AgentCore.Action] {
        guard isKnown(epoch, at: now) else { return [] }
        lastNews = now
        var actions: [AgentCore.Action] = []
        if event.sequence == applied + 1 {
            applied = event.sequence
            actions.append(.apply(stream, epoch: epoch, [event]))
        }
        return actions + note(head: event.sequence)
    }

    /// Takes what `evt` says of how far the stream is.
    mutating func take(
        head sequence: UInt64, epoch: UInt32, at now: Duration
    ) -> [AgentCore.Action] {
        guard isKnown(epoch, at: now) else { return [] }
        lastNews = now
        return note(head: sequence)
    }

    /// Takes events that were asked for.
    mutating func take(
        _ events: [StreamEvent], epoch: UInt32, head: UInt64, at now: Duration
    ) -> [AgentCore.Action] {
        request = nil
        lastNews = now
        guard epoch == self.epoch else {
            askForTopic(at: now)
            return []
        }
        var joined: [StreamEvent] = []
        for event in events where event.sequence == applied + 1 {
            applied = event.sequence
            joined.append(event)
        }
        guard joined.isEmpty else {
            self.head = max(self.head, head)
            return [.apply(stream, epoch: epoch, joined)] + caughtUp()
        }
        // No progress: the broker knows where its stream ends, a hint on `evt` may not.
        self.head = max(applied, head)
        if applied < self.head { notBefore = now + .seconds(1) }
        return caughtUp()
    }

    /// Whether an epoch that `evt` names is the stream's; if not, `ctl` is asked.
    private mutating func isKnown(_ epoch: UInt32, at now: Duration) -> Bool {
        guard let known = self.epoch else { return false }
        guard epoch != known else { return true }
        if !isSubscribing || request == nil { askForTopic(at: now) }
        return false
    }

    private mutating func note(head sequence: UInt64) -> [AgentCore.Action] {
        head = max(head, sequence)
        if applied < head { isCaughtUp = false }
        return caughtUp()
    }

    private mutating func askForTopic(at now: Duration) {
        guard !wantsTopic else { return }
        request = nil
        wantsTopic = true
        notBefore = now + .seconds(1)
    }

    private mutating func caughtUp() -> [AgentCore.Action] {
        guard !isCaughtUp, applied >= head else { return [] }
        isCaughtUp = true
        return [.caughtUp(stream)]
    }
}
