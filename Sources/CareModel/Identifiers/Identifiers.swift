/// Is one of the identifiers that carry 128 bits.
public protocol UUIDIdentifier: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The bits.
    var uuid: UUIDBytes { get }
    /// Wraps the bits.
    init(_ uuid: UUIDBytes)
}

extension UUIDIdentifier {
    /// The sixteen bytes, most significant first, as CLP/1 carries them.
    public var bytes: [UInt8] { uuid.bytes }
    /// The UUID in its usual text form.
    public var description: String { uuid.description }

    /// Reads sixteen bytes; nil for any other count.
    @inlinable
    public init?(bytes: some Collection<UInt8>) {
        guard let uuid = UUIDBytes(bytes: bytes) else { return nil }
        self.init(uuid)
    }

    /// Reads the text form of a UUID; nil for anything else.
    public init?(_ text: some StringProtocol) {
        guard let uuid = UUIDBytes(text) else { return nil }
        self.init(uuid)
    }

    /// Orders by what the value stands for.
    public static func < (left: Self, right: Self) -> Bool { left.uuid < right.uuid }
}

/// Names one message for ever; its sender makes it once, so sending again is harmless.
public struct MessageID: UUIDIdentifier {
    /// The bits.
    public let uuid: UUIDBytes
    /// Wraps the bits.
    public init(_ uuid: UUIDBytes) { self.uuid = uuid }
}

/// Names one referral; the initiator's agent makes it, also while no broker can be reached.
public struct ReferralID: UUIDIdentifier {
    /// The bits.
    public let uuid: UUIDBytes
    /// Wraps the bits.
    public init(_ uuid: UUIDBytes) { self.uuid = uuid }
}

/// Names one consent directive at the broker.
public struct ConsentID: UUIDIdentifier {
    /// The bits.
    public let uuid: UUIDBytes
    /// Wraps the bits.
    public init(_ uuid: UUIDBytes) { self.uuid = uuid }
}

/// Is one of the short names that operators give: lower-case letters, digits, `-` and `.`.
public protocol NamedIdentifier: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The name.
    var name: String { get }
    /// Takes `name` as it is; callers that read input use ``init(_:)``.
    init(unchecked name: String)
}

extension NamedIdentifier {
    /// The name.
    public var description: String { name }

    /// Reads a name: 1 to 64 of `a-z 0-9 - .`, a letter or digit first; nil for anything else.
    @inlinable
    public init?(_ text: some StringProtocol) {
        let characters = text.utf8
        guard (1...64).contains(characters.count) else { return nil }
        for (index, character) in characters.enumerated() {
            switch character {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                continue
            case UInt8(ascii: "-"), UInt8(ascii: "."): if index == 0 { return nil }
            default: return nil
            }
        }
        self.init(unchecked: String(text))
    }

    /// Orders by what the value stands for.
    public static func < (left: Self, right: Self) -> Bool { left.name < right.name }
}

/// Names an organisation enrolled at the broker.
public struct OrganisationID: NamedIdentifier {
    /// The name.
    public let name: String
    /// Takes the name as it is.
    public init(unchecked name: String) { self.name = name }
}

/// Names a service of an organisation: a mailbox that a team works together.
public struct ServiceID: NamedIdentifier {
    /// The name.
    public let name: String
    /// Takes the name as it is.
    public init(unchecked name: String) { self.name = name }
}

/// Names a broker among those that share a store.
public struct BrokerID: NamedIdentifier {
    /// The name.
    public let name: String
    /// Takes the name as it is.
    public init(unchecked name: String) { self.name = name }
}

/// Names an agent: a person's or a system's identity, with a key of its own.
public struct AgentID: NamedIdentifier {
    /// The name.
    public let name: String
    /// Takes the name as it is.
    public init(unchecked name: String) { self.name = name }
}

/// Numbers a delivery at one broker: one message on its way to one mailbox.
public struct DeliveryID: Hashable, Comparable, Sendable {
    /// Counts up from 1 in the order of commitment.
    public let number: Int64
    /// Wraps the number.
    public init(_ number: Int64) { self.number = number }
    /// Orders by what the value stands for.
    public static func < (left: DeliveryID, right: DeliveryID) -> Bool {
        left.number < right.number
    }
}

/// Orders the grants of a lease on one delivery; only the newest may settle it.
public struct Fence: Hashable, Comparable, Sendable {
    /// 0 before the first lease, then one more with each.
    public let number: Int64
    /// Wraps the number.
    public init(_ number: Int64) { self.number = number }
    /// Orders by what the value stands for.
    public static func < (left: Fence, right: Fence) -> Bool { left.number < right.number }
    /// The fence of the next lease.
    public var next: Fence { Fence(number + 1) }
}
