import Foundation
import Testing

@testable import CareFHIR

/// The list that the table is made from, as the specification has it.
private let listing: [String] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Protocols/fhir-modifiers.tsv")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map(String.init)
}()

@Suite("FHIR's own list of modifier elements is honoured")
struct ModifierTableTests {
    @Test("the table is the list: same elements, same versions and digests")
    func fresh() {
        let listed = listing.filter { !$0.hasPrefix("#") }.map { $0.prefix { $0 != "\t" } }
        let table = ModifierElements.table.flatMap { type, paths in paths.map { "\(type).\($0)" } }
        #expect(listed.count > 150)
        #expect(table.sorted() == listed.map(String.init).sorted())
        #expect(ModifierElements.sources == listing[1...2].map { String($0.dropFirst(2)) })
    }

    @Test("an unexpected value of any modifier element of any resource is shown")
    func everyElement() throws {
        let all = ModifierElements.table.merging(ModifierElements.unflagged) { $0 + $1 }
        for (type, paths) in all where !Self.dataTypes.contains(type) {
            for path in paths where !Self.titles.contains("\(type).\(path)") {
                var names = path.replacing("[x]", with: "DateTime").split(separator: ".")
                let last = names.removeLast()
                var value = "{\"\(last)\":\"zz-odd\"}"
                if "\(type).\(path)" == "Patient.link" {
                    value = "{\"link\":[{\"type\":\"zz-odd\"}]}"
                }
                for name in names.reversed() { value = "{\"\(name)\":[\(value)]}" }
                let text = "{\"resourceType\":\"\(type)\",\(value.dropFirst())"
                let lines = try DocumentSummary(of: Array(text.utf8), at: .noon).lines
                let isShown = lines.contains {
                    DocumentSummary.isMarked($0) && ($0.contains("zz odd") || $0.contains("zz-odd"))
                }
                #expect(isShown, "\(type).\(path): \(lines)")
            }
        }
    }

    @Test("a modifier extension is shown at whatever depth it stands")
    func everyDepth() throws {
        for depth in 0...20 {
            var value = "{\"modifierExtension\":[{\"url\":\"urn:odd\"}]}"
            for level in 0..<depth { value = "{\"part\(level)\":[{},\(value)]}" }
            for type in ["Condition", "Observation", "Widget", "Patient", "Composition"] {
                let text = "{\"resourceType\":\"\(type)\",\(value.dropFirst())"
                let summary = try DocumentSummary(of: Array(text.utf8), at: .noon)
                #expect(summary.remarks.map(\.caveat.value) == ["urn:odd"])
                #expect(summary.lines.contains { $0.contains("urn:odd") })
            }
        }
    }

    /// Data types are within resources; their modifiers are read where they are shown.
    private static let dataTypes: Set = [
        "Address", "Age", "ContactPoint", "Count", "Distance", "Duration", "HumanName",
        "Identifier", "Quantity",
    ]

    /// These are what the resource is called by, or do not concern its meaning.
    private static let titles: Set = [
        "Basic.code", "Consent.scope", "Substance.instance", "Device.name.display",
    ]
}
