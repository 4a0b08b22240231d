import CareModel
import CareStore

/// Is what the store has counted so far.
///
/// It is the only writer of its file, so what it found at the start and has written since is the
/// truth: nothing of this is read again.
final class Counters {
    private var lastMessage: MessageNumber
    private var lastDelivery: DeliveryID
    /// The last sequence of each stream; `stream.head` is only where it began.
    private var heads: [StreamName: UInt64]
    /// When each lease that is kept ends: an index of them would cost each delivery two changes.
    private var leases: [DeliveryID: Timestamp]
    /// Counts the changes of the registry since the start; 0 says that there is nothing in it.
    private(set) var registryVersion: UInt64

    init(
        lastMessage: MessageNumber, lastDelivery: DeliveryID, heads: [StreamName: UInt64],
        leases: [DeliveryID: Timestamp], registryVersion: UInt64
    ) {
        self.lastMessage = lastMessage
        self.lastDelivery = lastDelivery
        self.heads = heads
        self.leases = leases
        self.registryVersion = registryVersion
    }

    /// How the next transaction is numbered that appends these events.
    func numbering(events: [SequencedEvent] = []) -> Numbering {
        Numbering(
            lastMessage: lastMessage, lastDelivery: lastDelivery, events: events,
            registryVersion: registryVersion)
    }

    /// How far a stream is; nil if there is none of this name.
    func head(of stream: StreamName) -> UInt64? { heads[stream] }

    /// Takes note of how far a stream is.
    func note(_ head: UInt64, of stream: StreamName) {
        heads[stream] = head
    }

    /// Takes note of a message that was added.
    func note(_ message: MessageNumber) {
        lastMessage = max(lastMessage, message)
    }

    /// Takes note of a delivery that was added or changed, and of its lease.
    func note(_ delivery: Delivery) {
        lastDelivery = max(lastDelivery, delivery.id)
        if let lease = delivery.lease, !delivery.state.isSettled {
            leases[delivery.id] = lease.until
        } else {
            leases[delivery.id] = nil
        }
    }

    /// Takes note of a transaction that changed the registry.
    func noteRegistryChange() {
        registryVersion += 1
    }

    /// The deliveries whose lease ended at or before this time, in the order of their numbers, no
    /// more than are loaded at once.
    func lapsed(by time: Timestamp) -> ArraySlice<DeliveryID> {
        leases.filter { $0.value <= time }.map(\.key).sorted().prefix(FactKeys.expiredMax)
    }
}
