import CareModel
import CareStore
import CareVault
import GRDB

/// Makes, wraps again and destroys patients' data keys inside a transaction.
struct SealWriter {
    private let ring: KeyRing
    private let insertPatient: PreparedStatement
    private let insertKey: PreparedStatement
    private let find: PreparedStatement
    private let setKey: PreparedStatement
    private let setVersion: PreparedStatement
    private let endGeneration: PreparedStatement
    private let outdated: PreparedStatement

    init(_ database: Database, ring: KeyRing) throws {
        self.ring = ring
        insertPatient = try PreparedStatement(
            database,
            """
            INSERT INTO patient (id, key, master_version, key_generation, consent_epoch)
            VALUES (?, ?, ?, ?, 0)
            """)
        insertKey = try PreparedStatement(
            database, insertingInto: "patient_key", "patient, wrapped")
        find = try PreparedStatement(database, StoredKey.query)
        setKey = try PreparedStatement(
            database, "UPDATE patient_key SET wrapped = ? WHERE patient = ?")
        setVersion = try PreparedStatement(
            database, "UPDATE patient SET master_version = ? WHERE id = ?")
        endGeneration = try PreparedStatement(
            database,
            """
            UPDATE patient SET master_version = NULL, key_generation = key_generation + 1
            WHERE id = ?
            """)
        outdated = try PreparedStatement(
            database,
            """
            SELECT patient.id, \(StoredKey.columns) FROM patient INDEXED BY patient_master
            LEFT JOIN patient_key ON patient_key.patient = patient.id
            WHERE master_version < ? LIMIT ?
            """)
    }

    /// Adds a patient, with a data key.
    func insert(_ patient: PatientKey, as id: Int64) throws(StoreError) {
        let key = DataKey.random()
        let wrapped = ring.masterKeys.wrap(key, for: patient, generation: 1)
        try insertPatient.run { row in
            row.add(id)
            row.add(patient.bytes)
            row.add(Int64(wrapped.masterVersion))
            row.add(1 as Int64)
        }
        try insertKey.run { row in
            row.add(id)
            row.add(wrapped.bytes)
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
    ///
    /// Zeros of the same length take its place: the row is written over where it stands.
    func shred(_ id: Int64) throws(StoreError) {
        let stored = try find.first({ $0.add(id) }) { (row) throws(StoreError) in
            try StoredKey(&row)
        }
        guard let stored else { throw .unreadable("patient") }
        if let wrapped = stored.wrapped {
            try set(Array(repeating: 0, count: wrapped.bytes.count), of: id)
        }
        try endGeneration.run { $0.add(id) }
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
            guard let key = try stored.unwrapped(with: keys) else {
                throw .unreadable("patient's data key")
            }
            try wrap(key, stored, id)
        }
        return !found.isEmpty
    }

    private func wrap(_ key: DataKey, _ stored: StoredKey, _ id: Int64) throws(StoreError) {
        let wrapped = ring.masterKeys.wrap(
            key, for: stored.patient, generation: Int(stored.generation))
        try set(wrapped.bytes, of: id)
        try setVersion.run { row in
            row.add(Int64(wrapped.masterVersion))
            row.add(id)
        }
    }

    private func set(_ wrapped: [UInt8], of id: Int64) throws(StoreError) {
        try setKey.run { row in
            row.add(wrapped)
            row.add(id)
        }
        guard setKey.changedRowCount == 1 else { throw .unreadable("patient's data key") }
    }
}
