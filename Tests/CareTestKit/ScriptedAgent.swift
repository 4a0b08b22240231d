public import CareCore
public import CareModel

/// Plays one process of an agent on one connection.
public final class ScriptedAgent {
    /// Who it is.
    public let id: AgentID
    /// The connection it speaks on.
    public private(set) var peer: Peer
    /// The process.
    public let instance: UUIDBytes
    private let broker: TestBroker
    private var nextRequest: UInt64 = 1
    private var readCount = 0

    /// Makes an agent that has not said anything yet.
    public init(_ id: AgentID, on peer: Peer, instance: UUIDBytes, of broker: TestBroker) {
        self.id = id
        self.peer = peer
        self.instance = instance
        self.broker = broker
    }

    /// The input of saying something on this connection.
    public func input(
        _ saying: AgentSaying, request: UInt64 = 0, for person: Person? = nil
    ) -> Input {
        .said(peer, id, request: request, saying, actingFor: person)
    }

    /// Says something, lets the broker settle, and gives what it said back.
    @discardableResult
    public func say(
        _ sayings: AgentSaying..., request: UInt64 = 0, for person: Person? = nil
    ) throws -> [BrokerSaying] {
        try broker.step(sayings.map { input($0, request: request, for: person) })
        try broker.settle()
        return read()
    }

    /// What came since the last time it looked.
    @discardableResult
    public func read() -> [BrokerSaying] {
        let all = broker.sent[peer] ?? []
        defer { readCount = all.count }
        return all[min(readCount, all.count)...].map(\.saying)
    }

    /// Everything that ever came on this connection.
    public var heard: [BrokerSaying] { (broker.sent[peer] ?? []).map(\.saying) }

    /// Every delivery that ever came on this connection.
    public var deliveries: [Delivery] { heard.deliveries }

    /// The hello of this process.
    public var hello: AgentSaying {
        .hello(Hello(agent: id, instance: instance, versions: [1], program: "script"))
    }

    /// Opens a session, and grants credit if `messages` is not 0.
    @discardableResult
    public func connect(
        messages: UInt32 = 100, byteCount: UInt64 = 1 << 20
    ) throws -> [BrokerSaying] {
        var heard = try say(hello)
        if messages > 0 { heard += try grant(messages, byteCount: byteCount) }
        return heard
    }

    /// Speaks on another connection from now on, as after a lost one.
    public func reconnect(on peer: Peer) {
        self.peer = peer
        readCount = broker.sent[peer]?.count ?? 0
    }

    /// Grants credit.
    @discardableResult
    public func grant(
        _ messages: UInt32, byteCount: UInt64 = 1 << 20, drain: Bool = false, request: UInt64 = 0
    ) throws -> [BrokerSaying] {
        try say(.credit(messages: messages, byteCount: byteCount, drain: drain), request: request)
    }

    /// Submits, and gives the receipt item.
    public func submit(_ submission: Submission) throws -> ReceiptItem? {
        try say(.submit(submission)).receipts.last { $0.message == submission.id }
    }

    /// Acknowledges a delivery.
    @discardableResult
    public func ack(_ delivery: Delivery, displayed: Bool = false) throws -> [BrokerSaying] {
        try say(.ack(delivery.id, delivery.fence, displayed: displayed))
    }

    /// Acknowledges each delivery among `heard` and what comes because of that; gives them all.
    @discardableResult
    public func ackAll(_ heard: [BrokerSaying]) throws -> [Delivery] {
        try ackAll(heard.deliveries)
    }

    /// Acknowledges `deliveries` and what comes because of that; gives them all.
    @discardableResult
    public func ackAll(_ deliveries: [Delivery]) throws -> [Delivery] {
        var waiting = deliveries
        var done: [Delivery] = []
        while !waiting.isEmpty {
            let delivery = waiting.removeFirst()
            done.append(delivery)
            waiting += try ack(delivery).deliveries
        }
        return done
    }
}

extension [BrokerSaying] {
    /// The deliveries among them.
    public var deliveries: [Delivery] {
        compactMap { if case .deliver(let delivery, _, _, _, _) = $0 { delivery } else { nil } }
    }

    /// The messages of the deliveries among them.
    public var messages: [Message] {
        compactMap { if case .deliver(_, let message, _, _, _) = $0 { message } else { nil } }
    }

    /// What the deliveries among them leave out, in the same order.
    public var redactions: [Redaction?] {
        compactMap { saying -> Redaction?? in
            if case .deliver(_, _, _, let redaction, _) = saying { .some(redaction) } else { nil }
        }
    }

    /// The recalls among them.
    public var recalls: [DeliveryID] {
        compactMap { if case .recall(let delivery, _) = $0 { delivery } else { nil } }
    }

    /// The timelines among them.
    public var timelines: [Timeline] {
        compactMap { if case .timeline(let timeline) = $0 { timeline } else { nil } }
    }

    /// The receipt items among them.
    public var receipts: [ReceiptItem] {
        flatMap { if case .receipt(let items) = $0 { items } else { [ReceiptItem]() } }
    }

    /// The refusals of questions and frames among them.
    public var errors: [RefusalCode] {
        compactMap { saying in
            switch saying {
            case .error(let refusal), .errorAbout(_, let refusal, _): refusal.code
            default: nil
            }
        }
    }

    /// The answers to acknowledgements and the like, as states.
    public var settled: [DeliveryState] {
        compactMap { if case .settled(_, let state) = $0 { state } else { nil } }
    }

    /// The counts of drained answers.
    public var drained: [Int] {
        compactMap { if case .drained(let waiting) = $0 { waiting } else { nil } }
    }
}
