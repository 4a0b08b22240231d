internal import CareModel

extension AgentCore {
    /// Is the room that knows how far the connection is, and which endpoint is tried next.
    ///
    /// Its effects say what follows; after each but `tell`, `ping` and `pong` no session is left of
    /// the one before.
    struct Connection: Sendable {
        /// Says what a change of the connection comes to.
        enum Effect: Equatable {
            case connect(endpoint: Int)
            case disconnect
            case greet
            case bye
            case ping
            case tell(Trouble)
            case end(Trouble)
        }

        /// Says how far the connection is.
        private enum Phase: Equatable {
            /// There is none. Leaves by a call, or by `follow`.
            case idle
            /// Nothing answered; the next round starts then. Leaves by time.
            case pausing(until: Duration)
            /// Waits until messages can flow. Leaves by a link change or time.
            case connecting(since: Duration)
            /// Messages can flow, no session is wanted. Leaves by a call.
            case linked
            /// Said hello. Leaves by welcome, bye or time.
            case greeting(since: Duration)
            /// Has a session. Leaves by resync, bye, silence or a broken connection.
            case open
        }

        /// The endpoint in use, or to be tried next.
        private(set) var endpoint = 0
        private let endpointCount: Int
        private let isFollower: Bool
        private var phase = Phase.idle
        /// What went wrong at each endpoint since a session was open last.
        private var troubles: [Int: Trouble] = [:]
        private var refusedConnections = 0
        private var brokenHandshakes = 0
        private var pause: Duration
        private var isLossTold = false

        private var lastSaid: Duration = .zero
        private var lastHeard: Duration = .zero
        private var lastPinged: Duration = .zero
        private var heartbeat: Duration = .seconds(5)

        init(endpointCount: Int, isFollower: Bool, _ policy: AgentPolicy) {
            precondition(endpointCount > 0, "an agent needs an endpoint")
            self.endpointCount = endpointCount
            self.isFollower = isFollower
            pause = policy.pauseMin
        }

        var isOpen: Bool { phase == .open }
        var isIdle: Bool { phase == .idle }
        var isGreeting: Bool { if case .greeting = phase { true } else { false } }

        mutating func noteSaid(at now: Duration) { lastSaid = now }
        mutating func noteHeard(at now: Duration) { lastHeard = now }

        /// Starts a call: uses the session there is, or opens one.
        mutating func begin(at now: Duration) -> [Effect] {
            // Between calls nobody listened, so the silence means nothing.
            lastHeard = now
            switch phase {
            case .idle, .pausing:
                troubles = [:]
                return connect(at: now)
            case .linked: return greet(at: now)
            case .connecting, .greeting, .open: return []
            }
        }

        mutating func connect(at now: Duration) -> [Effect] {
            phase = .connecting(since: now)
            refusedConnections = 0
            brokenHandshakes = 0
            assert((0..<endpointCount).contains(endpoint))
            return [.connect(endpoint: endpoint)]
        }

        mutating func greet(at now: Duration) -> [Effect] {
            phase = .greeting(since: now)
            return [.greet]
        }

        /// Ends a session that is not wanted now; the connection stays.
        mutating func rest() -> [Effect] {
            guard phase == .open else { return [] }
            phase = .linked
            return [.bye]
        }

        mutating func leave() -> [Effect] {
            defer { phase = .idle }
            switch phase {
            case .idle: return []
            case .open: return [.bye, .disconnect]
            default: return [.disconnect]
            }
        }

        /// Takes a change of the connection.
        ///
        /// - Parameter isWanted: whether anybody waits for what a session would bring.
        mutating func take(
            _ change: LinkChange, isWanted: Bool, at now: Duration, _ policy: AgentPolicy
        ) -> [Effect] {
            switch (change, phase) {
            case (.up, .connecting):
                lastHeard = now
                return greet(at: now)
            case (.down, .greeting), (.down, .open), (.down, .linked):
                return breakOff(isWanted: isWanted, at: now, policy)
            case (.refused, .connecting):
                refusedConnections += 1
                guard refusedConnections >= policy.refusedConnectionsMax else { return [] }
                return fail(.unreachable, at: now, policy)
            case (.handshakeFailed, .connecting):
                brokenHandshakes += 1
                guard brokenHandshakes >= policy.brokenHandshakesMax else { return [] }
                return fail(.handshakeFailed, at: now, policy)
            case (.keyRefused, .connecting): return fail(.keyRefused, at: now, policy)
            default: return []
            }
        }

