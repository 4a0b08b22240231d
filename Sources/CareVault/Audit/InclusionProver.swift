/// Makes the proof that a tree holds a leaf, from the leaves in order (RFC 9162, section 2.1.3.1).
public struct InclusionProver: Sendable {
    /// The proven leaf's place, from 0.
    public let index: Int64
    /// The size of the tree.
    public let size: Int64
    /// The proven leaf, once it has passed.
    public private(set) var leaf: MerkleHash?
    private var subtrees: SubtreeHasher

    /// Begins a proof; nil unless the index is below the size.
    public init?(index: Int64, size: Int64) {
        guard index >= 0, index < size else { return nil }
        self.index = index
        self.size = size
        var range = 0..<size
        var path: [Range<Int64>] = []
        while range.count > 1 {
            let middle = range.lowerBound + SubtreeHasher.split(of: Int64(range.count))
            let (near, far) =
                index < middle
                ? (range.lowerBound..<middle, middle..<range.upperBound)
                : (middle..<range.upperBound, range.lowerBound..<middle)
            path.append(far)
            range = near
        }
        subtrees = SubtreeHasher(path.reversed())
    }

    /// Takes the next leaf, from the tree's first on; those beyond the size change nothing.
    public mutating func append(_ leaf: MerkleHash) {
        guard subtrees.position < size else { return }
        if subtrees.position == index { self.leaf = leaf }
        subtrees.append(leaf)
    }

    /// The path from the leaf's sibling up; nil until all leaves have passed.
    public var path: [MerkleHash]? {
        subtrees.position == size ? subtrees.hashes : nil
    }
}
