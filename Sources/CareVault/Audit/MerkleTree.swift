/// Grows a tree of RFC 9162, section 2.1.1, while keeping only the roots of its full subtrees.
///
/// Takes 32 bytes for each bit of the size that is 1, so it can be stored and taken up again.
public struct MerkleTree: Equatable, Sendable {
    /// The number of leaves.
    public private(set) var size: Int64
    /// The roots of the full subtrees, the largest and leftmost first.
    public private(set) var peaks: [MerkleHash]

    /// Makes the empty tree.
    public init() {
        size = 0
        peaks = []
    }

    /// Takes up a stored tree; nil unless there is a peak for each bit of the size that is 1.
    public init?(size: Int64, peaks: [MerkleHash]) {
        guard size >= 0, peaks.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.peaks = peaks
    }

    /// Appends the hash of a leaf.
    public mutating func append(_ leaf: MerkleHash) {
        var node = leaf
        // Each trailing 1 of the size is a full subtree on the left that the new leaf completes.
        for _ in 0..<(~size).trailingZeroBitCount {
            node = .node(peaks.removeLast(), node)
        }
        peaks.append(node)
        size += 1
    }

    /// The root; for the empty tree SHA-256 of nothing.
    public var root: MerkleHash {
        guard var root = peaks.last else { return .empty }
        for peak in peaks.dropLast().reversed() { root = .node(peak, root) }
        return root
    }
}
