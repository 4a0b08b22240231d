import CareModel
import CareStore
import CareVault
import GRDB

/// Is what a reader asks the database, paged by key.
struct ReaderStatements {
    let lookup: Lookup
    let directory: DirectoryReader
    let openReferrals: PreparedStatement
    let allReferrals: PreparedStatement
    let inboxRows: PreparedStatement
    let assignedRows: PreparedStatement
    let referralByRow: PreparedStatement
    let referralsByNumber: PreparedStatement
    let messagesOfReferral: PreparedStatement
    let messagesOfID: PreparedStatement
    let deliveriesOfMessage: PreparedStatement
    let deliveriesOfReferral: PreparedStatement
    let deadLetters: PreparedStatement
    let eventRows: PreparedStatement
    let statusRow: PreparedStatement

    let disclosureRows: PreparedStatement
    let unreviewedRows: PreparedStatement
    let reviewedRows: PreparedStatement
    let audit: AuditRows

    init(_ database: Database, ring: KeyRing) throws {
        lookup = try Lookup(database, names: try NameTable(database), ring: ring)
        audit = try AuditRows(database)
        directory = try DirectoryReader(database, rows: lookup.rows)
        func prepare(_ sql: String) throws -> PreparedStatement {
            try PreparedStatement(database, sql)
        }
        openReferrals = try prepare(Self.worklist([1]))
        allReferrals = try prepare(Self.worklist([0, 1]))
        inboxRows = try prepare(
            """
            SELECT row FROM referral INDEXED BY referral_inbox
            WHERE addressed_to = ? AND waits_for = 1 AND row > ? ORDER BY row LIMIT ?
            """)
        assignedRows = try prepare(
            """
            SELECT row FROM referral INDEXED BY referral_assignee
            WHERE assignee = ? AND waits_for = 1 AND row > ? ORDER BY row LIMIT ?
            """)
        let referrals = """
            SELECT referral.row, \(RowReader.referralColumns) FROM referral
            JOIN patient ON patient.id = referral.patient
            """
        referralByRow = try prepare("\(referrals) WHERE referral.row = ?")
        referralsByNumber = try prepare("\(referrals) WHERE referral.number = ? ORDER BY row")
        let messages = "SELECT \(RowReader.messageColumns) FROM message \(RowReader.messageJoins)"
        messagesOfReferral = try prepare(
            """
            \(messages) WHERE message.referral = (SELECT row FROM referral WHERE id = ?)
                AND message.number > ? ORDER BY message.number LIMIT ?
            """)
        messagesOfID = try prepare(
            """
            \(messages) WHERE message.number IN (SELECT message FROM submission WHERE id = ?)
            ORDER BY message.number
            """)
        let deliveries = """
            SELECT \(RowReader.deliveryColumns) FROM delivery \(RowReader.deliveryJoins)
            """
        deliveriesOfMessage = try prepare(
            "\(deliveries) WHERE delivery.message = ? ORDER BY delivery.id")
        deliveriesOfReferral = try prepare(
            """
            \(deliveries) WHERE delivery.id > ?2 AND delivery.message IN (
                SELECT number FROM message
                WHERE referral = (SELECT row FROM referral WHERE id = ?1))
            ORDER BY delivery.id LIMIT ?3
            """)
        deadLetters = try prepare(
            """
            \(deliveries) WHERE delivery.state = 10 AND delivery.id > ?
            ORDER BY delivery.id LIMIT ?
            """)
        eventRows = try prepare(
            """
            SELECT \(RowReader.eventColumns) FROM event
            WHERE stream = ? AND sequence BETWEEN ? AND ? ORDER BY sequence LIMIT ?
            """)
        disclosureRows = try prepare(Self.disclosures)
        unreviewedRows = try prepare(Self.breakGlasses(isReviewed: false))
        reviewedRows = try prepare(Self.breakGlasses(isReviewed: true))
        statusRow = try prepare(Self.status)
    }

    private static let disclosures = """
        SELECT \(AuditRows.columns) FROM audit INDEXED BY audit_disclosure
        WHERE audit.patient = ? AND audit.kind < 10 AND audit.sequence > ?
        ORDER BY audit.sequence LIMIT ?
        """

    private static func breakGlasses(isReviewed: Bool) -> String {
        """
        \(LookupQuery.breakGlasses(isReviewed ? "" : "INDEXED BY break_glass_open"))
        WHERE break_glass.reviewed_at IS \(isReviewed ? "NOT NULL" : "NULL")
            AND break_glass.row < ?
        ORDER BY break_glass.row DESC LIMIT ?
        """
    }

    private static let status = """
        SELECT (SELECT MAX(number) FROM message),
            (SELECT COUNT(*) FROM delivery WHERE is_open = 1 AND state <= 2),
            (SELECT COUNT(*) FROM delivery WHERE is_open = 1 AND state > 2),
            (SELECT COUNT(*) FROM delivery WHERE state = 10),
            (SELECT COUNT(*) FROM delivery WHERE is_open = 1 AND state < 2),
            (SELECT COUNT(*) FROM patient
                WHERE master_version < ?),
            (SELECT MAX(sequence) FROM audit),
            (SELECT MIN(queued_at) FROM delivery WHERE is_open = 1)
        """

    /// Rows of either side, found over both indexes and put in order.
    private static func worklist(_ standings: [Int]) -> String {
        let parts = ["initiator", "recipient"].flatMap { side in
            standings.map { standing in
                """
                SELECT row FROM (SELECT row FROM referral INDEXED BY referral_\(side)
                    WHERE \(side) = ?1 AND is_on_worklist = \(standing) AND row > ?2
                    ORDER BY row LIMIT ?3)
                """
            }
        }
        return parts.joined(separator: " UNION ") + " ORDER BY row LIMIT ?3"
    }
}

extension ReaderStatements {
    func events(
        of stream: StreamName, from: UInt64, to: UInt64, limit: Int
    ) throws(StoreError) -> [SequencedEvent] {
        guard limit > 0, let party = try lookup.rows.names.find(stream) else { return [] }
        return try eventRows.all(
            {
                $0.add(party)
                $0.add(Int64(clamping: from))
                $0.add(Int64(clamping: to))
                $0.add(Int64(limit))
            }
        ) { (row) throws(StoreError) in try lookup.rows.event(&row, of: stream) }
    }

    func status() throws(StoreError) -> BrokerStatus {
        let newest = Int64(lookup.rows.seals.ring.masterKeys.newest)
        let status = try statusRow.first({ $0.add(newest) }) { row in
            var status = BrokerStatus()
            status.messages = Int(row.optionalInt() ?? 0)
            status.queued = Int(row.int())
            status.leased = Int(row.int())
            status.deadLetters = Int(row.int())
            status.keptBack = Int(row.int())
            status.keysToRewrap = Int(row.int())
            status.auditEvents = Int(row.optionalInt() ?? 0)
            status.oldestQueuedAt = row.optionalInt().map { Timestamp(milliseconds: $0) }
            return status
        }
        guard let status else { preconditionFailure("a query of numbers alone has one row") }
        return status
    }
}
