/// Is a right to settle a delivery.
public struct DeliveryRight: Hashable, Sendable {
    /// The delivery.
    public let delivery: DeliveryID
    /// The fence that came with it.
    public let fence: Fence

    /// Makes it.
    public init(_ delivery: DeliveryID, _ fence: Fence) {
        self.delivery = delivery
        self.fence = fence
    }
}

/// Says that a person opened what came by a lease.
public struct OpenedDelivery: Hashable, Sendable {
    /// What came.
    public let lease: DeliveryRight
    /// Who opened it; nil if the program does not tell.
    public let person: Person?

    /// Makes it.
    public init(_ lease: DeliveryRight, by person: Person? = nil) {
        self.lease = lease
        self.person = person
    }
}

extension Arrival {
    /// The right to settle it.
    public var right: DeliveryRight { DeliveryRight(delivery, fence) }
}
