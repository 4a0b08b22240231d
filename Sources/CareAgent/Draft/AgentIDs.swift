public import CareModel
internal import CareVault

/// Makes new ids and tells the time, for agents and for tests that want both to be repeatable.
public struct AgentIDs: Sendable {
    /// The wall clock.
    public let now: @Sendable () -> Timestamp
    private let random: @Sendable () -> UInt64

    /// Makes ids from a clock and a source of random bits.
    public init(
        now: @escaping @Sendable () -> Timestamp, random: @escaping @Sendable () -> UInt64
    ) {
        self.now = now
        self.random = random
    }

    /// Uses the system's clock and randomness.
    public static let system = AgentIDs(
        now: { WallClock.now },
        random: {
            var generator = SystemRandomNumberGenerator()
            return generator.next()
        })

    /// A new message's name.
    public func message() -> MessageID { MessageID(uuid()) }

    /// A new referral's name.
    public func referral() -> ReferralID { ReferralID(uuid()) }

    /// A new consent directive's name.
    public func consent() -> ConsentID { ConsentID(uuid()) }

    /// A process' name in its hellos.
    func instance() -> [UInt8] { UUIDBytes(high: random(), low: random()).bytes }

    private func uuid() -> UUIDBytes {
        UUIDBytes(version7At: now(), random: (random(), random()))
    }
}
