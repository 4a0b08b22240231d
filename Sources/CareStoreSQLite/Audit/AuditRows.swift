import CareModel
import CareStore
import GRDB

/// Reads events of the audit log as they stand, strictly: whatever is not as it was written makes
/// the event unreadable, so that no change of a column can hide behind a lenient reader.
final class AuditRows {
    static let columns = """
        audit.sequence, audit.kind, audit.at, audit.agent, audit.organisation, audit.recipient,
        audit.message, audit.delivery, audit.referral, audit.patient,
        (SELECT key FROM patient WHERE patient.id = audit.patient), audit.outcome, audit.rule,
        audit.purpose, audit.epoch, audit.acting_system, audit.acting_value, audit.acting_name,
        audit.acting_role
        """

    private let range: PreparedStatement
    private let findName: PreparedStatement
    /// Nil stands for a number that names nobody.
    private var names: [Int64: StreamName?] = [:]

    init(_ database: Database) throws {
        range = try PreparedStatement(
            database,
            """
            SELECT \(Self.columns) FROM audit WHERE sequence BETWEEN ? AND ? ORDER BY sequence
            """)
        findName = try PreparedStatement(database, "SELECT name FROM party WHERE id = ?")
    }

    /// Calls `body` with each event's place and the event, nil if it cannot be read, until it
    /// returns false.
    func each(
        from first: Int64, to last: Int64,
        _ body: (Int64, AuditRecord?) throws(StoreError) -> Bool
    ) throws(StoreError) {
        try range.each({
            $0.add(first)
            $0.add(last)
        }) { (row) throws(StoreError) in
            let sequence = row.int()
            return try body(sequence, try record(&row, sequence))
        }
    }

    /// Reads ``columns`` after the sequence; nil if a column does not hold what was written.
    func record(_ row: inout Columns, _ sequence: Int64) throws(StoreError) -> AuditRecord? {
        // Its own reading: a column that is not as it was written is no error here.
        var strict = row
        let kind = strict.optionalInt().flatMap { Codes.auditKind.known($0) }
        let at = strict.optionalInt()
        let agent = try name(strict.optionalInt())
        let organisation = try name(strict.optionalInt())
        let recipient = try name(strict.optionalInt())
        let message = strict.optionalInt()
        let delivery = strict.optionalInt()
        let referral = strict.optionalBytes()
        let patient = strict.optionalInt()
        let key = strict.optionalBytes()
        let outcome = strict.optionalText()
        let rule = strict.optionalText()
        let purpose = strict.optionalText()
        let epoch = strict.optionalInt()
        let acting = (
            strict.optionalText(), strict.optionalText(), strict.optionalText(),
            strict.optionalText()
        )
        guard strict.isGood, let kind, let at, let outcome else { return nil }
        var event = AuditEvent(kind, at: Timestamp(milliseconds: at), outcome: outcome)
        event.message = message.map { MessageNumber($0) }
        event.delivery = delivery.map { DeliveryID($0) }
        event.rule = rule
        event.purpose = purpose
        guard set(&event, agent, organisation, recipient),
            set(&event, referral: referral, patient, key), set(&event, epoch: epoch),
            set(&event, actingFor: acting)
        else { return nil }
        return AuditRecord(sequence: sequence, event: event)
    }

    private func set(
        _ event: inout AuditEvent, _ agent: Named, _ organisation: Named, _ recipient: Named
    ) -> Bool {
        switch agent {
        case .nobody: break
        case .name(.mailbox(.agent(let id))): event.agent = id
        default: return false
        }
        switch organisation {
        case .nobody: break
        case .name(.organisation(let id)): event.organisation = id
        default: return false
        }
        switch recipient {
        case .nobody: break
        case .name(.mailbox(let mailbox)): event.recipient = mailbox
        default: return false
        }
        return true
    }

    private func set(
        _ event: inout AuditEvent, referral: [UInt8]?, _ patient: Int64?, _ key: [UInt8]?
    ) -> Bool {
        if let referral {
            guard let id = ReferralID(bytes: referral) else { return false }
            event.referral = id
        }
        if patient != nil {
            guard let key, let patient = PatientKey(bytes: key) else { return false }
            event.patient = patient
        }
        return true
    }

    private func set(_ event: inout AuditEvent, epoch: Int64?) -> Bool {
        guard let epoch else { return true }
        guard let count = UInt32(exactly: epoch) else { return false }
        event.epoch = count
        return true
    }

    private func set(
        _ event: inout AuditEvent,
        actingFor columns: (system: String?, value: String?, name: String?, role: String?)
    ) -> Bool {
        guard let value = columns.value else {
            return columns.system == nil && columns.name == nil && columns.role == nil
        }
        // An empty system is not written, so none is read.
        guard columns.system?.isEmpty != true,
            let identifier = BusinessIdentifier(system: columns.system ?? "", value: value),
            let person = Person(identifier: identifier, name: columns.name, role: columns.role)
        else { return false }
        event.actingFor = person
        return true
    }

    private enum Named {
        case nobody
        case name(StreamName)
        case unknown
    }

    private func name(_ id: Int64?) throws(StoreError) -> Named {
        guard let id else { return .nobody }
        if let known = names[id] { return known.map(Named.name) ?? .unknown }
        let text = try findName.first({ $0.add(id) }) { row in
            var strict = row
            return strict.optionalText()
        }
        let name = (text ?? nil).flatMap { StreamName($0) }
        names[id] = .some(name)
        return name.map(Named.name) ?? .unknown
    }
}
