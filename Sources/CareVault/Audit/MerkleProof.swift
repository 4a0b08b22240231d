/// Makes and checks proofs about trees of RFC 9162, section 2.1.
public enum MerkleProof {
    /// The path that proves a leaf, reading each leaf once; nil unless the index is in the tree.
    public static func inclusionPath<Failure: Error>(
        of index: Int64, size: Int64, leaf: (Int64) throws(Failure) -> MerkleHash
    ) throws(Failure) -> [MerkleHash]? {
        guard var prover = InclusionProver(index: index, size: size) else { return nil }
        for position in 0..<size { prover.append(try leaf(position)) }
        return prover.path
    }

    /// The path that proves that a tree begins with an older one, reading each leaf once; nil
    /// unless the older is not larger.
    public static func consistencyPath<Failure: Error>(
        from oldSize: Int64, to newSize: Int64, leaf: (Int64) throws(Failure) -> MerkleHash
    ) throws(Failure) -> [MerkleHash]? {
        guard var prover = ConsistencyProver(oldSize: oldSize, newSize: newSize) else { return nil }
        for position in 0..<newSize { prover.append(try leaf(position)) }
        return prover.path
    }

    /// Whether the tree with this root holds this leaf at this index (RFC 9162, section 2.1.3.2).
    public static func verifyInclusion(
        leaf: MerkleHash, index: Int64, size: Int64, path: [MerkleHash], root: MerkleHash
    ) -> Bool {
        guard index >= 0, index < size else { return false }
        var walk = Walk(index: index, last: size - 1)
        var hash = leaf
        for sibling in path {
            guard let isLeft = walk.climb() else { return false }
            hash = isLeft ? .node(sibling, hash) : .node(hash, sibling)
        }
        return walk.isAtRoot && hash == root
    }

    /// Whether the newer tree begins with the older one (RFC 9162, section 2.1.4.2).
    ///
    /// A path is empty, and only the roots are compared, for trees of one size; every tree begins
    /// with the empty one.
    public static func verifyConsistency(
        oldSize: Int64, oldRoot: MerkleHash, newSize: Int64, newRoot: MerkleHash,
        path: [MerkleHash]
    ) -> Bool {
        guard oldSize >= 0, oldSize <= newSize else { return false }
        guard oldSize < newSize else { return path.isEmpty && oldRoot == newRoot }
        guard oldSize > 0 else { return path.isEmpty && oldRoot == .empty }
        var siblings = path[...]
        // An older tree that is one full subtree of the newer is where the walk begins.
        let isFull = oldSize.nonzeroBitCount == 1
        guard let first = isFull ? oldRoot : siblings.popFirst() else { return false }
        var walk = Walk(index: oldSize - 1, last: newSize - 1)
        walk.leaveFullSubtree()
        var (oldHash, newHash) = (first, first)
        for sibling in siblings {
            guard let isLeft = walk.climb() else { return false }
            if isLeft { oldHash = .node(sibling, oldHash) }
            newHash = isLeft ? .node(sibling, newHash) : .node(newHash, sibling)
        }
        return walk.isAtRoot && oldHash == oldRoot && newHash == newRoot
    }

    /// Walks from a node up to the root: the node's index among its level and the level's last.
    private struct Walk {
        var index: Int64
        var last: Int64

        var isAtRoot: Bool { last == 0 }

        /// Goes up while the node is a right child, so that a full subtree's root is reached.
        mutating func leaveFullSubtree() { rise(by: (~index).trailingZeroBitCount) }

        /// Goes to the parent whose other child is the next of the path.
        ///
        /// Gives whether that child is on the left; nil above the root.
        mutating func climb() -> Bool? {
            guard last != 0 else { return nil }
            let isLeft = index & 1 == 1 || index == last
            // The last node of a level has no right sibling: it rises until it has a left one.
            if isLeft { rise(by: index.trailingZeroBitCount) }
            rise(by: 1)
            return isLeft
        }

        private mutating func rise(by levels: Int) {
            index >>= Int64(levels)
            last >>= Int64(levels)
        }
    }
}
