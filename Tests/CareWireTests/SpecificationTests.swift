import CareModel
import CareWire
import Foundation
import Testing

@Suite("CLP-1.md agrees with the files beside it")
struct SpecificationTests {
    let specification: Specification
    let proto: ProtoFile

    init() throws {
        specification = try Specification()
        proto = try ProtoFile()
    }

    @Test(
        "the grammar's names are exactly the verbs of the proto",
        arguments: [("A", "AgentFrame"), ("B", "BrokerFrame")])
    func grammar(side: String, frame: String) throws {
        let verbs = try Set(proto.choices(of: frame).map(\.type))
        #expect(try specification.grammarNames(of: #require(side.first)) == verbs)
    }

    @Test("every message of the proto has a section with its fields, numbers and types")
    func fields() throws {
        for message in proto.names {
            let rows = try specification.fieldTable(of: message)
            let expected = try #require(proto.fields[message])
            #expect(rows.map { $0[0] } == expected.map { "`\($0.name)`" }, "\(message)")
            #expect(rows.map { $0[1] } == expected.map { String($0.number) }, "\(message)")
            #expect(rows.map { $0[2] } == expected.map(\.type), "\(message)")
            for row in rows where row.count > 3 {
                #expect(!row[3].isEmpty, "\(message) does not explain \(row[0])")
            }
        }
    }

    @Test("the table of states is the published one")
    func states() throws {
        let rows = try specification.table(
            ["state", "Task.status", "BSeR", "business status", "ended"])
        let states = try publishedRows("referral-lifecycle.json", "states")
        let expected = try states.map { state in
            var status = try #require(state["taskStatus"] as? String)
            if let later = state["taskStatusAfterAcceptance"] as? String {
                status += ", \(later) after acceptance"
            }
            return [
                try #require(state["name"] as? String), status, state["bser"] as? String ?? "–",
                state["businessStatus"] as? String ?? "–",
                try #require(state["ended"] as? Bool) ? "yes" : "no",
            ]
        }
        #expect(rows == expected)
    }

