internal import CareCore
internal import CareModel
internal import CareWire
internal import Foundation
internal import Glibc
internal import SwiftProtobuf
internal import Synchronization
internal import ZeroMQ

/// Turns an ``AgentCore``: polls, decodes, steps, commits, sends.
///
/// Takes what happens to the core, one input at a time, and does what its plans say. Owned by the thread that made it.
final class SessionLoop {
    /// Says how a call came out.
    enum Outcome {
        case exchanged(waiting: Int)
        case ended(AgentError)
    }

    /// Is a part of an answer, or why there is none.
    enum Answer {
        case part(AnswerPage, isLast: Bool)
        case missing(AgentError)
    }

    let context: AgentContext
    let mail: any Mail
    let identity: Identity
    let network: ZeroMQ.Context
    let hello: WireHello
    let report: (Happening) -> Void
    /// Takes what becomes of questions, by their numbers.
    var hearAnswer: (UInt64, Answer) -> Void = { _, _ in }
    let dropsEvent: (@Sendable (UInt64) -> Bool)?
    private let owner = pthread_self()
    private let clock = ContinuousClock()
    private let start = ContinuousClock.now

    var core: AgentCore
    /// Whether a call has failed: what was not written down is in the mail as it was, and the core,
    /// which may think otherwise, is not to be used again.
    var isSpent = false
    /// What the core is to be told once the plan at hand is done: nothing steps within a step.
    private var inputs: [AgentCore.Input] = []
    private var isStepping = false

    private var control: ControlLink?
    private var events: EventLink?
    private var poller = Poller()
    private var controlPlaces: [Poller.Registration] = []
    private var eventPlace: Poller.Registration?
    private let wakeUp: WakeUp?
    private var wake: Duration?
    private var isSendBlocked = false

    private(set) var welcome: SessionWelcome?
    var outcome: Outcome?
    /// When the broker last said something that a caller waits for.
    var lastProgress: Duration = .zero
    var lastPlace: Int64 = 0
    /// Whether the last page of the outbox was a full one.
    var hasMoreMail = false

    var batch = MailBatch()
    /// To be told once the batch is on disk.
    var news: [Happening] = []
    /// What was told of streams and is written down with the next batch, or after a second.
    var told = MailBatch()
    var toldSince: Duration?

    init(
        context: AgentContext, mail: any Mail, identity: Identity, mode: AgentCore.Mode,
        instance: [UInt8], wakeUp: WakeUp? = nil, dropsEvent: (@Sendable (UInt64) -> Bool)? = nil,
        report: @escaping (Happening) -> Void
    ) throws(AgentError) {
        self.context = context
        self.mail = mail
        self.identity = identity
        self.report = report
        self.wakeUp = wakeUp
        self.dropsEvent = dropsEvent
        core = AgentCore(mode: mode, endpointCount: context.endpoints.count)
        hello = .with {
            $0.agent = context.agent
            $0.instance = Data(instance)
            $0.versions = [WireLimits.version]
            $0.program = AgentProgram.name
        }
        do throws(ZeroMQError) {
            network = try ZeroMQ.Context()
        } catch {
            throw AgentError(error, context)
        }
        if let wakeUp { _ = poller.add(wakeUp) }
    }

    /// Whether the calling thread may use it.
    var isOwned: Bool { pthread_equal(owner, pthread_self()) != 0 }

    /// The monotonic clock since the start.
    var uptime: Duration { clock.now - start }

    /// Waits for something to happen, at most until `deadline`, and does what follows from it.
    func turn(until deadline: Duration) throws(AgentError) {
        let now = uptime
        let end = min(deadline, wake ?? deadline)
        do throws(ZeroMQError) {
            _ = try poller.wait(timeout: max(.zero, end - now))
            wakeUp?.drain()
        } catch {
            throw AgentError(error, context)
        }
        try hearLink()
        try hearControl()
        try hearEvents()
        try step(.elapsed)
        try settle()
    }

    /// Gives the core an input and does what it says, and what follows from that.
    func step(_ input: AgentCore.Input) throws(AgentError) {
        precondition(!isStepping, "what an action comes to is told afterwards")
        isStepping = true
        defer {
            isStepping = false
            inputs = []
        }
        inputs = [input]
        var next = 0
        while next < inputs.count {
            let plan = core.step(inputs[next], at: uptime)
            next += 1
            wake = plan.wake
            for action in plan.actions { try perform(action) }
        }
    }

    /// Tells the core what came of an action, once its plan is done.
    func tell(_ input: AgentCore.Input) {
        precondition(isStepping)
        inputs.append(input)
    }

