import CareStoreSQLite

/// Is one change of one column.
struct Change: CustomStringConvertible, Sendable {
    let description: String
    private let assignment: String
    private let table: String
    private let condition: String

    private init(_ column: String, _ value: String) {
        description = "\(column) = \(value)"
        assignment = description
        table = "audit"
        condition = "sequence = #"
    }

    private init(_ table: String, _ assignment: String, _ condition: String) {
        description = "\(table): \(assignment)"
        self.assignment = assignment
        self.table = table
        self.condition = condition
    }

    func sql(_ sequence: Int) -> String {
        "UPDATE \(table) SET \(assignment) WHERE \(condition)"
            .replacing("#", with: String(sequence))
    }

    /// Of every column the smallest change, its absence, and a value of another type.
    static let columns: [Change] =
        [
            Change("kind", "1"), Change("kind", "99"), Change("kind", "-1"), Change("kind", "'x'"),
            Change("at", "at + 1"), Change("at", "at - 1"), Change("at", "CAST(at AS BLOB)"),
            Change("outcome", "outcome || ' '"), Change("outcome", "CAST(outcome AS BLOB)"),
            Change("rule", "'Rule' || substr(rule, 5)"), Change("purpose", "'COD'"),
            Change("epoch", "epoch + 1"), Change("epoch", "-1"), Change("epoch", "epoch + 0.5"),
            Change("agent", "(SELECT id FROM party WHERE name = 'agent:agent-1') + 99"),
            Change("agent", "organisation"), Change("organisation", "agent"),
            Change("recipient", "agent"), Change("recipient", "organisation"),
            Change("message", "message + 1"), Change("delivery", "delivery + 1"),
            Change("referral", "zeroblob(16)"), Change("referral", "zeroblob(15)"),
            Change("referral", "'text'"), Change("patient", "patient % 7 + 1"),
            Change("patient", "99"), Change("acting_system", "''"),
            Change("acting_value", "acting_value || ' '"), Change("acting_value", "''"),
            Change("acting_name", "CAST(acting_name AS BLOB)"), Change("acting_role", "'Nurse'"),
            Change("acting_role", "'clerk'"),
        ]
        + [
            "agent", "organisation", "recipient", "message", "delivery", "referral", "patient",
            "rule", "purpose", "epoch", "acting_system", "acting_value", "acting_name",
            "acting_role",
        ].map { Change($0, "NULL") }

    /// Changes of what the numbers in the rows stand for.
    static let names: [Change] = [
        Change("party", "name = 'agent:agent-9'", "name = 'agent:agent-0'"),
        Change("party", "name = 'organisation:other'", "name = 'organisation:organisation-1'"),
        Change("party", "name = 'service:other'", "name = 'service:service-0'"),
        Change("party", "name = 'nonsense'", "name = 'service:service-0'"),
        Change("patient", "key = randomblob(32)", "id = (SELECT patient FROM audit LIMIT 1)"),
        Change("patient", "key = zeroblob(31)", "id = (SELECT patient FROM audit LIMIT 1)"),
    ]
}

/// Is one thing that somebody with a shell might do, and what must be found.
struct Tampering: CustomStringConvertible, Sendable {
    let description: String
    let sql: String
    let kind: AuditReport.Finding.Kind
    var place: Int64?
    var stopsStart = false

