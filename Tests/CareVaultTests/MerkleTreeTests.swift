import CareVault
import Testing

/// RFC 9162, section 2.1.1, as it is written there: slow, and as simple as the text.
enum NaiveTree {
    static func root(_ leaves: ArraySlice<MerkleHash>) -> MerkleHash {
        guard leaves.count > 1 else { return leaves.first ?? .empty }
        let middle = leaves.startIndex + split(leaves.count)
        return .node(root(leaves[..<middle]), root(leaves[middle...]))
    }

    static func inclusionPath(_ index: Int, _ leaves: ArraySlice<MerkleHash>) -> [MerkleHash] {
        guard leaves.count > 1 else { return [] }
        let size = split(leaves.count)
        let middle = leaves.startIndex + size
        return index < size
            ? inclusionPath(index, leaves[..<middle]) + [root(leaves[middle...])]
            : inclusionPath(index - size, leaves[middle...]) + [root(leaves[..<middle])]
    }

    static func consistencyPath(_ old: Int, _ leaves: ArraySlice<MerkleHash>) -> [MerkleHash] {
        guard old > 0 else { return [] }
        return subproof(old, leaves, isWhole: true)
    }

    private static func subproof(
        _ old: Int, _ leaves: ArraySlice<MerkleHash>, isWhole: Bool
    ) -> [MerkleHash] {
        guard old < leaves.count else { return isWhole ? [] : [root(leaves)] }
        let size = split(leaves.count)
        let middle = leaves.startIndex + size
        return old <= size
            ? subproof(old, leaves[..<middle], isWhole: isWhole) + [root(leaves[middle...])]
            : subproof(old - size, leaves[middle...], isWhole: false) + [root(leaves[..<middle])]
    }

    private static func split(_ count: Int) -> Int {
        var size = 1
        while size * 2 < count { size *= 2 }
        return size
    }
}

/// Different leaves, from the first on.
func leaves(_ count: Int) -> [MerkleHash] {
    (0..<count).map { .leaf([UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)]) }
}

@Suite("The tree of the audit log")
struct MerkleTreeTests {
    // The leaves and roots of Certificate Transparency's own tests.
    static let inputs = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    static let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    @Test("Certificate Transparency's leaves have its roots, from none to eight")
    func knownRoots() {
        var tree = MerkleTree()
        #expect(tree.root == hash(Self.roots[0]))
        for (index, input) in Self.inputs.enumerated() {
            tree.append(.leaf(bytes(input)))
            #expect(tree.size == Int64(index + 1))
            #expect(tree.root == hash(Self.roots[index + 1]))
        }
    }

    @Test("leaves and nodes are hashed as Certificate Transparency does")
    func knownHashes() {
        #expect(
            MerkleHash.leaf(bytes("101112131415161718191a1b1c1d1e1f"))
                == hash("3bfb960453ebaebf33727da7a1f4db38acc051d381b6da20d6d4e88f0eabfd7a"))
        let node = MerkleHash.node(
            hash("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"),
            hash("202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"))
        #expect(node == hash("1a378704c17da31e2d05b6d121c2bb2c7d76f6ee6fa8f983e596c2d034963c57"))
        #expect("\(node)" == "1a378704c17da31e2d05b6d121c2bb2c7d76f6ee6fa8f983e596c2d034963c57")
    }

    @Test("the growing tree has the root of the definition, for every size to 200")
    func bruteForce() {
        let leaves = leaves(200)
        var tree = MerkleTree()
        for size in 0...200 {
            #expect(tree.root == NaiveTree.root(leaves[..<size]))
            #expect(tree.peaks.count == size.nonzeroBitCount)
            if size < 200 { tree.append(leaves[size]) }
        }
    }

    @Test("a stored tree is taken up where it was left, at every size")
    func resumption() throws {
        let leaves = leaves(70)
        var tree = MerkleTree()
        for leaf in leaves {
            tree = try #require(MerkleTree(size: tree.size, peaks: tree.peaks))
            tree.append(leaf)
        }
        #expect(tree.root == NaiveTree.root(leaves[...]))
    }

    @Test("peaks that do not fit the size are refused")
    func misfit() {
        #expect(MerkleTree(size: 3, peaks: leaves(3)) == nil)
        #expect(MerkleTree(size: 3, peaks: leaves(1)) == nil)
        #expect(MerkleTree(size: 0, peaks: leaves(1)) == nil)
        #expect(MerkleTree(size: -1, peaks: leaves(64)) == nil)
        #expect(MerkleTree(size: 0, peaks: []) == MerkleTree())
    }

    @Test("a hash has 32 bytes")
    func sizes() {
        #expect(MerkleHash(bytes: [UInt8](0..<31)) == nil)
        #expect(MerkleHash(bytes: [UInt8](0..<33)) == nil)
        #expect(MerkleHash(bytes: [UInt8](0..<32))?.bytes == [UInt8](0..<32))
    }
}
