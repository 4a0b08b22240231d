/// Is how the store numbered what a transaction added.
///
/// A step gives what it adds *provisional* numbers, greater than every stored one, so that their
/// order is right within the step.
public struct Numbering: Equatable, Sendable {
    /// The last message before the transaction.
    public let lastMessage: MessageNumber
    /// The last delivery before the transaction.
    public let lastDelivery: DeliveryID
    /// The events that the transaction appended, in the order of its writes.
    public let events: [SequencedEvent]
    /// The version of the registry after the transaction.
    public let registryVersion: UInt64

    /// Makes the numbering.
    public init(
        lastMessage: MessageNumber, lastDelivery: DeliveryID, events: [SequencedEvent] = [],
        registryVersion: UInt64 = 0
    ) {
        self.lastMessage = lastMessage
        self.lastDelivery = lastDelivery
        self.events = events
        self.registryVersion = registryVersion
    }

    /// The number of a message.
    public func number(_ number: MessageNumber) -> MessageNumber {
        guard let place = number.provisionalPlace else { return number }
        return MessageNumber(lastMessage.number + place)
    }

    /// The number of a delivery.
    public func number(_ id: DeliveryID) -> DeliveryID {
        guard let place = id.provisionalPlace else { return id }
        return DeliveryID(lastDelivery.number + place)
    }
}

/// The least provisional number.
private let provisionalStart: Int64 = 1 << 62

extension MessageNumber {
    /// The number of the message that a step adds at `place`, counted from 1.
    public static func provisional(_ place: Int64) -> MessageNumber {
        MessageNumber(provisionalStart + place)
    }

    /// The place of what a step has added; nil for what is stored.
    public var provisionalPlace: Int64? {
        number >= provisionalStart ? number - provisionalStart : nil
    }
}

extension DeliveryID {
    /// The number of the delivery that a step adds at `place`, counted from 1.
    public static func provisional(_ place: Int64) -> DeliveryID {
        DeliveryID(provisionalStart + place)
    }

    /// The place of what a step has added; nil for what is stored.
    public var provisionalPlace: Int64? {
        number >= provisionalStart ? number - provisionalStart : nil
    }
}
