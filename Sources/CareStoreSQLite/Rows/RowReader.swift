import CareModel
import CareStore
import CareVault

/// Turns rows into values.
///
/// The column lists and the functions that read them belong together.
struct RowReader {
    let names: NameTable
    let seals: SealReader

    static let messageColumns = """
        message.number, message.id, message.kind, message.accepted_at, message.sender,
        message.organisation, message_referral.id, message.break_glass, \(messageDirective),
        message_patient.key, message.state,
        message.version, message.reason, message.expires_at, message.payload_type,
        message.payload_byte_count, message.appointment_start,
        message.appointment_end, message.due_at, message.is_blocking, message.acting_as,
        message.on_behalf_of, message.report_message, message.report_mailbox,
        message.report_state, message.report_code, message.key_generation,
        message.identity, message_patient.id, message_patient.key_generation
        """

    // `message` has no column for the directive's thread, so it is told from the directive that the
    // message brought. A message about a directive that brings none would be in no thread; the
    // writer refuses it.
    private static let messageDirective = """
        CASE WHEN message.kind = \(Codes.messageKind.code(.consentPut)) THEN
            (SELECT consent.id FROM consent INDEXED BY consent_patient
            WHERE consent.patient = message.patient AND consent.message = message.number) END
        """

    /// What ``messageColumns`` need beside `message`.
    static let messageJoins = """
        LEFT JOIN referral AS message_referral ON message_referral.row = message.referral
        LEFT JOIN patient AS message_patient ON message_patient.id = message.patient
        """

    func message(_ row: inout Columns) throws(StoreError) -> Message {
        let number = MessageNumber(row.int())
        let id = MessageID(try row.uuid("message id"))
        let kind = try Codes.messageKind.value(row.int())
        let acceptedAt = row.time()
        let sender = try names.agent(row.optionalInt())
        let organisation = try names.organisation(row.optionalInt())
        let thread = thread(&row)
        let patient = try row.optionalPatient()
        let state = try Codes.referralState.value(row.optionalInt())
        let version = try row.count()
        let reason = row.optionalText().map(ReasonCode.init)
        let expiresAt = row.time()
        let payloadType = row.optionalText()
        let payloadByteCount = Int(row.int())
        var details = try details(&row)
        let identity = try identity(&row, of: number)
        details.patient = identity?.identifier
        return Message(
            number: number, id: id, kind: kind, acceptedAt: acceptedAt, sender: sender,
            organisation: organisation, thread: thread, patient: patient, state: state,
            version: version, reason: reason, expiresAt: expiresAt,
            details: details, payloadType: payloadType, payloadHash: identity?.payloadHash,
            payloadByteCount: payloadByteCount)
    }

    private func thread(_ row: inout Columns) -> ThreadID? {
        let referral = row.optionalUUID().map { ThreadID.referral(ReferralID($0)) }
        let override = row.optionalUUID().map { ThreadID.override(BreakGlassID($0)) }
        let directive = row.optionalUUID().map { ThreadID.directive(ConsentID($0)) }
        return referral ?? override ?? directive
    }

    private func details(_ row: inout Columns) throws(StoreError) -> MessageDetails {
        var details = MessageDetails()
        details.appointment = try row.appointment()
        details.dueAt = row.optionalTime()
        details.isBlocking = row.bool()
        details.actingAs = try Codes.actor.value(row.optionalInt())
        details.onBehalfOf = try Codes.actor.value(row.optionalInt())
        let reported = row.optionalUUID().map { MessageID($0) }
        let mailbox = row.optionalInt()
        let state = try Codes.deliveryState.value(row.optionalInt())
        let code = row.optionalText()
        if let reported {
            guard let mailbox, let state, let code else { throw .unreadable("report") }
            details.report = DeliveryReport(
                message: reported, mailbox: try names.mailbox(mailbox), state: state, code: code)
        }
        return details
    }

    private func identity(
        _ row: inout Columns, of message: MessageNumber
    ) throws(StoreError) -> SealedIdentity? {
        let generation = row.optionalInt()
        let sealed = row.optionalBytes()
        let patient = row.optionalInt()
        let newest = row.optionalInt()
        guard let sealed else { return nil }
        guard let generation, let patient, let newest else { throw .unreadable("identity") }
        let place = SealPlace.identity(of: message, generation: generation)
        return try identity(sealed, at: place, of: patient, newest: newest)
    }

    /// Opens a sealed identity; nil if it was erased.
    func identity(
        _ sealed: [UInt8], at place: SealPlace, of patient: Int64, newest: Int64
    ) throws(StoreError) -> SealedIdentity? {
        let bytes = try seals.open(sealed, at: place, of: patient, newest: newest)
        guard let bytes else { return nil }
        guard let identity = SealedIdentity(bytes) else { throw .unreadable("identity") }
        return identity
    }

    static let referralColumns = """
        referral.id, patient.key, referral.initiator, referral.reply_to, referral.recipient,
        referral.addressed_to, referral.priority, referral.reason, referral.requested_at,
        referral.previous, referral.state, referral.resume_states, referral.version,
        referral.updated_at, referral.last_reason, referral.assignee, referral.appointment_start,
        referral.appointment_end, referral.due_at, referral.next
        """

