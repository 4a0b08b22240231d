import CareModel
import CareTestKit
import Testing

@testable import CareFHIR

@Suite("Any part of any document can be taken out")
struct RedactionPropertyTests {
    private typealias Sample = RedactionSample

    /// Whether items go, themselves or with what is around them.
    private func gone(_ places: Set<Int>, _ containers: [Int?]) -> [Bool] {
        var gone: [Bool] = []
        for (place, container) in containers.enumerated() {
            gone.append(places.contains(place) || container.map { gone[$0] } == true)
        }
        return gone
    }

    /// Places to take out of a document, at least one, the outermost only.
    private func draw(_ document: RandomDocument, _ random: inout SplitMix64) -> [Int] {
        let candidates = 2..<document.marks.count
        var drawn = Set(candidates.filter { _ in Int.random(in: 0..<3, using: &random) == 0 })
        if drawn.isEmpty { drawn = [Int.random(in: candidates, using: &random)] }
        let gone = gone(drawn, document.containers)
        return drawn.filter { document.containers[$0].map { !gone[$0] } ?? true }.sorted()
    }

    @Test("no mark of a part that goes is in the copy, and every mark of the others is")
    func marks() throws {
        for seed in 0..<150 {
            let document = RandomDocument(seed: UInt64(seed))
            var random = SplitMix64(seed: UInt64(seed) &+ 1000)
            let items = try Sample.items(document.text)
            try #require(items.map { $0.container } == document.containers, "seed \(seed)")
            let places = draw(document, &random)
            let copy = try Sample.copy(document.text, without: places)
            let gone = gone(Set(places), document.containers)
            for (mark, isGone) in zip(document.marks, gone).dropFirst(2) {
                // A value that stays is a text of its own, not one in what quotes it.
                #expect(copy.contains("'\(mark)'") == !isGone, "seed \(seed), \(mark)")
                if isGone { #expect(!copy.contains(mark), "seed \(seed), \(mark)") }
            }
            let entries = items.indices.filter { items[$0].container == nil && gone[$0] }
            for place in entries {
                let id = items[place].resource.references[0].split(separator: "/")[1]
                #expect(!copy.contains(id), "seed \(seed)")
                #expect(!copy.contains(id.replacing("id-", with: "shown-")), "seed \(seed)")
                #expect(!copy.contains(id.replacing("id-", with: "word-")), "seed \(seed)")
            }
            // What is left is what inspection finds, in the same order.
            let left = zip(items, gone).filter { !$0.1 }.map { $0.0.resource.references }
            #expect(try Sample.items(copy).map { $0.resource.references } == left)
        }
    }

    @Test("copies for several recipients do not depend on each other, nor on the order of parts")
    func independence() throws {
        for seed in 0..<25 {
            let document = RandomDocument(seed: UInt64(seed))
            var random = SplitMix64(seed: UInt64(seed) &+ 2000)
            let places = draw(document, &random)
            let bytes = Sample.bytes(document.text)
            let kept = bytes
            let redactor = Redactor()
            let one = try redactor.copy(
                of: bytes, without: Redaction(places: places, isAdmitted: false))
            _ = try redactor.copy(of: bytes, without: Redaction(places: [2], isAdmitted: true))
            let two = try redactor.copy(
                of: bytes, without: Redaction(places: places.reversed(), isAdmitted: false))
            #expect(one == two)
            #expect(bytes == kept)
        }
    }

    @Test("what is taken out of a copy again changes nothing but what goes then")
    func repeated() throws {
        for seed in 0..<25 {
            let document = RandomDocument(seed: UInt64(seed))
            guard document.containers.count(where: { $0 == nil }) > 4 else { continue }
            let entries = document.containers.indices.filter { document.containers[$0] == nil }
            let (first, second) = (entries[2], entries[3])
            let both = try Sample.copy(document.text, without: [first, second])
            let once = try Sample.copy(document.text, without: [second])
            #expect(try Sample.copy(once, without: [first]) == both, "seed \(seed)")
        }
    }

    @Test("a document of random JSON is refused, or its copy is JSON without the part")
    func randomJSON() throws {
        var random = SplitMix64(seed: 7)
        var copied = 0
        for _ in 0..<3000 {
            let bytes = Sample.bytes("{'resourceType':'Bundle','entry':[\(value(4, &random))]}")
            let places = [Int.random(in: 0..<4, using: &random)]
            let redaction = Redaction(places: places, isAdmitted: Bool.random(using: &random))
            do {
                let copy = try Redactor().copy(of: bytes, without: redaction)
                _ = try JSONDocument(copy, limits: .init()).root
                let before = DocumentParts(JSONTree(try JSONDocument(bytes))).parts.count
                #expect(DocumentParts(JSONTree(try JSONDocument(copy))).parts.count < before)
                copied += 1
            } catch let error as InspectionError {
                #expect(error.code == .notRedactable)
            }
        }
        #expect(copied > 100)
    }

    /// A random value of names and texts that mean something to redaction.
    private func value(_ depth: Int, _ random: inout SplitMix64) -> String {
        let texts = ["Flag/1", "#1", "1", "a", Sample.labelURL, "urn:uuid:1", "Bundle", "Flag"]
        switch Int.random(in: depth > 0 ? 0..<8 : 6..<9, using: &random) {
        case 0, 1:
            let count = Int.random(in: 0..<4, using: &random)
            return "[" + (0..<count).map { _ in value(depth - 1, &random) }.joined(separator: ",")
                + "]"
        case 2...5:
            let names = [
                "resourceType", "id", "resource", "entry", "contained", "extension", "url", "_id",
                "valueCoding", "reference", "item", "text", "section", "given", "_given", "meta",
                "security", "total", "identifier", "value", "fullUrl", "note", "signature",
            ].shuffled(using: &random).prefix(Int.random(in: 0..<7, using: &random))
            let members = names.map { name in
                let content =
                    name == "resourceType"
                    ? "'\(texts[Int.random(in: 6..<8, using: &random)])'"
                    : value(depth - 1, &random)
                return "'\(name)' : \(content)"
            }
            return "{" + members.joined(separator: " , ") + "}"
        case 6: return ["null", "true", "1.50"].randomElement(using: &random) ?? "null"
        default: return "'\(texts.randomElement(using: &random) ?? "")'"
        }
    }
}
