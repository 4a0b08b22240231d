import CareCore
import CareModel

/// Plays what happens to an agent and shows what it would do.
struct Script {
    var core: AgentCore
    var now: Duration = .seconds(100)

    init(_ mode: AgentCore.Mode, endpoints: Int = 1, policy: AgentPolicy = AgentPolicy()) {
        core = AgentCore(mode: mode, endpointCount: endpoints, policy: policy)
    }

    /// Steps and gives the actions.
    mutating func callAsFunction(
        _ input: AgentCore.Input, after wait: Duration = .zero
    ) -> [AgentCore.Action] {
        now += wait
        return core.step(input, at: now).actions
    }

    /// What the agent says of these actions.
    mutating func says(
        _ input: AgentCore.Input, after wait: Duration = .zero
    ) -> [AgentCore.Said] {
        self(input, after: wait).said
    }

    /// The request number of the first thing it says.
    mutating func request(_ input: AgentCore.Input, after wait: Duration = .zero) -> UInt64 {
        self(input, after: wait).requests.first ?? 0
    }

    /// Brings an agent to its session.
    @discardableResult
    mutating func open(
        _ input: AgentCore.Input, streams: [StreamName] = []
    ) -> [AgentCore.Action] {
        _ = self(input)
        _ = self(.link(.up))
        return self(welcome(streams))
    }

    static let heartbeat = Duration.seconds(5)
}

func session(_ streams: [StreamName] = [], limit: UInt64 = 1_000) -> SessionWelcome {
    var welcome = SessionWelcome()
    welcome.heartbeat = Script.heartbeat
    welcome.payloadByteCountMax = limit
    welcome.streams = streams
    return welcome
}

func welcome(_ streams: [StreamName] = [], limit: UInt64 = 1_000) -> AgentCore.Input {
    .heard(request: 1, .welcome(session(streams, limit: limit)))
}

func no(_ code: String, isRetriable: Bool = false) -> BrokerRefusal {
    var refusal = BrokerRefusal(code: code, message: "No.")
    refusal.isRetriable = isRetriable
    return refusal
}

func asked(
    _ question: UInt64, _ subject: Query.Subject = .deadLetters, wantsAll: Bool = false,
    patience: Duration = .seconds(3_600)
) -> AgentCore.Input {
    .ask(
        AgentCore.Asked(
            question: question, query: Query(subject), wantsAll: wantsAll, patience: patience))
}

/// A delivery with a document of so many bytes.
func arrival(_ delivery: Int64, _ fence: Int64 = 1, byteCount: Int) -> Arrival {
    Arrival(
        delivery: DeliveryID(delivery), fence: Fence(fence), mailbox: nil,
        envelope: Envelope(message: message(UInt64(delivery)), kind: Coded(.move(.request))),
        payload: Payload([UInt8](repeating: 7, count: byteCount)))
}

func heard(_ heard: AgentCore.Heard, request: UInt64 = 0) -> AgentCore.Input {
    .heard(request: request, heard)
}

func message(_ number: UInt64) -> MessageID { MessageID(UUIDBytes(high: 1, low: number)) }

func outgoing(
    _ number: UInt64, about referral: UInt64? = nil, byteCount: Int = 10
) -> AgentCore.OutgoingMessage {
    AgentCore.OutgoingMessage(
        message: message(number),
        referral: referral.map { ReferralID(UUIDBytes(high: 2, low: $0)) }, byteCount: byteCount)
}

func lease(_ delivery: Int64, _ fence: Int64 = 1) -> DeliveryRight {
    DeliveryRight(DeliveryID(delivery), Fence(fence))
}

extension [AgentCore.Action] {
    var said: [AgentCore.Said] {
        compactMap { action in
            if case .say(_, let words) = action { words } else { nil }
        }
    }

    var requests: [UInt64] {
        compactMap { action in
            if case .say(let request, _) = action { request } else { nil }
        }
    }

    /// The messages it sends.
    var submitted: [MessageID] {
        said.compactMap { if case .submit(let message) = $0 { message } else { nil } }
    }
}
