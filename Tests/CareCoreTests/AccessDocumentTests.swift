import CareModel
import Foundation
import Testing

/// Holds `Protocols/access.md` against the table it is made from; `make docs` writes it.
@Suite("The document of access")
struct AccessDocumentTests {
    private let path = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(
            path: "Protocols/access.md")

    @Test("Protocols/access.md is the table")
    func document() throws {
        if ProcessInfo.processInfo.environment["CARELOOP_WRITE_DOCS"] == "1" {
            try text.write(to: path, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: path, encoding: .utf8) == text)
    }

    private var text: String {
        var lines = [
            "# Who may do what", "",
            "Made from `AccessTable` by `make docs`; do not edit. What is not here is refused, and",
            "who may not know of a thing is told that it does not exist. Roles add up. Wherever a",
            "patient's data would leave, consent is asked besides. An empty cell is a relation that nobody",
            "can stand in there.", "",
            "| relation | the asker |", "|---|---|",
        ]
        lines += Relation.allCases.map { "| \($0.rawValue) | \($0.words) |" }
        for verb in Verb.allCases {
            lines += ["", "## \(verb.rawValue)", "", verb.words, ""]
            let relations = Relation.allCases.map(\.rawValue).joined(separator: " | ")
            lines.append("| role | \(relations) |")
            lines.append("|---|" + String(repeating: "---|", count: Relation.allCases.count))
            for role in Role.allCases {
                let cells = Relation.allCases.map { relation in
                    guard verb.relations.contains(relation) else { return " " }
                    return AccessTable.allows(role, verb, relation) ? "yes" : "no"
                }
                lines.append("| \(role.rawValue) | \(cells.joined(separator: " | ")) |")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension Relation {
    fileprivate var words: String {
        switch self {
        case .own:
            "belongs to the organisation that made it: sent the referral, recorded the directive, "
                + "broke the glass; or made something of that kind about the patient"
        case .party: "belongs to the other party of the referral, or to the mailbox's organisation"
        case .careTeam:
            "belongs to an organisation that takes part in the patient's care by some referral"
        case .emergency: "has broken the glass for the patient"
        case .stranger: "none of these"
        }
    }
}

extension Verb {
    fileprivate var words: String {
        switch self {
        case .refer: "Send a referral."
        case .move: "Make a move in a referral, as far as its lifecycle lets that part."
        case .see: "See a referral in a list or by its number, and follow its messages."
        case .read: "Read a message's document again."
        case .timeline: "Read a patient's history across organisations."
        case .recordConsent: "Record a new directive."
        case .changeConsent: "Replace, withdraw, list and show a directive."
        case .checkConsent:
            "Ask what consent would say. Who has sent a referral for the patient or recorded a directive is `own`."
        case .breakGlass: "Override consent in an emergency."
        case .reviewBreakGlass: "See and judge overrides; never one's own."
        case .disclosures: "Read who has seen a patient's data."
        case .deadLetters: "See dead letters."
        case .replay: "Send a dead letter again."
        }
    }
}
