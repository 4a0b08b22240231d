import CareModel
import CareStore
import CareVault
import GRDB

/// Makes, wraps again and destroys patients' data keys inside a transaction.
struct SealWriter {
    private let ring: KeyRing
    private let insertPatient: PreparedStatement
    private let find: PreparedStatement
    private let setKey: PreparedStatement
    private let destroyKey: PreparedStatement
    private let outdated: PreparedStatement

    init(_ database: Database, ring: KeyRing) throws {
        self.ring = ring
        insertPatient = try PreparedStatement(
            database, "INSERT INTO patient VALUES (?, ?, ?, ?, ?, 0)")
        let columns = "key, wrapped_key, master_version, key_generation"
        find = try PreparedStatement(database, "SELECT \(columns) FROM patient WHERE id = ?")
        setKey = try PreparedStatement(
            database, "UPDATE patient SET wrapped_key = ?, master_version = ? WHERE id = ?")
        destroyKey = try PreparedStatement(
            database,
            """
            UPDATE patient SET wrapped_key = NULL, master_version = NULL,
                key_generation = key_generation + 1
            WHERE id = ?
            """)
        outdated = try PreparedStatement(
            database,
            """
            SELECT id, \(columns) FROM patient INDEXED BY patient_master
            WHERE wrapped_key IS NOT NULL AND master_version < ? LIMIT ?
            """)
    }

    /// Adds a patient, with a data key.
    ///
    /// The row gets its full length at once: a row that grows later makes SQLite move its
    /// neighbours, and with them their wrapped keys.
    func insert(_ patient: PatientKey, as id: Int64) throws(StoreError) {
        let key = DataKey.random()
        let wrapped = ring.masterKeys.wrap(key, for: patient, generation: 1)
        try insertPatient.run { row in
            row.add(id)
            row.add(patient.bytes)
            row.add(wrapped.bytes)
            row.add(Int64(wrapped.masterVersion))
            row.add(1 as Int64)
        }
        ring.note(key, of: id, generation: 1)
    }

    /// What to seal with now; a patient whose key was destroyed gets another.
    func dataKey(of id: Int64) throws(StoreError) -> (key: DataKey, generation: Int64) {
        if let known = ring.dataKey(of: id) { return known }
        let stored = try find.first({ $0.add(id) }) { (row) throws(StoreError) in
            try StoredKey(&row)
        }
        guard let stored else { throw .unreadable("patient") }
        let key: DataKey
        if let old = try stored.unwrapped(with: ring.masterKeys) {
            key = old
        } else {
            key = .random()
            try wrap(key, stored, id)
        }
        ring.note(key, of: id, generation: stored.generation)
        return (key, stored.generation)
    }

    /// Destroys a patient's data key; a second time changes nothing that could be read.
    func shred(_ id: Int64) throws(StoreError) {
        let stored = try find.first({ $0.add(id) }) { (row) throws(StoreError) in
            try StoredKey(&row)
        }
        guard let stored else { return }
        try destroyKey.run { $0.add(id) }
        ring.forget(id, before: stored.generation + 1)
    }

    /// Wraps up to `count` data keys with the newest master key; false if none was left to do.
    func rewrap(count: Int) throws(StoreError) -> Bool {
        let keys = ring.masterKeys
        let found = try outdated.all({
            $0.add(Int64(keys.newest))
            $0.add(Int64(count))
        }) { (row) throws(StoreError) in (id: row.int(), stored: try StoredKey(&row)) }
        for (id, stored) in found {
            guard let key = try stored.unwrapped(with: keys) else { continue }
            try wrap(key, stored, id)
        }
        return !found.isEmpty
    }

    private func wrap(_ key: DataKey, _ stored: StoredKey, _ id: Int64) throws(StoreError) {
        let wrapped = ring.masterKeys.wrap(
            key, for: stored.patient, generation: Int(stored.generation))
        try setKey.run { row in
            row.add(wrapped.bytes)
            row.add(Int64(wrapped.masterVersion))
            row.add(id)
        }
    }
}
