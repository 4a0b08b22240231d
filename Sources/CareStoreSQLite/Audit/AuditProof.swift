public import CareModel
public import CareVault

/// Proves that an event is in the log that a checkpoint signs (RFC 9162, section 2.1.3).
public struct AuditProof: Equatable, Sendable {
    /// The event.
    public let record: AuditRecord
    /// Its place among the leaves, from 0.
    public let index: Int64
    /// The number of leaves under the checkpoint.
    public let size: Int64
    /// The path from the leaf's sibling up to the root.
    public let path: [MerkleHash]
    /// The checkpoint's signed note.
    public let note: String
}
