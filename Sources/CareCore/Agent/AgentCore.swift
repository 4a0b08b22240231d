public import CareModel

/// Is the agent without its socket, clock and disk: what happens in, what to do out.
///
/// A value with one owner. Either it is called (an exchange or a question at a time) or it follows:
/// stays connected, sends, collects and keeps streams complete.
public struct AgentCore: Sendable {
    /// Says what the agent is for.
    public enum Mode: Equatable, Sendable {
        /// Does what it is asked, then waits to be asked again.
        case called
        /// Stays connected. Follows the given streams, or those of the welcome if nil.
        case following(collects: Bool, streams: [StreamName]?)
    }

    /// Says how far the connection is.
    enum Phase: Equatable {
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

    /// The numbers.
    public var policy: AgentPolicy
    /// What it is for.
    public let mode: Mode

    let endpointCount: Int
    var phase = Phase.idle
    /// The endpoint in use, or to be tried next.
    var endpoint = 0
    /// What went wrong at each endpoint since a session was open last.
    var troubles: [Int: Trouble] = [:]
    var refusedConnections = 0
    var brokenHandshakes = 0
    var pause: Duration
    var isLossReported = false

    var lastSaid: Duration = .zero
    var lastHeard: Duration = .zero
    var lastPinged: Duration = .zero
    var heartbeat: Duration = .seconds(5)
    var lastRequest: UInt64 = 0

    var outbox = Outbox()
    var inbox = Inbox()
    /// Questions that wait for their answer: the number by its request; request 0 before it is sent.
    var questions: [Question] = []
    var exchange: Exchange?
    var trackers: [StreamName: StreamTracker] = [:]

    /// Makes the core of an agent that has just started.
    ///
    /// - Parameter endpointCount: how many addresses of the broker there are, at least one.
    public init(mode: Mode, endpointCount: Int, policy: AgentPolicy = AgentPolicy()) {
        precondition(endpointCount > 0, "an agent needs an endpoint")
        self.mode = mode
        self.endpointCount = endpointCount
        self.policy = policy
        pause = policy.pauseMin
    }

    /// How many more waiting messages the core wants to know of; 0 while it has plenty.
    public var outboxRoom: Int {
        outbox.count > policy.queueMax / 2 ? 0 : policy.queueMax - outbox.count
    }

    /// The endpoint in use.
    public var currentEndpoint: Int { endpoint }

    /// Whether a session is open.
    public var isOpen: Bool { phase == .open }

    /// Takes what happened and says what to do.
    ///
    /// - Parameter uptime: the monotonic clock, any start.
    public mutating func step(_ input: Input, at uptime: Duration) -> Plan {
        var plan = Plan()
        take(input, at: uptime, &plan)
        work(at: uptime, &plan)
        plan.wake = wake(after: uptime)
        return plan
    }

    private mutating func take(_ input: Input, at now: Duration, _ plan: inout Plan) {
        switch input {
        case .elapsed: watch(at: now, &plan)
        case .follow: if phase == .idle { connect(at: now, &plan) }
        case .exchange:
            exchange = Exchange()
            outbox.forgetPauses()
            begin(at: now, &plan)
        case .ask(let question):
            questions.append(Question(number: question))
            begin(at: now, &plan)
        case .giveUp:
            exchange = nil
            questions = []
            leave(at: now, &plan)
        case .leave: leave(at: now, &plan)
        case .queued(let messages): for message in messages { outbox.append(message) }
        case .displayed(let leases): inbox.addDisplays(leases)
        case .stored(let leases): acknowledge(leases, at: now, &plan)
        case .unsettled(let leases): acknowledgeAgain(leases, at: now, &plan)
        case .withdrawn(let message): outbox.answer(message, retryAt: nil)
        case .link(let change): take(change, at: now, &plan)
        case .heard(let request, let heard):
            lastHeard = now
            take(heard, request: request, at: now, &plan)
        case .event(let stream, let epoch, let sequence, let isHead):
            trackers[stream]?.take(
                epoch: epoch, sequence: sequence, isHead: isHead, at: now, &plan)
        }
    }

    /// Does all that can be done in an open session, whatever made it possible.
    private mutating func work(at now: Duration, _ plan: inout Plan) {
        guard phase == .open else { return }
        sendOutbox(at: now, &plan)
        sendDisplays(at: now, &plan)
        for index in questions.indices where questions[index].request == 0 {
            questions[index].request = say(
                .query(question: questions[index].number), at: now, &plan)
        }
        for stream in trackers.keys.sorted() { follow(stream, at: now, &plan) }
        finishExchange(at: now, &plan)
    }

    /// Sends something with a request number of its own.
    @discardableResult
    mutating func say(_ words: Said, at now: Duration, _ plan: inout Plan) -> UInt64 {
        lastRequest += 1
        lastSaid = now
        plan.actions.append(.say(request: lastRequest, words))
        return lastRequest
    }
}

extension AgentCore {
    /// Is a question that waits for its answer.
    struct Question {
        let number: UInt64
        /// 0 until it was sent in this session.
        var request: UInt64 = 0
    }
}
