import CareModel
import CareStore

extension RowReader {
    static let eventColumns = """
        sequence, kind, at, move, delivery_state, referral, state, version, priority, initiator,
        recipient, addressed_to, due_at, waits_for
        """

    func event(_ row: inout Columns, of stream: StreamName) throws(StoreError) -> SequencedEvent {
        let sequence = UInt64(bitPattern: row.int())
        let kind = try Codes.eventKind.value(row.int())
        let time = row.time()
        let move = try Codes.move.value(row.optionalInt())
        let deliveryState = try Codes.deliveryState.value(row.optionalInt())
        let event = Event(
            kind: kind, at: time, subject: try summary(&row).map { .referral($0) }, move: move,
            deliveryState: deliveryState)
        return SequencedEvent(stream: stream, sequence: sequence, event: event)
    }

    private func summary(_ row: inout Columns) throws(StoreError) -> ReferralSummary? {
        guard let id = row.optionalUUID() else { return nil }
        return ReferralSummary(
            id: ReferralID(id), state: try Codes.referralState.value(row.int()),
            version: try row.count(), priority: try Codes.priority.value(row.int()),
            initiator: try names.organisation(row.int()),
            recipient: try names.organisation(row.int()), to: try names.mailbox(row.int()),
            dueAt: row.optionalTime(), waitsFor: try Codes.waitsFor.value(row.int()))
    }

    static let submissionColumns = """
        content_hash, outcome, message, referral, state, version, consent, delivery, statement,
        break_glass
        """

    /// Reads an answer without its refusal, which is in a table of its own.
    func submission(
        _ row: inout Columns, of key: SubmissionKey
    ) throws(StoreError) -> SubmissionRecord {
        let hash = row.bytes()
        var item = ReceiptItem(
            message: key.message, outcome: try Codes.outcome.value(row.int()))
        let message = row.optionalInt().map(MessageNumber.init)
        item.referral = row.optionalUUID().map { ReferralID($0) }
        item.state = try Codes.referralState.value(row.optionalInt())
        item.version = try row.count()
        item.consent = row.optionalUUID().map { ConsentID($0) }
        item.delivery = row.optionalInt().map(DeliveryID.init)
        item.statement = row.optionalText()
        item.breakGlass = row.optionalUUID().map { BreakGlassID($0) }
        return SubmissionRecord(contentHash: hash, item: item, message: message)
    }

    static let refusalColumns = """
        code, message, retry_after, state, version, allowed_moves, rule
        """

    func refusal(_ row: inout Columns) throws(StoreError) -> Refusal {
        guard let code = RefusalCode(rawValue: row.text()) else { throw .unreadable("refusal") }
        var refusal = Refusal(code, row.text())
        refusal.retryAfter = row.optionalInt().map { Duration.milliseconds($0) }
        refusal.state = try Codes.referralState.value(row.optionalInt())
        refusal.version = try row.optionalCount()
        refusal.allowedMoves = try row.text().words("move")
        refusal.rule = row.optionalText()
        return refusal
    }

    static let consentColumns = """
        consent.id, patient.key, consent.version, consent.message, consent.recorded_by,
        consent.organisation, consent.recorded_at, consent.revoked_at
        """

    func consent(_ row: inout Columns) throws(StoreError) -> ConsentRecord {
        let id = ConsentID(try row.uuid("directive id"))
        let patient = try row.patient()
        return ConsentRecord(
            id: id, patient: patient, version: try row.count(), message: MessageNumber(row.int()),
            recordedBy: try names.agent(row.int()),
            organisation: try names.organisation(row.int()), recordedAt: row.time(),
            revokedAt: row.optionalTime())
    }
}
