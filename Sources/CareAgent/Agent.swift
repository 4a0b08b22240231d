internal import CareCore
public import CareModel

/// Sends, collects and asks for one context.
///
/// One thread at a time may use it.
///
/// Every call works on the local mail first, so that nothing is lost while no broker can be
/// reached; ``exchange(deadline:)`` is what brings both sides together, as `git fetch` does.
public final class Agent {
    /// The context it works for.
    public let context: AgentContext
    /// The local mail.
    public let mail: any Mail

    private let keyDirectory: String
    private let instance = AgentIDs.system.instance()
    private var loop: SessionLoop?
    private var lastQuestion: UInt64 = 0
    /// What the exchange under way has brought so far.
    private var gathered = Exchange(welcome: SessionWelcome())

    /// Takes a context, its mail, and the folder with its key.
    ///
    /// Connects to nobody yet.
    public init(context: AgentContext, mail: any Mail, keyIn directory: String) {
        self.context = context
        self.mail = mail
        keyDirectory = directory
    }

    /// Takes a context and its mail, beside which its key is.
    public convenience init(context: AgentContext, store: AgentStore) {
        self.init(context: context, mail: store, keyIn: store.directory)
    }

    deinit {
        disconnect()
    }

    /// Is what an exchange came to.
    public struct Exchange: Sendable {
        /// What the broker is and lets this agent do.
        public var welcome: SessionWelcome
        /// Answers to messages that were waiting in the outbox, in the order they came.
        public var receipts: [Receipt] = []
        /// The messages that were collected, oldest first.
        public var collected: [MessageID] = []
        /// Messages of which nothing is left here: consent was withdrawn before they were
        /// acknowledged.
        public var recalled: [MessageID] = []
        /// Mailboxes that still hold something which may not be collected now.
        public var waiting = 0
    }

    /// Sends what waits in the outbox and collects what waits at the broker.
    ///
    /// Tries every endpoint of the context until one answers. Returns once every waiting message
    /// has its receipt and the broker has nothing more to deliver. Each collected message is in the
    /// store, durably, before it is acknowledged.
    ///
    /// - Parameter deadline: how long the broker may bring nothing new; a long backlog may take
    ///   longer altogether. If nobody is there at all, the call ends sooner.
    /// - Throws: `.unreachable` if no endpoint answered in time (what was queued stays queued),
    ///   `.refused` if the broker ended the session (revoked, wrong agent, no common version),
    ///   `.unusableContext` or `.unusableStore` if this side is not in order.
    public func exchange(deadline: Duration = .seconds(10)) throws(AgentError) -> Exchange {
        let loop = try session()
        gathered = Exchange(welcome: SessionWelcome())
        gathered.waiting = try loop.exchange(patience: deadline)
        if let welcome = loop.welcome { gathered.welcome = welcome }
        return gathered
    }

    /// Asks for a part of an answer in the session of the last exchange, opening one if there is
    /// none.
    ///
    /// - Throws: `.unreachable`, `.refused` with the broker's refusal, or `.brokenAnswer`.
    public func ask(
        _ query: Query, deadline: Duration = .seconds(10)
    ) throws(AgentError) -> AnswerPage {
        lastQuestion += 1
        return try session().ask(query, number: lastQuestion, patience: deadline)
    }

    /// Says goodbye and closes the connection; the next call opens a new one.
    public func disconnect() {
        // On another thread than the last call's only the closing is left: sockets have an owner.
        if let loop, loop.isOwned { loop.leave() }
        loop = nil
    }

    /// The loop of this thread.
    ///
    /// A caller that has moved to another thread gets a new connection, and the broker ends the
    /// earlier session when it hears the same instance again. After a call that failed, the next one
    /// begins from the mail again.
    private func session() throws(AgentError) -> SessionLoop {
        if let loop, loop.isOwned, !loop.isSpent { return loop }
        loop = nil
        let made = try SessionLoop(
            context: context, mail: mail,
            identity: try Identity(of: context, keyIn: keyDirectory), mode: .called,
            instance: instance
        ) { [weak self] happening in
            switch happening {
            case .answered(let receipt): self?.gathered.receipts.append(receipt)
            case .collected(let arrival):
                self?.gathered.collected.append(arrival.envelope.message)
            case .recalled(let id): self?.gathered.recalled.append(id)
            default: break
            }
        }
        loop = made
        return made
    }
}
