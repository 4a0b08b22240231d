import CareModel
import CareStore
import CareVault
import GRDB

/// Makes a database ready after any end and reads what the core must know.
struct Start {
    let session: Session
    let state: BrokerState

    init(
        _ database: Database, directory: DataDirectory, ring: KeyRing, audit: AuditState,
        signer: NoteSigner, policy: CheckpointPolicy
    ) throws {
        let journal = try Journal(database)
        try journal.empty(database)
        try Self.requeueLeased(database)
        let names = try NameTable(database)
        let lookup = try Lookup(database, names: names, ring: ring)
        var state = BrokerState()
        state.directory = try DirectoryReader(database, rows: lookup.rows).directory()
        state.streams = try Self.streams(database, names)
        state.lastMessage = MessageNumber(
            try Int64.fetchOne(database, sql: "SELECT MAX(number) FROM message") ?? 0)
        state.lastDelivery = DeliveryID(
            try Int64.fetchOne(database, sql: "SELECT MAX(id) FROM delivery") ?? 0)
        state.breakGlasses = try lookup.openBreakGlasses()
        state.lastSeen = Timestamp(
            milliseconds: try BrokerRow.value("last_seen", database))
        self.state = state
        let transaction = try Transaction(
            database, names: names, ring: ring, heads: state.streams.mapValues(\.head),
            audit: audit, signer: signer, policy: policy)
        session = Session(
            lookup: lookup, transaction: transaction, journal: journal,
            chores: Chores(
                transaction, journal,
                CheckpointFile(directory: directory.path, verifier: signer.verifier)),
            beginReading: try PreparedStatement(database, "BEGIN DEFERRED"),
            endReading: try PreparedStatement(database, "COMMIT"))
    }

    /// What was leased was first of its mailbox and referral, unless an earlier one was released
    /// from a hold since.
    private static func requeueLeased(_ database: Database) throws {
        let queued = Codes.deliveryState.code(.queued)
        let sending = Codes.deliveryState.code(.sending)
        let delivered = Codes.deliveryState.code(.delivered)
        try database.execute(
            sql: """
                UPDATE delivery SET state = \(queued), is_ready = NOT EXISTS (
                    SELECT 1 FROM delivery AS earlier INDEXED BY delivery_order
                    WHERE earlier.referral = delivery.referral
                        AND earlier.mailbox = delivery.mailbox AND earlier.is_open = 1
                        AND earlier.id < delivery.id AND earlier.state >= \(queued))
                WHERE is_open = 1 AND state IN (\(sending), \(delivered))
                """)
    }

    private static func streams(
        _ database: Database, _ names: NameTable
    ) throws -> [StreamName: Stream] {
        let statement = try PreparedStatement(
            database,
            """
            SELECT party, token, key, epoch, MAX(head, coalesce(
                (SELECT MAX(sequence) FROM event WHERE event.stream = stream.party), 0))
            FROM stream
            """)
        let streams = try statement.all({ _ in }) { (row) throws(StoreError) in
            Stream(
                name: try names.name(row.int()), token: row.bytes(), key: row.bytes(),
                epoch: try row.count(), head: UInt64(bitPattern: row.int()))
        }
        return Dictionary(uniqueKeysWithValues: streams.map { ($0.name, $0) })
    }
}