    func referral(_ row: inout Columns) throws(StoreError) -> Referral {
        let id = ReferralID(try row.uuid("referral id"))
        let patient = try row.patient()
        var referral = Referral(
            id: id, patient: patient, initiator: try names.organisation(row.int()),
            replyTo: try names.mailbox(row.int()), recipient: try names.organisation(row.int()),
            to: try names.mailbox(row.int()), priority: try Codes.priority.value(row.int()),
            reason: ReasonCode(row.text()), requestedAt: row.time(),
            previous: row.optionalUUID().map { ReferralID($0) })
        referral.state = try Codes.referralState.value(row.int())
        referral.resumeStates = try row.optionalText()?.words("referral state") ?? []
        referral.version = try row.count()
        referral.updatedAt = row.time()
        referral.lastReason = row.optionalText().map(ReasonCode.init)
        referral.assignee = try names.agent(row.optionalInt())
        referral.appointment = try row.appointment()
        referral.dueAt = row.optionalTime()
        referral.next = row.optionalUUID().map { ReferralID($0) }
        return referral
    }

    static let deliveryColumns = """
        delivery.id, delivery.message, delivery.mailbox, delivery_referral.id, delivery.queued_at,
        delivery.expires_at, delivery.replay_of, delivery.state, delivery.fence,
        delivery.not_before, delivery.attempts, delivery.failures, delivery.crashes,
        delivery.agent, delivery.sent_at, delivery.settled_at, delivery.displayed_at,
        delivery.code, delivery.lease_owner, delivery.lease_until
        """

    /// What ``deliveryColumns`` need beside `delivery`.
    static let deliveryJoins = """
        LEFT JOIN referral AS delivery_referral ON delivery_referral.row = delivery.referral
        """

    func delivery(_ row: inout Columns) throws(StoreError) -> Delivery {
        var delivery = Delivery(
            id: DeliveryID(row.int()), message: MessageNumber(row.int()),
            mailbox: try names.mailbox(row.int()),
            thread: row.optionalUUID().map { .referral(ReferralID($0)) }, queuedAt: row.time(),
            expiresAt: row.time(), replayOf: row.optionalInt().map(DeliveryID.init),
            state: try Codes.deliveryState.value(row.int()))
        delivery.fence = Fence(row.int())
        delivery.notBefore = row.time()
        delivery.attempts = try row.count()
        delivery.failures = try row.count()
        delivery.crashes = try row.count()
        delivery.agent = try names.agent(row.optionalInt())
        delivery.sentAt = row.optionalTime()
        delivery.settledAt = row.optionalTime()
        delivery.displayedAt = row.optionalTime()
        delivery.code = row.optionalText()
        delivery.lease = try row.lease()
        return delivery
    }
}

extension Columns {
    mutating func time() -> Timestamp { Timestamp(milliseconds: int()) }

    mutating func optionalTime() -> Timestamp? { optionalInt().map(Timestamp.init(milliseconds:)) }

    mutating func optionalUUID() -> UUIDBytes? {
        optionalWords().map { UUIDBytes(high: $0.high, low: $0.low) }
    }

    mutating func uuid(_ what: String) throws(StoreError) -> UUIDBytes {
        guard let uuid = optionalUUID() else { throw .unreadable(what) }
        return uuid
    }

    mutating func optionalPatient() throws(StoreError) -> PatientKey? {
        guard let bytes = optionalBytes() else { return nil }
        guard let patient = PatientKey(bytes: bytes) else { throw .unreadable("patient") }
        return patient
    }

    mutating func patient() throws(StoreError) -> PatientKey {
        guard let patient = try optionalPatient() else { throw .unreadable("patient") }
        return patient
    }

    mutating func optionalCount() throws(StoreError) -> UInt32? {
        guard let number = optionalInt() else { return nil }
        guard let count = UInt32(exactly: number) else { throw .unreadable("count") }
        return count
    }

    mutating func count() throws(StoreError) -> UInt32 {
        guard let count = UInt32(exactly: int()) else { throw .unreadable("count") }
        return count
    }

    mutating func lease() throws(StoreError) -> DeliveryLease? {
        let owner = optionalText()
        let until = optionalTime()
        guard owner != nil || until != nil else { return nil }
        guard let owner, let until else { throw .unreadable("lease") }
        return DeliveryLease(owner: BrokerID(unchecked: owner), until: until)
    }

    mutating func appointment() throws(StoreError) -> Appointment? {
        let start = optionalTime()
        let end = optionalTime()
        guard start != nil || end != nil else { return nil }
        guard let start, let end else { throw .unreadable("appointment") }
        return Appointment(start: start, end: end)
    }
}

extension String {
    /// The values that its words stand for.
    func words<Value: RawRepresentable>(
        _ what: String
    ) throws(StoreError) -> [Value] where Value.RawValue == String {
        var values: [Value] = []
        for word in split(separator: " ") {
            guard let value = Value(rawValue: String(word)) else { throw .unreadable(what) }
            values.append(value)
        }
        return values
    }
}

extension Parameters {
    mutating func add(_ time: Timestamp) { add(time.milliseconds) }
    mutating func add(_ time: Timestamp?) { add(time?.milliseconds) }
    mutating func add(_ count: UInt32) { add(Int64(count)) }

    mutating func add(_ id: some UUIDIdentifier) { add(high: id.uuid.high, low: id.uuid.low) }

    mutating func add(_ id: (some UUIDIdentifier)?) {
        guard let id else { return addNull() }
        add(id)
    }

    mutating func add(_ appointment: Appointment?) {
        add(appointment?.start)
        add(appointment?.end)
    }
}
