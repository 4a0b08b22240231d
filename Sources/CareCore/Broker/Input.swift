public import CareModel

/// Names a connection at the broker's `ctl` or `adm` socket: the routing id libzmq gave it.
public struct Peer: Hashable, Sendable {
    /// The routing id.
    public let routingID: [UInt8]
    /// Wraps the routing id.
    public init(_ routingID: [UInt8]) { self.routingID = routingID }
}

/// Is what happens to the broker.
///
/// What it holds is shared by its copies.
public indirect enum Input: Equatable, Sendable {
    /// An agent, known by its CURVE key, said something on `ctl`, perhaps on somebody's behalf.
    case said(Peer, AgentID, request: UInt64, AgentSaying, actingFor: Person? = nil)
    /// An operator asked something on `adm`. The secret is fresh random bytes for streams,
    /// ``secretByteCount`` of them.
    case administer(Peer, request: UInt64, AdminCommand, secret: [UInt8])
    /// A frame could not be sent: the connection is gone.
    case unreachable(Peer)
    /// The broker has started with these rules, in words.
    case configured(String)
    /// So many connections with unknown keys were refused since the last such input.
    case connectionsRefused(Int)

    /// A stream token and a stream key for each stream that one command may make or renew.
    public static let secretByteCount = streamSecretByteCount * streamCountMax
    /// A stream token and a stream key.
    static let streamSecretByteCount = 48
    /// The streams of an agent: its organisation's, its own, and its services'.
    static let streamCountMax = 2 + Agent.serviceCountMax
}

/// Is the time and the chance of one step.
public struct Moment: Equatable, Sendable {
    /// The wall clock; never behind the newest time that is stored.
    public let wall: Timestamp
    /// The time since the broker started, by the monotonic clock.
    public let uptime: Duration
    /// 64 random bits for ids and jitter, nothing secret.
    public let random: UInt64
    /// Whether the store has room for more messages.
    public let hasRoom: Bool
    /// Whether so many connections are open that new sessions must wait.
    public let isCrowded: Bool

    /// Makes the moment.
    public init(
        wall: Timestamp, uptime: Duration, random: UInt64, hasRoom: Bool = true,
        isCrowded: Bool = false
    ) {
        self.wall = wall
        self.uptime = uptime
        self.random = random
        self.hasRoom = hasRoom
        self.isCrowded = isCrowded
    }
}
