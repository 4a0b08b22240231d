import CareModel
import CareStore
import CareVault
import GRDB

/// Opens what one connection reads.
struct SealReader {
    let ring: KeyRing
    private let wrappedKey: PreparedStatement

    init(_ database: Database, ring: KeyRing) throws {
        self.ring = ring
        wrappedKey = try PreparedStatement(database, StoredKey.query)
    }

    /// Opens sealed bytes of a row that belongs to `patient`; nil if their key was destroyed.
    ///
    /// - Parameter newest: the patient's generation now, as the same state of the database has it:
    ///   what is older was erased, whatever is still in memory.
    func open(
        _ sealed: [UInt8], at place: SealPlace, of patient: Int64, newest: Int64
    ) throws(StoreError) -> [UInt8]? {
        guard place.generation == newest else { return nil }
        let key = try dataKey(of: patient, generation: newest)
        do throws(VaultError) {
            return try key.open(sealed, at: place)
        } catch {
            throw StoreError(error)
        }
    }

    private func dataKey(
        of patient: Int64, generation: Int64
    ) throws(StoreError) -> DataKey {
        if let key = ring.dataKey(of: patient, generation: generation) { return key }
        let stored = try wrappedKey.first({ $0.add(patient) }) { (row) throws(StoreError) in
            try StoredKey(&row)
        }
        guard let stored, stored.generation == generation,
            let key = try stored.unwrapped(with: ring.masterKeys)
        else { throw .unreadable("patient's data key") }
        ring.note(key, of: patient, generation: generation)
        return key
    }
}

/// Is a patient's wrapped data key as its row has it.
struct StoredKey {
    let patient: PatientKey
    /// Nil if the key was destroyed.
    let wrapped: WrappedKey?
    let generation: Int64

    static let columns = """
        patient.key, patient_key.wrapped, patient.master_version, patient.key_generation
        """

    /// Asks for one patient's.
    static let query = """
        SELECT \(columns) FROM patient LEFT JOIN patient_key ON patient_key.patient = patient.id
        WHERE patient.id = ?
        """

    /// Reads ``columns``.
    init(_ row: inout Columns) throws(StoreError) {
        patient = try row.patient()
        let bytes = row.optionalBytes()
        let version = row.optionalInt()
        if let bytes, let version {
            wrapped = WrappedKey(masterVersion: Int(clamping: version), bytes: bytes)
        } else {
            wrapped = nil
        }
        generation = row.int()
    }

    /// The data key; nil if it was destroyed.
    func unwrapped(with masterKeys: MasterKeys) throws(StoreError) -> DataKey? {
        guard let wrapped else { return nil }
        do throws(VaultError) {
            return try masterKeys.unwrap(wrapped, for: patient, generation: Int(generation))
        } catch {
            throw StoreError(error)
        }
    }
}
