/// Is how far a stream was read.
public struct StreamCursor: Equatable, Sendable {
    /// The epoch that the sequence belongs to.
    public let epoch: UInt32
    /// The last sequence that was applied; 0 for none.
    public let sequence: UInt64

    /// Makes it.
    public init(epoch: UInt32, sequence: UInt64) {
        self.epoch = epoch
        self.sequence = sequence
    }
}
