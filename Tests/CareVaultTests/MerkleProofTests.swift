import CareVault
import Testing

@Suite("Proofs about the audit log")
struct MerkleProofTests {
    private static let inputs = MerkleTreeTests.inputs.map { MerkleHash.leaf(bytes($0)) }

    // Certificate Transparency's own tests: the paths of old to new size.
    @Test(
        "Certificate Transparency's consistency paths are made and accepted",
        arguments: [
            (1, 1, []),
            (
                1, 8,
                [
                    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
                ]
            ),
            (
                6, 8,
                [
                    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                ]
            ),
            (
                2, 5,
                [
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                ]
            ),
        ] as [(Int64, Int64, [String])])
    func knownConsistency(old: Int64, new: Int64, path: [String]) {
        let path = path.map { hash($0) }
        #expect(MerkleProof.consistencyPath(from: old, to: new) { Self.inputs[Int($0)] } == path)
        #expect(
            MerkleProof.verifyConsistency(
                oldSize: old, oldRoot: hash(MerkleTreeTests.roots[Int(old)]), newSize: new,
                newRoot: hash(MerkleTreeTests.roots[Int(new)]), path: path))
    }

    @Test(
        "known inclusion paths of the eight leaves are made and accepted",
        arguments: [
            (
                0,
                [
                    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
                ]
            ),
            (
                5,
                [
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                ]
            ),
        ] as [(Int64, [String])])
    func knownInclusion(index: Int64, path: [String]) {
        let path = path.map { hash($0) }
        #expect(MerkleProof.inclusionPath(of: index, size: 8) { Self.inputs[Int($0)] } == path)
        #expect(
            MerkleProof.verifyInclusion(
                leaf: Self.inputs[Int(index)], index: index, size: 8, path: path,
                root: hash(MerkleTreeTests.roots[8])))
    }

    // An entry of a public Certificate Transparency log, from the project's own tests.
    private static let publicPath = """
        1a208aeebcd1b39fe2de247ee8db9454e1e93a312d206b87f6ca9cc6ec6f1ddd
        0a1b78b383f580856f433c01a5741e160d451c185910027f6cc9f828687a40c4
        3d1745789bc63f2da15850de1c12a5bf46ed81e1cc90f086148b1662e79aab3d
        9095b61e14d8990acf390905621e62b1714fb8e399fbb71de5510e0aef45affe
        0a332b91b8fab564e6afd1dd452449e04619b18accc0ff9aa8393cd4928451f2
        2336f0181d264aed6d8f3a6507ca14a8d3b3c3a23791ac263e845d208c1ee330
        b4ce56e300590500360c146c6452edbede25d4ed83919278749ee5dbe178e048
        933f6ddc848ea562e4f9c5cfb5f176941301dad0c6fdb9d1fbbe34fac1be6966
        b95a6222958a86f74c030be27c44f57dbe313e5e7c7f4ffb98bcbd3a03bb52f2
        daeeb3ce5923defd0faeb8e0c210b753b85b809445d7d3d3cd537a9aabaa9c45
        7fadd0a13e9138a2aa6c3fdec4e2275af233b94812784f66bcca9aa8e989f2bc
        1864e6ba3e32878610546539734fb5eeae2529991f130c575c73a7e25a2a7c56
        12842d1202b1dc6828a17ab253c02e7ce9409b5192430feba44189f39cc02d66
        29af64b16fa3053c13d02ac63aa75b23aa468506e44c3a2315edc85d2dc22b11
        b527b99934a0bd9edd154e449b0502e2c499bba783f3bc3dfe23364b6b532009
        4584db8ae8e351ace08e01f306378a92bfd43611714814f3d834a2842d69faa8
        86a9a41573b0d6e4292f01e93243d6cc65b30f06606fc6fa57390e7e90ed580f
        a88b98fbe84d4c6aae8db9d1605dfac059d9f03fe0fcb0d5dff1295dacba09e6
        06326dc617a6d1f7021dc536026dbfd5fffc6f7c5531d48ef6ccd1ed1569f2a1
        f41fe8fdc3a2e4e8345e30216e7ebecffee26ff266eeced208a6c2a3cf08f960
        40cf5bde8abb76983f3e98ba97aa36240402975674e120f234b3448911090f8d
        b3222dc8658538079883d980d7fdc2bef9285344ea34338968f736b04aeb387a
        """

    @Test("an entry of a public log of 3,630,887 is proven, at its own index only")
    func publicLog() {
        let leaf = hash("7a395c866d5ecdb0cccb623e011dbc392cd348d1d1d72776174e127a24b09c78")
        let root = hash("78316a05c9bcf14a3a4548f5b854a9adfcd46a4c034401b3ce7eb7ac2f1d0ecb")
        let path = Self.publicPath.split(separator: "\n").map { hash(String($0)) }
        func holds(_ index: Int64, _ size: Int64, _ path: [MerkleHash]) -> Bool {
            MerkleProof.verifyInclusion(
                leaf: leaf, index: index, size: size, path: path, root: root)
        }
        #expect(path.count == 22)
        #expect(holds(848_049, 3_630_887, path))
        #expect(!holds(848_048, 3_630_887, path))
        #expect(!holds(848_049 + 3_630_887, 3_630_887, path))
        #expect(!holds(-848_049, 3_630_887, path))
        #expect(!holds(848_049, 3_630_887, path.dropLast()))
        #expect(!holds(848_049, 3_630_887, path + path.suffix(1)))
    }

    @Test("inclusion paths are those of the definition and lead to the root, for sizes to 200")
    func inclusionBruteForce() {
        let leaves = leaves(200)
        for size in [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 129, 200] {
            let root = NaiveTree.root(leaves[..<size])
            for index in 0..<size {
                let path = MerkleProof.inclusionPath(of: Int64(index), size: Int64(size)) {
                    leaves[Int($0)]
                }
                let isRight = path == NaiveTree.inclusionPath(index, leaves[..<size])
                let leads = MerkleProof.verifyInclusion(
                    leaf: leaves[index], index: Int64(index), size: Int64(size), path: path ?? [],
                    root: root)
                #expect(isRight && leads, "leaf \(index) of \(size)")
            }
        }
    }

    @Test("consistency paths are those of the definition and hold, for all pairs of sizes to 70")
    func consistencyBruteForce() {
        let leaves = leaves(70)
        let roots = (0...70).map { NaiveTree.root(leaves[..<$0]) }
        for new in 0...70 {
            for old in 0...new {
                let path = MerkleProof.consistencyPath(from: Int64(old), to: Int64(new)) {
                    leaves[Int($0)]
                }
                let isRight = path == NaiveTree.consistencyPath(old, leaves[..<new])
                let holds = MerkleProof.verifyConsistency(
                    oldSize: Int64(old), oldRoot: roots[old], newSize: Int64(new),
                    newRoot: roots[new], path: path ?? [])
                #expect(isRight && holds, "\(old) to \(new)")
            }
        }
    }

    @Test("large trees are proven, at sizes around the definition's splits")
    func largeSizes() {
        let leaves = leaves(4097)
        for new in [200, 4095, 4096, 4097] {
            let root = NaiveTree.root(leaves[..<new])
            for old in [1, 2, 127, 128, 129, 199, 200] {
                let path = MerkleProof.consistencyPath(from: Int64(old), to: Int64(new)) {
                    leaves[Int($0)]
                }
                #expect(path == NaiveTree.consistencyPath(old, leaves[..<new]))
                #expect(
                    MerkleProof.verifyConsistency(
                        oldSize: Int64(old), oldRoot: NaiveTree.root(leaves[..<old]),
                        newSize: Int64(new), newRoot: root, path: path ?? []))
            }
        }
    }

    @Test("a proof with any bit of leaf, path or root changed fails", arguments: [1, 2, 5, 8, 13])
    func flippedInclusion(size: Int) {
        let leaves = leaves(size)
        let root = NaiveTree.root(leaves[...])
        for index in 0..<size {
            let path = NaiveTree.inclusionPath(index, leaves[...])
            func holds(_ leaf: MerkleHash, _ path: [MerkleHash], _ root: MerkleHash) -> Bool {
                MerkleProof.verifyInclusion(
                    leaf: leaf, index: Int64(index), size: Int64(size), path: path, root: root)
            }
            #expect(holds(leaves[index], path, root))
            #expect(!flips(of: leaves[index]).contains { holds($0, path, root) })
            #expect(!flips(of: root).contains { holds(leaves[index], path, $0) })
            for step in path.indices {
                let wrong = flips(of: path[step]).contains { flipped in
                    var path = path
                    path[step] = flipped
                    return holds(leaves[index], path, root)
                }
                #expect(!wrong)
            }
        }
    }

    @Test(
        "a consistency proof with any bit changed fails",
        arguments: [(1, 2), (3, 7), (4, 7), (6, 8)])
    func flippedConsistency(old: Int, new: Int) {
        let leaves = leaves(new)
        let oldRoot = NaiveTree.root(leaves[..<old])
        let newRoot = NaiveTree.root(leaves[...])
        let path = NaiveTree.consistencyPath(old, leaves[...])
        func holds(_ oldRoot: MerkleHash, _ newRoot: MerkleHash, _ path: [MerkleHash]) -> Bool {
            MerkleProof.verifyConsistency(
                oldSize: Int64(old), oldRoot: oldRoot, newSize: Int64(new), newRoot: newRoot,
                path: path)
        }
        #expect(holds(oldRoot, newRoot, path))
        #expect(!flips(of: oldRoot).contains { holds($0, newRoot, path) })
        #expect(!flips(of: newRoot).contains { holds(oldRoot, $0, path) })
        #expect(!holds(oldRoot, newRoot, path + path.suffix(1)))
        #expect(!holds(oldRoot, newRoot, path.dropLast()))
        for step in path.indices {
            let wrong = flips(of: path[step]).contains { flipped in
                var path = path
                path[step] = flipped
                return holds(oldRoot, newRoot, path)
            }
            #expect(!wrong)
        }
    }

    @Test("a leaf proves nothing at another index or size")
    func wrongPlace() {
        let leaves = leaves(13)
        let root = NaiveTree.root(leaves[...])
        let path = NaiveTree.inclusionPath(5, leaves[...])
        for (index, size) in (0..<20).flatMap({ index in (0..<20).map { (index, $0) } }) {
            let holds = MerkleProof.verifyInclusion(
                leaf: leaves[5], index: Int64(index), size: Int64(size), path: path, root: root)
            // A size is told apart by where its path turns, so leaf 5 also fits some trees whose
            // turns are the same; a checkpoint signs the size together with the root.
            #expect(!holds || index == 5)
            if (index, size) == (5, 13) { #expect(holds) }
        }
    }

    @Test("sizes out of order or negative prove nothing")
    func impossible() {
        let root = leaves(1)[0]
        #expect(InclusionProver(index: 0, size: 0) == nil)
        #expect(InclusionProver(index: -1, size: 1) == nil)
        #expect(InclusionProver(index: 1, size: 1) == nil)
        #expect(ConsistencyProver(oldSize: 2, newSize: 1) == nil)
        #expect(ConsistencyProver(oldSize: -1, newSize: 1) == nil)
        for (old, new) in [(2, 1), (-1, 1), (-1, -1), (.max, 1)] as [(Int64, Int64)] {
            #expect(
                !MerkleProof.verifyConsistency(
                    oldSize: old, oldRoot: root, newSize: new, newRoot: root, path: []))
        }
        #expect(
            !MerkleProof.verifyConsistency(
                oldSize: 0, oldRoot: root, newSize: 1, newRoot: root, path: []))
        #expect(
            MerkleProof.verifyConsistency(
                oldSize: 0, oldRoot: .empty, newSize: 1, newRoot: root, path: []))
        #expect(
            !MerkleProof.verifyInclusion(
                leaf: root, index: 0, size: .max, path: [], root: root))
    }

    @Test("provers say nothing before all leaves have passed, and ignore those beyond")
    func streaming() throws {
        let leaves = leaves(20)
        var inclusion = try #require(InclusionProver(index: 4, size: 13))
        var consistency = try #require(ConsistencyProver(oldSize: 6, newSize: 13))
        for (index, leaf) in leaves.enumerated() {
            #expect((inclusion.path == nil) == (index < 13))
            #expect((consistency.path == nil) == (index < 13))
            #expect((inclusion.leaf == nil) == (index <= 4))
            inclusion.append(leaf)
            consistency.append(leaf)
        }
        #expect(inclusion.leaf == leaves[4])
        #expect(inclusion.path == NaiveTree.inclusionPath(4, leaves[..<13]))
        #expect(consistency.path == NaiveTree.consistencyPath(6, leaves[..<13]))
    }
}
