import CareModel
import CareStore
import GRDB

/// Writes referrals.
struct ReferralWriter {
    private let interner: Interner
    private let insert: PreparedStatement
    /// Changes a referral whose place in every index stays the same: most moves.
    private let updateInPlace: PreparedStatement
    private let update: PreparedStatement

    init(_ database: Database, interner: Interner) throws {
        self.interner = interner
        insert = try PreparedStatement(
            database, insertingInto: "referral",
            """
            row, id, number, patient, initiator, reply_to, recipient, addressed_to, \
            priority, reason, requested_at, previous, state, resume_states, version, \
            updated_at, last_reason, assignee, appointment_start, appointment_end, due_at, \
            next, is_open, is_on_worklist, waits_for
            """)
        let hot = """
            state = ?, resume_states = ?, version = ?, updated_at = ?, last_reason = ?,
            appointment_start = ?, appointment_end = ?, due_at = ?, next = ?
            """
        updateInPlace = try PreparedStatement(
            database,
            """
            UPDATE referral SET \(hot)
            WHERE assignee IS ? AND is_open = ? AND is_on_worklist = ? AND waits_for = ? AND row = ?
            """)
        update = try PreparedStatement(
            database,
            """
            UPDATE referral
            SET \(hot), assignee = ?, is_open = ?, is_on_worklist = ?, waits_for = ?
            WHERE row = ?
            """)
    }

    /// Adds a referral, or writes what may change of it.
    func put(_ referral: Referral) throws(StoreError) {
        let (row, isNew) = try interner.rowToPut(referral.id)
        guard !isNew else { return try add(referral, row: row) }
        let assignee = try interner.agent(referral.assignee)
        let bind = { (parameters: inout Parameters) in
            parameters.addState(of: referral)
            parameters.addStanding(of: referral, assignee: assignee)
            parameters.add(row)
        }
        try updateInPlace.run(bind)
        guard updateInPlace.changedRowCount == 0 else { return }
        try update.run(bind)
    }

    private func add(_ referral: Referral, row: Int64) throws(StoreError) {
        let patient = try interner.patient(referral.patient)
        let initiator = try interner.organisation(referral.initiator)
        let replyTo = try interner.mailbox(referral.replyTo)
        let recipient = try interner.organisation(referral.recipient)
        let to = try interner.mailbox(referral.to)
        let assignee = try interner.agent(referral.assignee)
        try insert.run { parameters in
            parameters.add(row)
            parameters.add(referral.id)
            parameters.add(referral.number.description)
            parameters.add(patient)
            parameters.add(initiator)
            parameters.add(replyTo)
            parameters.add(recipient)
            parameters.add(to)
            parameters.add(Codes.priority.code(referral.priority))
            parameters.add(referral.reason.code)
            parameters.add(referral.requestedAt)
            parameters.add(referral.previous)
            parameters.add(Codes.referralState.code(referral.state))
            parameters.add(referral.resumeStatesText)
            parameters.add(referral.version)
            parameters.add(referral.updatedAt)
            parameters.add(referral.lastReason?.code)
            parameters.add(assignee)
            parameters.add(referral.appointment)
            parameters.add(referral.dueAt)
            parameters.add(referral.next)
            parameters.add(referral.isOpen)
            parameters.add(referral.isOnWorklist)
            parameters.add(Codes.waitsFor.code(referral.waitsFor))
        }
    }
}

extension Parameters {
    fileprivate mutating func addState(of referral: Referral) {
        add(Codes.referralState.code(referral.state))
        add(referral.resumeStatesText)
        add(referral.version)
        add(referral.updatedAt)
        add(referral.lastReason?.code)
        add(referral.appointment)
        add(referral.dueAt)
        add(referral.next)
    }

    fileprivate mutating func addStanding(of referral: Referral, assignee: Int64?) {
        add(assignee)
        add(referral.isOpen)
        add(referral.isOnWorklist)
        add(Codes.waitsFor.code(referral.waitsFor))
    }
}

extension Referral {
    fileprivate var resumeStatesText: String? {
        guard !resumeStates.isEmpty else { return nil }
        return resumeStates.map(\.rawValue).joined(separator: " ")
    }
}