    @Test("the table of transitions is the published one")
    func transitions() throws {
        let rows = try specification.table(["#", "move", "from", "to", "actors", "reason"])
        let transitions = try publishedRows("referral-lifecycle.json", "transitions")
        let expected = try transitions.map { row in
            var from = try #require(row["from"] as? [String]).joined(separator: ", ")
            if let condition = row["condition"] as? String { from += " (\(condition))" }
            return [
                String(try #require(row["row"] as? Int)), try #require(row["move"] as? String),
                from,
                try #require(row["to"] as? String),
                try #require(row["actors"] as? [String]).joined(separator: ", "),
                row["reason"] as? String ?? "–",
            ]
        }
        #expect(rows == expected)
    }

    @Test("the tables of reasons and of delivery states are the published ones")
    func reasonsAndDeliveries() throws {
        let reasons = try specification.table(["reason set", "codes"])
        let published = try publishedRows("referral-lifecycle.json", "reasonSets")
        let expected = try published.map { set in
            [
                try #require(set["name"] as? String),
                try #require(set["codes"] as? [String]).joined(separator: ", "),
            ]
        }
        #expect(reasons == expected)

        let deliveries = try specification.table(["delivery state", "settled", ""])
        let states = try publishedRows("referral-lifecycle.json", "deliveryStates")
        let names = try states.map { state in
            let isSettled = try #require(state["settled"] as? Bool)
            return [try #require(state["name"] as? String), isSettled ? "yes" : "no"]
        }
        #expect(deliveries.map { Array($0.prefix(2)) } == names)
    }

    @Test("the table of errors is the published one")
    func errors() throws {
        let rows = try specification.table(
            ["code", "category", "retriable", "exit", "verbs", "message"])
        let expected = try publishedRows("errors.json", "errors").map { error in
            [
                try #require(error["code"] as? String), try #require(error["category"] as? String),
                try #require(error["retriable"] as? Bool) ? "yes" : "no",
                String(try #require(error["exitCode"] as? Int)),
                try #require(error["verbs"] as? [String]).joined(separator: ", "),
                try #require(error["message"] as? String),
            ]
        }
        #expect(rows == expected)
    }

    @Test("the verbs that errors name are verbs of the agent, or all of them")
    func errorVerbs() throws {
        let verbs = try Set(proto.choices(of: "AgentFrame").map(\.type) + ["AgentFrame"])
        for error in try publishedRows("errors.json", "errors") {
            let named = try #require(error["verbs"] as? [String])
            #expect(verbs.isSuperset(of: named), "\(named)")
        }
    }

    @Test("the limits named are the limits kept")
    func limits() throws {
        let rows = try specification.table(["limit", "value"])
        func value(_ name: String) throws -> String {
            try #require(rows.first { $0[0] == name }, "\(name)")[1]
        }
        #expect(try value("header") == "262,144 bytes")
        #expect(WireLimits.headerByteCountMax == 262_144)
        #expect(
            try value("coded value, name, cursor, reason") == "\(WireLimits.textByteCountMax) bytes"
        )
        #expect(try value("identifier, each part") == "\(WireLimits.identifierByteCountMax) bytes")
        #expect(try value("words of a break-glass") == "10 to 1,000 bytes")
        #expect(WireLimits.wordsByteCountMax == 1_000)
        #expect(WireLimits.operatorByteCountMax == 64)
        #expect(try value("rows of a page") == "\(Page.limitMax)")
    }

    private func codes(of field: String, in message: String) throws -> [String] {
        let row = try #require(
            specification.fieldTable(of: message).first { $0[0] == "`\(field)`" })
        let words = row[3].split(separator: "`", omittingEmptySubsequences: false)
        return words.enumerated().filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
    }

    @Test("the codes named beside fields are all there are")
    func codes() throws {
        let causes = Verdict.Reason.Kind.allCases.map(\.rawValue)
        #expect(try codes(of: "cause", in: "ConsentReason") == causes)
        let conditions = Verdict.Conditions(rawValue: .max).words
        #expect(try codes(of: "met", in: "ConsentReason") == conditions)
        let findings = BreakGlass.Finding.allCases.map(\.rawValue)
        #expect(try codes(of: "finding", in: "Submit") == findings)
        #expect(try codes(of: "finding", in: "BreakGlassEntry") == findings)
        for event in try codes(of: "event", in: "Disclosure") {
            #expect(AuditEvent.Kind(rawValue: event) != nil, "\(event)")
        }
        let terms = try specification.table(["term", "meaning"])
        let roles = try #require(terms.first { $0[0] == "role" })[1]
        for role in Role.allCases { #expect(roles.contains("`\(role.rawValue)`"), "\(role)") }
    }

    @Test("the kinds that are no moves are those of the table, with those the broker makes")
    func kinds() throws {
        let rows = try specification.table(["kind", "needs", "does", "who may"])
        let named = rows.map { $0[0].filter { $0 != "`" } } + ["report", "break-glass-notice"]
        for name in named {
            let kind = try #require(MessageKind(name), "\(name)")
            #expect(kind.name == name)
            if case .move = kind { Issue.record("\(name) is a move") }
        }
        #expect(named.count == 8)
        #expect(specification.text.contains("`report` and `break-glass-notice` are kinds only"))
    }

    @Test("the lines of a consent receipt are those of the golden ones")
    func receiptLines() throws {
        let start = try #require(specification.text.range(of: "```\ncareloop consent receipt 1\n"))
        let rest = specification.text[start.lowerBound...].dropFirst(4)
        let lines = rest.prefix { $0 != "`" }.split(separator: "\n")
        let names = lines.map { $0.prefix { $0 != "<" } }
        let statements = Vector.all(in: "broker").compactMap(\.statement)
        #expect(statements.count == 2)
        for statement in statements {
            let parts = statement.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(parts.last == "" && parts.count == lines.count + 1)
            for (part, name) in zip(parts, names) { #expect(part.hasPrefix(name)) }
        }
        #expect(statements.last?.hasSuffix("\ndocument -\n") == true)
    }

    @Test("the referral number of the example is the right one")
    func number() throws {
        let id = try #require(ReferralID("019b76da-a800-7c3e-9b52-6f41d20e8a73"))
        #expect(specification.text.contains("`\(id)` is \(ReferralNumber(id))."))
    }
}
