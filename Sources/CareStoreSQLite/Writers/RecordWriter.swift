import CareModel
import CareStore
import GRDB

/// Writes streams, events, directives and the consent epochs.
struct RecordWriter {
    private let interner: Interner
    private let counters: Counters
    private let insertStream: PreparedStatement
    private let renewStream: PreparedStatement
    private let insertEvent: PreparedStatement
    private let raiseEpoch: PreparedStatement
    private let insertConsent: PreparedStatement
    private let revokeConsent: PreparedStatement
    private let newestConsent: PreparedStatement
    private let broughtConsent: PreparedStatement
    private let revokeConsents: PreparedStatement
    private let putReconsideration: PreparedStatement
    private let endReconsideration: PreparedStatement

    init(_ database: Database, interner: Interner, counters: Counters) throws {
        self.interner = interner
        self.counters = counters
        insertStream = try PreparedStatement(
            database, insertingInto: "stream", "party, token, key, epoch, head")
        insertEvent = try PreparedStatement(
            database, insertingInto: "event",
            """
            stream, sequence, kind, at, move, delivery_state, referral, state, version, \
            priority, initiator, recipient, addressed_to, due_at, waits_for
            """)
        renewStream = try PreparedStatement(
            database, "UPDATE stream SET token = ?, key = ?, epoch = ? WHERE party = ?")
        raiseEpoch = try PreparedStatement(
            database,
            "UPDATE patient SET consent_epoch = ?1 WHERE id = ?2 AND consent_epoch = ?1 - 1")
        insertConsent = try PreparedStatement(
            database, insertingInto: "consent",
            """
            id, version, patient, message, recorded_by, organisation, recorded_at, \
            revoked_at
            """)
        revokeConsent = try PreparedStatement(
            database, "UPDATE consent SET revoked_at = ? WHERE id = ? AND version = ?")
        newestConsent = try PreparedStatement(
            database, "SELECT MAX(version) FROM consent WHERE id = ?")
        broughtConsent = try PreparedStatement(
            database,
            """
            SELECT 1 FROM consent
            JOIN message ON message.number = consent.message AND message.patient = consent.patient
            WHERE consent.id = ? AND consent.message = ?
                AND message.kind = \(Codes.messageKind.code(.consentPut))
            """)
        revokeConsents = try PreparedStatement(
            database,
            """
            UPDATE consent SET revoked_at = ?2
            WHERE patient = ?1 AND revoked_at IS NULL AND version =
                (SELECT MAX(version) FROM consent AS other WHERE other.id = consent.id)
            """)
        putReconsideration = try PreparedStatement(
            database,
            """
            INSERT INTO reconsideration (patient, last_delivery) VALUES (?, ?)
            ON CONFLICT (patient) DO UPDATE SET last_delivery = excluded.last_delivery
            """)
        endReconsideration = try PreparedStatement(
            database, "DELETE FROM reconsideration WHERE patient = ?")
    }

    func put(_ stream: Stream) throws(StoreError) {
        guard counters.head(of: stream.name) == nil else {
            throw StoreError(.contradiction, "a stream was added twice")
        }
        let party = try interner.party(stream.name)
        try insertStream.run { row in
            row.add(party)
            row.add(stream.token)
            row.add(stream.key)
            row.add(stream.epoch)
            row.add(Int64(bitPattern: stream.head))
        }
        counters.note(stream.head, of: stream.name)
    }

    /// The head stays: the sequence goes on.
    func renew(_ stream: Stream) throws(StoreError) {
        let party = try interner.party(stream.name)
        try renewStream.run { row in
            row.add(stream.token)
            row.add(stream.key)
            row.add(stream.epoch)
            row.add(party)
        }
        guard renewStream.changedRowCount == 1 else {
            throw StoreError(.contradiction, "an unknown stream was renewed")
        }
    }

    func raiseEpoch(of key: PatientKey, to epoch: UInt32) throws(StoreError) {
        let patient = try interner.patient(key)
        try raiseEpoch.run { row in
            row.add(Int64(epoch))
            row.add(patient)
        }
        guard raiseEpoch.changedRowCount == 1 else {
            throw StoreError(.contradiction, "a consent epoch is not the next")
        }
    }

    /// Remembers up to which delivery a patient's were looked at again; nil if to the end.
    func reconsider(_ key: PatientKey, after last: DeliveryID?) throws(StoreError) {
        let patient = try interner.patient(key)
        guard let last else { return try endReconsideration.run { $0.add(patient) } }
        try putReconsideration.run { row in
            row.add(patient)
            row.add(last.number)
        }
    }

    /// Adds an event at the next place of its stream, and tells which that is.
    func append(_ event: Event, to name: StreamName) throws(StoreError) -> SequencedEvent {
        guard let head = counters.head(of: name) else {
            throw StoreError(.contradiction, "an event is of an unknown stream")
        }
        let sequence = head + 1
        let stream = try interner.party(name)
        var parties: (initiator: Int64, recipient: Int64, to: Int64)?
        let referral = event.subject?.referral
        if let referral {
            parties = (
                try interner.organisation(referral.initiator),
                try interner.organisation(referral.recipient), try interner.mailbox(referral.to)
            )
        }
        try insertEvent.run { row in
            row.add(stream)
            row.add(Int64(bitPattern: sequence))
            row.add(Codes.eventKind.code(event.kind))
            row.add(event.at)
            row.add(Codes.move.code(event.move))
            row.add(Codes.deliveryState.code(event.deliveryState))
            row.add(referral?.id)
            row.add(Codes.referralState.code(referral?.state))
            row.add(referral.map(\.version).map(Int64.init))
            row.add(Codes.priority.code(referral?.priority))
            row.add(parties?.initiator)
            row.add(parties?.recipient)
            row.add(parties?.to)
            row.add(referral?.dueAt)
            row.add(Codes.waitsFor.code(referral?.waitsFor))
        }
        counters.note(sequence, of: name)
        return SequencedEvent(stream: name, sequence: sequence, event: event)
    }

    /// Throws unless the message has brought a version of the directive.
    func check(_ consent: ConsentID, isBroughtBy message: MessageNumber) throws(StoreError) {
        let found = try broughtConsent.first({
            $0.add(consent)
            $0.add(message.number)
        }) { $0.int() }
        guard found != nil else {
            throw StoreError(.contradiction, "a message does not bring the directive it names")
        }
    }

    /// Ends every directive of a patient that still stands.
    func revokeConsents(of patient: Int64, at time: Timestamp) throws(StoreError) {
        try revokeConsents.run { row in
            row.add(patient)
            row.add(time)
        }
    }

    func put(_ record: ConsentRecord) throws(StoreError) {
        try revokeConsent.run { row in
            row.add(record.revokedAt)
            row.add(record.id)
            row.add(record.version)
        }
        guard revokeConsent.changedRowCount == 0 else { return }
        let newest = try newestConsent.first({ $0.add(record.id) }) { $0.optionalInt() } ?? nil
        guard Int64(record.version) == (newest ?? 0) + 1 else {
            throw StoreError(.contradiction, "a directive's version is not the next")
        }
        let patient = try interner.patient(record.patient)
        let recordedBy = try interner.agent(record.recordedBy)
        let organisation = try interner.organisation(record.organisation)
        try insertConsent.run { row in
            row.add(record.id)
            row.add(record.version)
            row.add(patient)
            row.add(record.message.number)
            row.add(recordedBy)
            row.add(organisation)
            row.add(record.recordedAt)
            row.add(record.revokedAt)
        }
    }
}
