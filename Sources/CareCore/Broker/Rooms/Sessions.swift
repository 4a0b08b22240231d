internal import CareModel

/// Keeps the live sessions: who speaks on which connection, who works which mailbox, and how many
/// follow each stream.
struct Sessions {
    private var byPeer: [Peer: Session] = [:]
    /// The sessions that work each mailbox, in the order in which they came.
    private var workers: [Mailbox: [Peer]] = [:]
    private var followerCounts: [StreamName: Int] = [:]

    /// How many are live.
    var count: Int { byPeer.count }
    /// Whether none is.
    var isEmpty: Bool { byPeer.isEmpty }

    /// The session on a connection.
    subscript(peer: Peer) -> Session? { byPeer[peer] }

    /// Every session of an agent.
    func of(_ agent: AgentID) -> [Session] {
        byPeer.values.filter { $0.agent == agent }.inOrder
    }

    /// Those that a process ends by saying hello: it has lost their connection, or its memory of it.
    func fenced(by hello: Hello, of agent: AgentID, on peer: Peer) -> [Session] {
        byPeer.values.filter {
            $0.peer == peer || ($0.instance == hello.instance && $0.agent == agent)
        }.inOrder
    }

    /// Those that work a mailbox.
    func working(_ mailbox: Mailbox) -> [Session] {
        (workers[mailbox] ?? []).compactMap { byPeer[$0] }
    }

    /// Whether anybody works a mailbox.
    func isWorked(_ mailbox: Mailbox) -> Bool { workers[mailbox] != nil }

    /// The streams that anybody follows, in order.
    var followed: [StreamName] { followerCounts.keys.sorted() }

    /// Whether anybody follows a stream.
    func isFollowed(_ stream: StreamName) -> Bool { followerCounts[stream] != nil }

    /// Those that follow a stream.
    func following(_ stream: StreamName) -> [Session] {
        guard isFollowed(stream) else { return [] }
        return byPeer.values.filter { $0.subscriptions.contains(stream) }.inOrder
    }

    /// Those that want to know when nothing is left.
    var draining: [Session] { byPeer.values.filter { $0.drainRequest != nil }.inOrder }

    /// The connections that have said nothing for longer than `silence`.
    func silent(for silence: Duration, at uptime: Duration) -> [Peer] {
        byPeer.values.filter { uptime - $0.lastHeard > silence }.inOrder.map(\.peer)
    }

    /// Those who have said nothing for longer than `heartbeat` and were not asked since.
    func quiet(for heartbeat: Duration, at uptime: Duration) -> [Peer] {
        byPeer.values.filter { uptime - max($0.lastHeard, $0.lastPinged) > heartbeat }
            .inOrder.map(\.peer)
    }

    /// Begins a session.
    mutating func open(_ session: Session) {
        precondition(byPeer[session.peer] == nil, "a connection has one session")
        byPeer[session.peer] = session
        for mailbox in session.mailboxes { workers[mailbox, default: []].append(session.peer) }
    }

    /// Ends the session on a connection.
    ///
    /// - Returns: the session, and the mailboxes that nobody works any more; nil if there was none.
    mutating func close(_ peer: Peer) -> (session: Session, deserted: [Mailbox])? {
        guard let session = byPeer.removeValue(forKey: peer) else { return nil }
        for stream in session.subscriptions {
            let others = followerCounts[stream, default: 0] - 1
            assert(others >= 0, "a stream has fewer followers than sessions that follow it")
            followerCounts[stream] = others > 0 ? others : nil
        }
        var deserted: [Mailbox] = []
        for mailbox in session.mailboxes {
            workers[mailbox]?.removeAll { $0 == peer }
            guard workers[mailbox]?.isEmpty == true else { continue }
            workers[mailbox] = nil
            deserted.append(mailbox)
        }
        return (session, deserted)
    }

    /// Has a session follow a stream.
    mutating func follow(_ stream: StreamName, on peer: Peer) {
        guard byPeer[peer]?.follow(stream) == true else { return }
        followerCounts[stream, default: 0] += 1
    }

    /// Changes what a session may be sent or is asked; nothing if it has ended.
    mutating func change(_ peer: Peer, _ body: (inout Session) -> Void) {
        guard var session = byPeer[peer] else { return }
        let followed = session.subscriptions
        body(&session)
        assert(session.subscriptions == followed, "followers are counted")
        byPeer[peer] = session
    }
}
