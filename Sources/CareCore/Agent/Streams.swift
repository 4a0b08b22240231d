internal import CareModel

extension AgentCore {
    /// Is the room of the streams an agent follows.
    struct Streams: Sendable {
        private var trackers: [StreamName: StreamTracker] = [:]

        /// Follows streams; those that are followed already go on where they are.
        mutating func follow(_ streams: [StreamName], _ policy: AgentPolicy) {
            for stream in streams where trackers[stream] == nil {
                trackers[stream] = StreamTracker(stream, silence: policy.streamSilence)
            }
        }

        mutating func take(_ topic: Stream, cursor: StreamCursor?, at now: Duration) -> [Action] {
            trackers[topic.name]?.take(topic, cursor: cursor, at: now) ?? []
        }

        mutating func take(_ event: StreamEvent, epoch: UInt32, at now: Duration) -> [Action] {
            trackers[event.stream]?.take(event, epoch: epoch, at: now) ?? []
        }

        mutating func take(
            head sequence: UInt64, of stream: StreamName, epoch: UInt32, at now: Duration
        ) -> [Action] {
            trackers[stream]?.take(head: sequence, epoch: epoch, at: now) ?? []
        }

        mutating func take(
            _ events: [StreamEvent], of stream: StreamName, epoch: UInt32, head: UInt64,
            at now: Duration
        ) -> [Action] {
            trackers[stream]?.take(events, epoch: epoch, head: head, at: now) ?? []
        }

        /// Takes a refusal of what was asked about a stream.
        mutating func refuse(
            _ request: UInt64, _ refusal: BrokerRefusal, at now: Duration
        ) -> [Action] {
            let asked = trackers.first { $0.value.request == request }
            guard let (stream, tracker) = asked else { return [] }
            guard tracker.isSubscribing, !refusal.isRetriable else {
                trackers[stream]?.retry(at: now)
                return []
            }
            trackers[stream] = nil
            return [.streamRefused(stream, refusal)]
        }

        /// What the streams need now, in the order of their names.
        func wishes(at now: Duration) -> [(stream: StreamName, wish: Said)] {
            trackers.keys.sorted().compactMap { stream in
                trackers[stream]?.wish(at: now).map { (stream, $0) }
            }
        }

        mutating func noteSaid(_ stream: StreamName, request: UInt64, at now: Duration) {
            trackers[stream]?.noteSaid(request, at: now)
        }

        var wake: Duration? { trackers.values.lazy.map(\.wake).min() }

        mutating func forgetSession() {
            for stream in trackers.keys { trackers[stream]?.forgetSession() }
        }
    }
}
