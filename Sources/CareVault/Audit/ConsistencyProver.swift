/// Makes the proof that a tree begins with an older one, from the leaves in order (RFC 9162,
/// section 2.1.4.1).
public struct ConsistencyProver: Sendable {
    /// The size of the older tree.
    public let oldSize: Int64
    /// The size of the newer tree.
    public let newSize: Int64
    private var subtrees: SubtreeHasher

    /// Begins a proof; nil unless the sizes are not negative and the older is not larger.
    public init?(oldSize: Int64, newSize: Int64) {
        guard oldSize >= 0, oldSize <= newSize else { return nil }
        self.oldSize = oldSize
        self.newSize = newSize
        guard oldSize > 0, oldSize < newSize else {
            // Every tree begins with the empty one and with itself: there is nothing to prove.
            subtrees = SubtreeHasher([])
            return
        }
        var range = 0..<newSize
        var path: [Range<Int64>] = []
        while range.upperBound != oldSize {
            let middle = range.lowerBound + SubtreeHasher.split(of: Int64(range.count))
            if oldSize <= middle {
                path.append(middle..<range.upperBound)
                range = range.lowerBound..<middle
            } else {
                path.append(range.lowerBound..<middle)
                range = middle..<range.upperBound
            }
        }
        // The verifier knows the older root; any other subtree it must be given.
        if range.lowerBound > 0 { path.append(range) }
        subtrees = SubtreeHasher(path.reversed())
    }

    /// Takes the next leaf, from the tree's first on; those beyond the size change nothing.
    public mutating func append(_ leaf: MerkleHash) {
        guard subtrees.position < newSize else { return }
        subtrees.append(leaf)
    }

    /// The path; nil until all leaves of the newer tree have passed.
    public var path: [MerkleHash]? {
        subtrees.position == newSize ? subtrees.hashes : nil
    }
}
