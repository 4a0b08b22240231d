import CareModel
import CareStore
import CareVault
import GRDB

/// Makes sure before anything is promised that the master keys are those of the data directory.
enum KeyCheck {
    /// Throws unless every version that wraps a data key is there and opens one of its keys.
    static func run(_ database: Database, _ keys: MasterKeys) throws {
        let nextVersion = try PreparedStatement(
            database,
            """
            SELECT MIN(master_version) FROM patient INDEXED BY patient_master
            WHERE master_version > ?
            """)
        let example = try PreparedStatement(
            database,
            """
            SELECT \(StoredKey.columns) FROM patient INDEXED BY patient_master
            LEFT JOIN patient_key ON patient_key.patient = patient.id
            WHERE master_version = ? LIMIT 1
            """)
        var version: Int64 = 0
        while let next = try nextVersion.first({ $0.add(version) }, { $0.optionalInt() }) ?? nil {
            version = next
            let stored = try example.first({ $0.add(next) }) { (row) throws(StoreError) in
                try StoredKey(&row)
            }
            try check(stored, keys)
        }
    }

    private static func check(
        _ stored: StoredKey?, _ keys: MasterKeys
    ) throws(StoreError) {
        guard let stored, let wrapped = stored.wrapped else {
            throw .unreadable("patient's data key")
        }
        do throws(VaultError) {
            _ = try keys.unwrap(wrapped, for: stored.patient, generation: Int(stored.generation))
        } catch {
            throw StoreError(
                .unusableDirectory,
                "version \(wrapped.masterVersion) of the master key is missing or another than the "
                    + "one that this data directory was written with; restore the file of master "
                    + "keys that belongs to it")
        }
    }
}
