import CareModel
import CareStore
import GRDB

/// Knows by which small integers the rows name organisations, agents, services and patients.
///
/// An integer, once given, never changes, so what was read once stays true. One connection's.
final class NameTable {
    private var parties: [StreamName: Int64] = [:]
    private var names: [Int64: StreamName] = [:]
    private var patients: [PatientKey: Int64] = [:]
    private let findParty: PreparedStatement
    private let findName: PreparedStatement
    private let findPatient: PreparedStatement

    /// Patients beyond this are forgotten and read again.
    private static let patientCountMax = 16_384

    init(_ database: Database) throws {
        findParty = try PreparedStatement(database, "SELECT id FROM party WHERE name = ?")
        findName = try PreparedStatement(database, "SELECT name FROM party WHERE id = ?")
        findPatient = try PreparedStatement(database, "SELECT id FROM patient WHERE key = ?")
    }

    /// The integer of a name; nil if no row can name it.
    func find(_ name: StreamName) throws(StoreError) -> Int64? {
        if let id = parties[name] { return id }
        let id = try findParty.first({ $0.add(name.description) }) { $0.int() }
        if let id { note(id, name) }
        return id
    }

    /// The integer of a patient; nil if no row can name one.
    func find(_ patient: PatientKey) throws(StoreError) -> Int64? {
        if let id = patients[patient] { return id }
        let id = try findPatient.first({ $0.add(patient.bytes) }) { $0.int() }
        if let id { note(id, patient) }
        return id
    }

    /// Remembers a name just written.
    func note(_ id: Int64, _ name: StreamName) {
        parties[name] = id
        names[id] = name
    }

    /// Remembers a patient just written.
    func note(_ id: Int64, _ patient: PatientKey) {
        if patients.count >= Self.patientCountMax { patients.removeAll(keepingCapacity: true) }
        patients[patient] = id
    }

    func mailbox(_ id: Int64) throws(StoreError) -> Mailbox {
        guard case .mailbox(let mailbox) = try name(id) else { throw .unreadable("mailbox") }
        return mailbox
    }

    func organisation(_ id: Int64) throws(StoreError) -> OrganisationID {
        guard case .organisation(let organisation) = try name(id) else {
            throw .unreadable("organisation")
        }
        return organisation
    }

    func agent(_ id: Int64) throws(StoreError) -> AgentID {
        guard case .mailbox(.agent(let agent)) = try name(id) else { throw .unreadable("agent") }
        return agent
    }

    func agent(_ id: Int64?) throws(StoreError) -> AgentID? {
        guard let id else { return nil }
        return try agent(id) as AgentID
    }

    func organisation(_ id: Int64?) throws(StoreError) -> OrganisationID? {
        guard let id else { return nil }
        return try organisation(id) as OrganisationID
    }

    func name(_ id: Int64) throws(StoreError) -> StreamName {
        if let name = names[id] { return name }
        guard let text = try findName.first({ $0.add(id) }, { $0.text() }),
            let name = StreamName(text)
        else { throw .unreadable("name") }
        note(id, name)
        return name
    }
}
