import CareModel
import CareStore
import GRDB

/// Gives names, patients and referrals their integers inside a transaction.
final class Interner {
    let names: NameTable
    private let seals: SealWriter
    private let insertParty: PreparedStatement
    private let findReferral: PreparedStatement
    private var lastParty: Int64
    private var lastPatient: Int64
    private var lastReferral: Int64
    private var referralRows: [ReferralID: Int64] = [:]
    /// Referrals that a message of this transaction names and that are still to be put.
    private var announced: Set<ReferralID> = []

    /// Referrals beyond this are forgotten and read again.
    private static let referralCountMax = 16_384

    init(_ database: Database, names: NameTable, seals: SealWriter) throws {
        self.names = names
        self.seals = seals
        insertParty = try PreparedStatement(
            database, insertingInto: "party", "id, name")
        findReferral = try PreparedStatement(database, "SELECT row FROM referral WHERE id = ?")
        lastParty = try Int64.fetchOne(database, sql: "SELECT MAX(id) FROM party") ?? 0
        lastPatient = try Int64.fetchOne(database, sql: "SELECT MAX(id) FROM patient") ?? 0
        lastReferral = try Int64.fetchOne(database, sql: "SELECT MAX(row) FROM referral") ?? 0
    }

    func party(_ name: StreamName) throws(StoreError) -> Int64 {
        if let id = try names.find(name) { return id }
        lastParty += 1
        try insertParty.run {
            $0.add(lastParty)
            $0.add(name.description)
        }
        names.note(lastParty, name)
        return lastParty
    }

    func mailbox(_ mailbox: Mailbox) throws(StoreError) -> Int64 { try party(.mailbox(mailbox)) }

    func organisation(_ id: OrganisationID) throws(StoreError) -> Int64 {
        try party(.organisation(id))
    }

    func organisation(_ id: OrganisationID?) throws(StoreError) -> Int64? {
        guard let id else { return nil }
        return try party(.organisation(id))
    }

    func agent(_ id: AgentID?) throws(StoreError) -> Int64? {
        guard let id else { return nil }
        return try party(.mailbox(.agent(id)))
    }

    func patient(_ key: PatientKey?) throws(StoreError) -> Int64? {
        guard let key else { return nil }
        if let id = try names.find(key) { return id }
        lastPatient += 1
        try seals.insert(key, as: lastPatient)
        names.note(lastPatient, key)
        return lastPatient
    }

    /// The row of a referral; one that is not stored gets its row now and must be put in the same
    /// transaction: ``checkReferrals()`` refuses it otherwise.
    ///
    /// No foreign key does this: SQLite would look through all messages at each new referral.
    func referral(_ id: ReferralID?) throws(StoreError) -> Int64? {
        guard let id else { return nil }
        if let row = try storedReferral(id) { return row }
        lastReferral += 1
        referralRows[id] = lastReferral
        announced.insert(id)
        return lastReferral
    }

    /// The row for a referral that is put, and whether it is new.
    func rowToPut(_ id: ReferralID) throws(StoreError) -> (row: Int64, isNew: Bool) {
        guard let row = try referral(id) else { throw .unreadable("referral") }
        return (row, announced.remove(id) != nil)
    }

    /// Throws unless every referral that was named has been put.
    func checkReferrals() throws(StoreError) {
        guard announced.isEmpty else {
            throw StoreError(.contradiction, "a message or delivery belongs to an unknown referral")
        }
    }

    /// Forgets what is only remembered for speed, between transactions.
    func trim() {
        if referralRows.count > Self.referralCountMax {
            referralRows.removeAll(keepingCapacity: true)
        }
    }

    private func storedReferral(_ id: ReferralID) throws(StoreError) -> Int64? {
        if let row = referralRows[id] { return row }
        let row = try findReferral.first({ $0.add(id) }) { $0.int() }
        if let row { referralRows[id] = row }
        return row
    }
}
