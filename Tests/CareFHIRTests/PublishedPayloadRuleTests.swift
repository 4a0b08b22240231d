import CareFHIR
import CareFixtures
import Foundation
import Testing

@Suite("CLP/1 says what a payload has to hold")
struct PublishedPayloadRuleTests {
    /// The table of kinds, types and statuses; a cell that is left empty has the one above.
    private static func rows() throws -> [(kinds: [String], types: [String], statuses: String)] {
        let text = try FixtureFolder.bytes("../../Protocols/CLP-1.md")
        let lines = String(decoding: text, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0.hasPrefix("| kind | at least one of |") })
        var kinds: [String] = []
        return lines[(start + 2)...].prefix { $0.hasPrefix("|") }.map { line in
            let cells = line.split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            if !cells[1].isEmpty {
                kinds = cells[1].replacing("`", with: "").components(separatedBy: ", ")
            }
            // What follows on a type is a remark: exactly one, where there is no Appointment.
            let types = cells[2].components(separatedBy: ", ")
                .filter { $0.first?.isUppercase == true }
            return (kinds, types, cells[3])
        }
    }

    @Test("the table has the types and statuses of every kind that has a rule of its own")
    func table() throws {
        var types: [String: Set<String>] = [:]
        for row in try Self.rows() {
            for kind in row.kinds {
                types[kind, default: []].formUnion(row.types)
                let rule = PayloadRule.forKind(kind)
                for type in row.types {
                    let said = row.statuses.prefix { $0 != ";" }.components(separatedBy: ", ")
                        .filter { !$0.hasPrefix("and ") }
                    #expect(
                        rule.statuses[type].map { $0 == Set(said) } ?? said[0].hasPrefix("any"),
                        "\(kind) \(type)")
                }
            }
        }
        #expect(types.count == 6)
        for (kind, types) in types { #expect(PayloadRule.forKind(kind).anyOf == types, "\(kind)") }
    }
}
