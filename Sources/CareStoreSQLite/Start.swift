import CareModel
import CareStore
import CareVault
import GRDB

/// Makes a database ready after any end and reads what the core must know.
struct Start {
    let session: Session
    let state: BrokerState

    init(
        _ database: Database, as broker: BrokerID, at time: Timestamp, directory: DataDirectory,
        ring: KeyRing, audit: AuditState, signer: NoteSigner, policy: CheckpointPolicy
    ) throws {
        let journal = try Journal(database)
        try journal.empty(database)
        try Self.requeueLeased(database, of: broker, at: time)
        let names = try NameTable(database)
        let lookup = try Lookup(database, names: names, ring: ring)
        let registry = try RegistryReader(database, rows: lookup.rows)
        var state = BrokerState()
        state.registry = try registry.registry()
        let counters = try Self.counters(database, state.registry)
        state.registry.version = counters.registryVersion
        state.reconsiderations = try Self.reconsiderations(database)
        state.lastSeen = Timestamp(
            milliseconds: try BrokerRow.value("last_seen", database))
        self.state = state
        let writer = try TransactionWriter(
            database, names: names, ring: ring, counters: counters, audit: audit, signer: signer,
            policy: policy)
        session = Session(
            lookup: lookup,
            facts: FactReader(lookup: lookup, registry: registry, counters: counters),
            counters: counters, writer: writer, journal: journal,
            chores: Chores(
                writer, journal,
                CheckpointFile(directory: directory.path, verifier: signer.verifier)),
            beginReading: try PreparedStatement(database, "BEGIN DEFERRED"),
            endReading: try PreparedStatement(database, "COMMIT"))
    }

    /// Takes back the leases of this broker, those that have ended, and those of an earlier version,
    /// which have no owner.
    ///
    /// What was leased was first of its mailbox and referral, unless an earlier one was released
    /// from a hold since.
    private static func requeueLeased(
        _ database: Database, of broker: BrokerID, at time: Timestamp
    ) throws {
        let queued = Codes.deliveryState.code(.queued)
        let sending = Codes.deliveryState.code(.sending)
        let delivered = Codes.deliveryState.code(.delivered)
        try database.execute(
            sql: """
                UPDATE delivery SET state = \(queued), lease_owner = NULL, lease_until = NULL,
                    is_ready = NOT EXISTS (
                        SELECT 1 FROM delivery AS earlier INDEXED BY delivery_order
                        WHERE earlier.referral = delivery.referral
                            AND earlier.mailbox = delivery.mailbox AND earlier.is_open = 1
                            AND earlier.id < delivery.id AND earlier.state >= \(queued))
                WHERE is_open = 1 AND state IN (\(sending), \(delivered))
                    AND (lease_until IS NULL OR lease_until <= ? OR lease_owner = ?)
                """, arguments: [time.milliseconds, broker.name])
    }

    private static func counters(
        _ database: Database, _ registry: Registry
    ) throws -> Counters {
        let leases = try PreparedStatement(
            database,
            "SELECT id, lease_until FROM delivery WHERE is_open = 1 AND lease_until IS NOT NULL")
        let kept = try leases.all({ _ in }) { (id: DeliveryID($0.int()), until: $0.time()) }
        return Counters(
            lastMessage: MessageNumber(
                try Int64.fetchOne(database, sql: "SELECT MAX(number) FROM message") ?? 0),
            lastDelivery: DeliveryID(
                try Int64.fetchOne(database, sql: "SELECT MAX(id) FROM delivery") ?? 0),
            heads: registry.streams.mapValues(\.head),
            leases: Dictionary(uniqueKeysWithValues: kept.map { ($0.id, $0.until) }),
            // Whoever knows no registry knows the version 0, which is therefore an empty one's.
            registryVersion: registry == Registry() ? 0 : 1)
    }

    private static func reconsiderations(
        _ database: Database
    ) throws -> [PatientKey: DeliveryID] {
        let statement = try PreparedStatement(
            database,
            """
            SELECT patient.key, reconsideration.last_delivery FROM reconsideration
            JOIN patient ON patient.id = reconsideration.patient
            """)
        let found = try statement.all({ _ in }) { (row) throws(StoreError) in
            (patient: try row.patient(), last: DeliveryID(row.int()))
        }
        return Dictionary(uniqueKeysWithValues: found.map { ($0.patient, $0.last) })
    }
}