        /// Looks at the clock.
        mutating func watch(at now: Duration, _ policy: AgentPolicy) -> [Effect] {
            switch phase {
            case .idle, .linked: return []
            case .pausing(let end): return now >= end ? connect(at: now) : []
            case .connecting(let start):
                guard now - start >= policy.connectPatience else { return [] }
                return fail(
                    brokenHandshakes > 0 ? .handshakeFailed : .unreachable, at: now, policy)
            case .greeting(let start):
                return now - start >= policy.answerPatience ? fail(.silent, at: now, policy) : []
            case .open:
                guard now - lastHeard < silenceMax(policy) else {
                    return fail(.silent, at: now, policy)
                }
                let isQuiet = now - lastHeard >= heartbeat && now - lastPinged >= heartbeat
                guard isQuiet || now - lastSaid >= heartbeat else { return [] }
                lastPinged = now
                return [.ping]
            }
        }

        /// Takes a welcome; false if none was awaited.
        mutating func open(_ heartbeat: Duration, _ policy: AgentPolicy) -> Bool {
            guard isGreeting else { return false }
            phase = .open
            troubles = [:]
            pause = policy.pauseMin
            isLossTold = false
            // A broker that wants to hear something all the time would never let the agent rest.
            self.heartbeat = max(heartbeat, .milliseconds(100))
            return true
        }

        /// A goodbye in a session may only mean that the broker ends; one instead of a welcome is
        /// meant.
        mutating func dismiss(
            _ refusal: BrokerRefusal?, words: String, at now: Duration
        ) -> [Effect] {
            switch phase {
            case .greeting: end(.dismissed(refusal, words: words))
            case .open: greet(at: now)
            default: []
            }
        }

        /// Takes a refused hello; a broker that is too busy may have a neighbour that is not.
        mutating func refuseHello(
            _ refusal: BrokerRefusal, at now: Duration, _ policy: AgentPolicy
        ) -> [Effect] {
            refusal.isRetriable
                ? fail(.silent, at: now, policy)
                : end(.dismissed(refusal, words: refusal.message))
        }

        /// When something must be looked at even if nothing happens.
        func wake(after now: Duration, _ policy: AgentPolicy) -> Duration? {
            switch phase {
            case .idle, .linked: return nil
            case .pausing(let end): return end
            case .connecting(let start): return start + policy.connectPatience
            case .greeting(let start): return start + policy.answerPatience
            case .open:
                let wake = min(lastHeard + silenceMax(policy), lastSaid + heartbeat)
                return min(wake, max(lastHeard, lastPinged) + heartbeat)
            }
        }

        /// A person waits for a call, and would rather see the next endpoint tried.
        private func silenceMax(_ policy: AgentPolicy) -> Duration {
            let limit = heartbeat * policy.missedHeartbeatsMax
            return isFollower ? limit : min(limit, policy.answerPatience)
        }

        /// The connection broke: the same endpoint first, it may only have restarted.
        private mutating func breakOff(
            isWanted: Bool, at now: Duration, _ policy: AgentPolicy
        ) -> [Effect] {
            let hadSession = phase == .open
            guard isWanted else {
                phase = .idle
                return [.disconnect]
            }
            guard hadSession else { return fail(.broken, at: now, policy) }
            return tell(.broken) + connect(at: now)
        }

        /// Gives an endpoint up and tries the next, until all were tried.
        private mutating func fail(
            _ trouble: Trouble, at now: Duration, _ policy: AgentPolicy
        ) -> [Effect] {
            let told = phase == .open ? tell(trouble) : []
            troubles[endpoint] = trouble
            endpoint = (endpoint + 1) % endpointCount
            guard troubles.count == endpointCount else { return told + connect(at: now) }
            let worst = self.worst
            troubles = [:]
            guard isFollower, worst != .keyRefused else { return told + end(worst) }
            let effects = told + tell(worst) + [.disconnect]
            phase = .pausing(until: now + pause)
            pause = min(pause * 2, policy.pauseMax)
            return effects
        }

        private mutating func end(_ trouble: Trouble) -> [Effect] {
            phase = .idle
            return [.disconnect, .end(trouble)]
        }

        private mutating func tell(_ trouble: Trouble) -> [Effect] {
            guard !isLossTold else { return [] }
            isLossTold = true
            return [.tell(trouble)]
        }

        /// What to tell of a round in which every endpoint failed.
        ///
        /// A refused key ends a follower only if no endpoint might yet take it.
        private var worst: Trouble {
            if troubles.values.allSatisfy({ $0 == .keyRefused }) { return .keyRefused }
            return troubles.values.filter { $0 != .keyRefused || !isFollower }
                .max { $0.rank < $1.rank } ?? .unreachable
        }
    }
}

extension AgentCore.Trouble {
    /// How much a person can do about it.
    fileprivate var rank: Int {
        switch self {
        case .unreachable: 0
        case .broken: 1
        case .silent: 2
        case .handshakeFailed: 3
        case .keyRefused: 4
        case .dismissed: 5
        }
    }
}