    static let rows: [Tampering] = [
        Tampering(
            description: "drop the last", sql: "DELETE FROM audit WHERE sequence = 25", kind: .cut,
            place: 25),
        Tampering(
            description: "drop the last and set the head back",
            sql: "DELETE FROM audit WHERE sequence = 25; UPDATE audit_head SET size = 24;"
                + "DELETE FROM checkpoint WHERE size = 25",
            kind: .forgedHead),
        Tampering(
            description: "drop a middle one", sql: "DELETE FROM audit WHERE sequence = 15",
            kind: .gap, place: 15),
        Tampering(
            description: "drop a middle one and close the gap",
            sql: "DELETE FROM audit WHERE sequence = 15;"
                + "UPDATE audit SET sequence = -sequence WHERE sequence > 15;"
                + "UPDATE audit SET sequence = -sequence - 1 WHERE sequence < 0",
            kind: .changed, place: 11),
        Tampering(
            description: "drop the first", sql: "DELETE FROM audit WHERE sequence = 1", kind: .gap,
            place: 1),
        Tampering(
            description: "drop all", sql: "DELETE FROM audit; DELETE FROM checkpoint", kind: .cut,
            place: 1),
        Tampering(
            description: "swap two",
            sql: "UPDATE audit SET sequence = -13 WHERE sequence = 13;"
                + "UPDATE audit SET sequence = 13 WHERE sequence = 14;"
                + "UPDATE audit SET sequence = 14 WHERE sequence = -13",
            kind: .changed, place: 11),
        Tampering(
            description: "swap two and their times",
            sql: "UPDATE audit SET outcome = 'permit 14' WHERE sequence = 13;"
                + "UPDATE audit SET outcome = 'permit 13' WHERE sequence = 14",
            kind: .changed, place: 11),
        Tampering(
            description: "turn the clock back",
            sql: "UPDATE audit SET at = at - 5000 WHERE sequence = 13", kind: .clockBackwards,
            place: 13),
        Tampering(
            description: "add one at the end",
            sql: "INSERT INTO audit SELECT 26, kind, at, agent, organisation, recipient, message,"
                + "delivery, referral, patient, outcome, rule, purpose, epoch, acting_system,"
                + "acting_value, acting_name, acting_role FROM audit"
                + " WHERE sequence = 25",
            kind: .added, place: 26),
        Tampering(
            description: "add one before the first",
            sql: "INSERT INTO audit SELECT 0, kind, at, agent, organisation, recipient, message,"
                + "delivery, referral, patient, outcome, rule, purpose, epoch, acting_system,"
                + "acting_value, acting_name, acting_role FROM audit"
                + " WHERE sequence = 1",
            kind: .added, place: 0),
        Tampering(
            description: "write what nobody writes",
            sql: "UPDATE audit SET kind = 99 WHERE sequence = 7", kind: .unreadableEvent, place: 7),
    ]

    static let signatures: [Tampering] = [
        signature("UPDATE checkpoint SET at = at + 1 WHERE size = 25"),
        signature("UPDATE checkpoint SET size = 24 WHERE size = 25"),
        signature("UPDATE checkpoint SET peaks = zeroblob(length(peaks)) WHERE size = 25"),
        signature("UPDATE checkpoint SET peaks = x'' WHERE size = 25"),
        signature("UPDATE checkpoint SET note = replace(note, 'time', 'tyme') WHERE size = 25"),
        signature("UPDATE checkpoint SET note = substr(note, 1, 60) WHERE size = 25"),
        signature(
            "UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 10)"
                + " WHERE size = 25"),
        head("UPDATE audit_head SET mac = zeroblob(32)"),
        head("UPDATE audit_head SET mac = x''"),
        head("UPDATE audit_head SET root = zeroblob(32)"),
        head("UPDATE audit_head SET root = x''"),
        head("DELETE FROM audit_head"),
        Tampering(
            description: "a head of more", sql: "UPDATE audit_head SET size = 26", kind: .cut,
            stopsStart: true),
        Tampering(
            description: "a head of fewer", sql: "UPDATE audit_head SET size = 24", kind: .added,
            stopsStart: true),
    ]

    private static func signature(_ sql: String) -> Tampering {
        Tampering(description: sql, sql: sql, kind: .forgedCheckpoint, stopsStart: true)
    }

    private static func head(_ sql: String) -> Tampering {
        Tampering(description: sql, sql: sql, kind: .forgedHead, stopsStart: true)
    }
}
