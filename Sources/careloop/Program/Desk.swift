internal import CareAgent
internal import CareModel
internal import Foundation

/// Is what a command works with: a context, its mail, and the broker if it can be reached.
///
/// Used by the main thread only.
final class Desk {
    /// Where results go.
    let screen: Screen
    /// Who works.
    let context: AgentContext
    /// The local mail.
    let store: AgentStore
    /// The way to the broker.
    let agent: CareAgent.Agent
    /// Whether the broker is left alone.
    let isOffline: Bool
    /// How long a broker may take.
    let deadline: Duration
    /// When the command began.
    let now: Timestamp
    /// What the broker said when the session opened; nil while none has.
    private(set) var welcome: SessionWelcome?
    /// Why the broker could not be reached; nil while it could, or was not asked.
    private(set) var outage: AgentError?

    /// Opens the mail of the context that the options name.
    init(_ options: GlobalOptions) throws {
        screen = Screen(options)
        let contexts = AgentContexts()
        context = try contexts.chosen(options)
        store = try contexts.openStore(of: context.name)
        agent = CareAgent.Agent(context: context, store: store)
        isOffline = options.offline
        deadline = .seconds(options.timeout)
        now = AgentIDs.system.now()
    }

    /// Tells times as people do, as of the command's begin; a list that stays up to date takes the
    /// present of each drawing instead.
    var times: RelativeTime { RelativeTime(now: now) }

    /// Whether what is shown may be old although the person did not ask for that.
    var isStale: Bool { outage != nil }

    /// Sends what waits and collects what waits; nil if the broker is left alone or not reached.
    ///
    /// Tells what became of messages that were queued before: whoever wrote them has moved on.
    ///
    /// - Parameter message: what is being sent now, of which the command tells by itself.
    @discardableResult
    func exchange(sending message: MessageID? = nil) throws -> CareAgent.Agent.Exchange? {
        let exchange = try reach("talking to the broker") { () throws(AgentError) in
            try self.agent.exchange(deadline: self.deadline)
        }
        guard let exchange else { return nil }
        welcome = exchange.welcome
        for receipt in exchange.receipts where receipt.message != message {
            screen.tell(receipt)
        }
        return exchange
    }

    /// Asks the broker; nil if it is left alone or not reached.
    func ask(_ subject: Query.Subject) throws -> AnswerPage? {
        try ask(Query(subject, actingFor: context.actingFor))
    }

    /// Asks the broker for a whole list, part after part; nil if it is left alone or not reached.
    func askForAll<Row>(
        _ subject: Query.Subject, _ rows: (AnswerPage) -> [Row]
    ) throws -> [Row]? {
        var all: [Row] = []
        let wasReached = try askPages(subject) { all += rows($0) }
        return wasReached ? all : nil
    }

    /// Asks the broker part after part, with the documents of each; false if it is left alone or
    /// not reached, even if only half-way.
    func askPages(_ subject: Query.Subject, _ take: (AnswerPage) throws -> Void) throws -> Bool {
        var query = Query(subject, actingFor: context.actingFor)
        repeat {
            guard let answer = try ask(query) else { return false }
            try take(answer)
            query.page = Page(cursor: answer.cursor)
        } while !query.page.cursor.isEmpty
        return true
    }

    /// Takes the broker for reachable again, after a follower has found it so.
    func retry() { outage = nil }

    /// Ends a command that only read: what was shown may be old, and scripts must know.
    func finish() throws {
        agent.disconnect()
        guard let outage else { return }
        throw CommandFailure(
            .unreachable, outage.code.name,
            "No broker could be reached, so this is what was known here before. "
                + "Check it with `careloop doctor`.")
    }

    private func ask(_ query: Query) throws -> AnswerPage? {
        // What waits goes first, so that the answer takes it into account.
        if welcome == nil { try exchange() }
        return try reach("asking the broker") { () throws(AgentError) in
            try self.agent.ask(query, deadline: self.deadline)
        }
    }

    private func reach<Answer>(
        _ activity: String, _ body: () throws(AgentError) -> Answer
    ) throws -> Answer? {
        guard !isOffline, outage == nil else { return nil }
        let progress = Progress(activity, on: screen)
        defer { progress.end() }
        do {
            return try body()
        } catch  where error.code == .unreachable {
            outage = error
            return nil
        }
    }
}
