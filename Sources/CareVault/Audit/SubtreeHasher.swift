/// Hashes some ranges of a tree's leaves while all leaves pass by in order.
///
/// Holds one compact range and the hashes it has finished, so it needs O(log n) memory.
struct SubtreeHasher: Sendable {
    private let order: [Range<Int64>]
    private let ranges: [Range<Int64>]
    private var tree = MerkleTree()
    private var finished: [Int64: MerkleHash] = [:]
    /// The number of leaves that passed.
    private(set) var position: Int64 = 0

    /// Takes ranges that do not overlap, in the order in which their hashes are wanted.
    init(_ order: [Range<Int64>]) {
        self.order = order
        ranges = order.sorted { $0.lowerBound < $1.lowerBound }
    }

    /// Takes the next leaf.
    mutating func append(_ leaf: MerkleHash) {
        defer { position += 1 }
        guard finished.count < ranges.count else { return }
        let range = ranges[finished.count]
        guard range.contains(position) else { return }
        tree.append(leaf)
        guard position + 1 == range.upperBound else { return }
        finished[range.lowerBound] = tree.root
        tree = MerkleTree()
    }

    /// The hashes in the wanted order; nil until the last range has passed.
    var hashes: [MerkleHash]? {
        guard finished.count == ranges.count else { return nil }
        return order.compactMap { finished[$0.lowerBound] }
    }

    /// The largest power of two below `size`, which is at least 2: where RFC 9162 splits a tree.
    static func split(of size: Int64) -> Int64 {
        1 << Int64(Int64.bitWidth - 1 - (size - 1).leadingZeroBitCount)
    }
}
