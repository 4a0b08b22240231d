import CareCore
import CareModel
import CareTestKit
import Testing

/// Tries every cell of the table of access on a broker: each role, each verb, each relation.
///
/// An asker with exactly one role stands in exactly one relation to a referral or patient and asks;
/// what the broker does must be what the table says, and what it says to who may not must be what
/// it says of something that does not exist.
@Suite("Access")
struct AccessTests {
    struct Cell: CustomTestStringConvertible {
        let role: Role
        let verb: Verb
        let relation: Relation
        var testDescription: String { "\(role) × \(verb.rawValue) × \(relation.rawValue)" }
    }

    static let cells = Role.allCases.flatMap { role in
        Verb.allCases.flatMap { verb in
            Relation.allCases.map { Cell(role: role, verb: verb, relation: $0) }
        }
    }

    @Test("the broker does what the table says", arguments: cells)
    func cell(_ cell: Cell) throws {
        guard let scene = try AccessScene(cell) else {
            // Nobody can stand there, so nobody may.
            return #expect(!AccessTable.allows(cell.role, cell.verb, cell.relation))
        }
        let outcome = try scene.ask()
        let isAllowed = AccessTable.allows(cell.role, cell.verb, cell.relation)
        switch outcome {
        case .allowed: #expect(isAllowed)
        case .refused(let code):
            #expect(!isAllowed, "refused with \(code)")
            // Who may see a thing learns why it may not be touched; for others there is none.
            guard !scene.mayKnow else { return }
            #expect(try scene.askForNothing() == .refused(code))
        }
    }

    @Test("what the table does not know is refused")
    func unknown() {
        #expect(!AccessTable.allows([], .see, [.own]))
        #expect(!AccessTable.allows([.auditor], .see, []))
        for verb in Verb.allCases where verb != .refer && verb != .recordConsent {
            for role in Role.allCases where role != .emergency {
                #expect(!AccessTable.allows(role, verb, .stranger))
            }
        }
    }
}