    /// Commits what came in, then acknowledges and tells it.
    func settle(isLast: Bool = false) throws(AgentError) {
        try flush(isLast: isLast)
        guard isSendBlocked else { return }
        // IMMEDIATE is set and the queue is longer than all windows: nobody is there any more.
        isSendBlocked = false
        try step(.link(.down))
    }

    private func hearLink() throws(AgentError) {
        guard let link = control else { return }
        let changes = try onNetwork { () throws(ZeroMQError) in try link.changes() }
        for change in changes {
            guard link === control else { return }
            try step(.link(change))
        }
    }

    private func hearControl() throws(AgentError) {
        guard let link = control else { return }
        // A limit, so that a flood of frames cannot keep heartbeats and commits waiting.
        for _ in 0..<512 {
            guard link === control, let parts = try receive(link) else { break }
            guard let frame = BrokerFrame(parts) else { continue }
            try hear(frame)
            // Before an exchange could think that the page in memory was all there is.
            if hasMoreMail, core.outboxRoom > 0 { try stepAll(mailInputs()) }
        }
    }

    private func receive(_ link: ControlLink) throws(AgentError) -> [ZeroMQ.Message]? {
        try onNetwork { () throws(ZeroMQError) -> [ZeroMQ.Message]? in
            do throws(ZeroMQError) {
                return try link.socket.receive()
            } catch {
                guard error.code == .tooManyParts else { throw error }
                return []
            }
        }
    }

    private func hearEvents() throws(AgentError) {
        guard let link = events else { return }
        for _ in 0..<1_024 {
            let next = try onNetwork { () throws(ZeroMQError) in try link.next() }
            guard link === events, let next else { break }
            if case .event(let event, _) = next, dropsEvent?(event.sequence) == true { continue }
            try step(next)
        }
    }

    func stepAll(_ inputs: [AgentCore.Input]) throws(AgentError) {
        for input in inputs { try step(input) }
    }

    func onNetwork<Value>(
        _ body: () throws(ZeroMQError) -> Value
    ) throws(AgentError) -> Value {
        do throws(ZeroMQError) {
            return try body()
        } catch {
            throw AgentError(error, context)
        }
    }

    // Connections

    func connect(to index: Int) throws(AgentError) {
        disconnect()
        let endpoint = context.endpoints[index].control
        let link = try onNetwork { () throws(ZeroMQError) in
            try ControlLink(
                to: endpoint, in: network, keys: identity.keys, brokerKey: identity.brokerKey)
        }
        controlPlaces = [poller.add(link.socket), poller.add(link.monitor.socket)]
        control = link
    }

    func disconnect() {
        for place in controlPlaces { poller.remove(place) }
        if let eventPlace { poller.remove(eventPlace) }
        controlPlaces = []
        eventPlace = nil
        control = nil
        events = nil
        isSendBlocked = false
    }

    func listen(to topic: CareModel.Stream) throws(AgentError) {
        if events == nil {
            let published = context.endpoints[core.currentEndpoint].events
            guard
                let endpoint = EventsEndpoint.address(
                    published: published.isEmpty ? welcome?.eventsEndpoint ?? "" : published,
                    control: context.endpoints[core.currentEndpoint].control)
            else { return }
            let link = try onNetwork { () throws(ZeroMQError) in
                try EventLink(
                    to: endpoint, in: network, keys: identity.keys, brokerKey: identity.brokerKey)
            }
            eventPlace = poller.add(link.socket)
            events = link
        }
        guard let link = events else { return }
        try onNetwork { () throws(ZeroMQError) in try link.listen(to: topic) }
    }

    /// Takes a decoded frame.
    private func hear(_ frame: BrokerFrame) throws(AgentError) {
        let heard = try frame.heard { (stream) throws(AgentError) in try mail.cursor(stream) }
        guard let heard else { return }
        switch heard {
        case .welcome(let welcome): self.welcome = welcome
        case .receipt, .deliver, .answer, .drained: lastProgress = uptime
        default: break
        }
        try step(.heard(request: frame.header.request, heard))
    }

    func send(_ header: WireAgentFrame, _ payload: Payload?) throws(AgentError) {
        guard let link = control, !isSendBlocked else { return }
        let bytes: [UInt8]
        do {
            bytes = try header.serializedBytes()
        } catch {
            throw AgentError(.invalid, "A message cannot be written. It is too long.")
        }
        let outcome = try onNetwork { () throws(ZeroMQError) -> SendOutcome in
            guard let payload else { return try link.socket.send([.bytes(bytes)]) }
            return try payload.withUnsafeBytes { (body) throws(ZeroMQError) in
                try link.socket.send([.bytes(bytes), .borrowed(body)])
            }
        }
        if outcome != .sent { isSendBlocked = true }
    }
}
