import CareModel
import CareStore

/// Says by which small numbers the rows name the values of a closed set.
///
/// Numbers are places in the list, so lists only ever grow at their end.
struct CodeTable<Value: Hashable & Sendable>: Sendable {
    let values: [Value]
    private let what: String
    private let codes: [Value: Int64]

    init(_ what: String, _ values: [Value]) {
        self.what = what
        self.values = values
        codes = Dictionary(
            values.enumerated().map { ($0.element, Int64($0.offset)) },
            uniquingKeysWith: { first, _ in first })
    }

    /// The number of a value; the list must hold it.
    func code(_ value: Value) -> Int64 {
        guard let code = codes[value] else {
            preconditionFailure("the code table lacks a \(what)")
        }
        return code
    }

    func code(_ value: Value?) -> Int64? { value.map { (value: Value) in code(value) } }

    func value(_ code: Int64) throws(StoreError) -> Value {
        guard let value = known(code) else { throw .unreadable(what) }
        return value
    }

    /// The value of a number; nil if nobody gave it.
    func known(_ code: Int64) -> Value? {
        let place = Int(clamping: code)
        return values.indices.contains(place) ? values[place] : nil
    }

    func value(_ code: Int64?) throws(StoreError) -> Value? {
        guard let code else { return nil }
        return try value(code) as Value
    }
}

/// The code tables of the schema.
enum Codes {
    static let deliveryState = CodeTable<DeliveryState>(
        "delivery state",
        [
            .held, .withheld, .queued, .sending, .delivered, .acknowledged, .displayed, .refused,
            .expired, .undeliverable, .deadLettered,
        ])

    static let referralState = CodeTable<ReferralState>(
        "referral state",
        [
            .draft, .requested, .received, .infoRequested, .accepted, .scheduled, .noShow,
            .appointmentCancelled, .seen, .onHold, .cancelRequested, .completed, .closed, .declined,
            .redirected, .cancelled, .failed, .expired, .enteredInError,
        ])

    static let messageKind = CodeTable<MessageKind>(
        "message kind",
        [.consentPut, .consentRevoke, .replay, .report] + move.values.map(MessageKind.move)
            + [.breakGlass, .breakGlassEnd, .breakGlassReview, .breakGlassNotice])

    static let move = CodeTable<ReferralMove>(
        "move",
        [
            .request, .receive, .accept, .decline, .redirect, .ask, .answer, .schedule, .noShow,
            .cancelAppointment, .note, .complete, .cancel, .confirmCancel, .refuseCancel, .hold,
            .resume, .expire, .acknowledge, .referAgain, .correct, .enterInError, .fail,
        ])

    static let actor = CodeTable<ReferralActor>(
        "actor", [.initiator, .recipient, .coordinator, .broker])

    static let priority = CodeTable<Priority>("priority", [.routine, .urgent, .stat])

    static let waitsFor = CodeTable<WaitsFor>("side", [.initiator, .recipient, .nobody])

    static let eventKind = CodeTable<Event.Kind>("event kind", [.referral, .arrival, .delivery])

    /// Those that the accounting lists come first: their index is of what is below a number, which
    /// costs an insertion nothing.
    static let auditKind = CodeTable<AuditEvent.Kind>(
        "kind of event",
        [
            .disclosureSent, .disclosureReceived, .disclosureWithheld, .disclosureRecalled,
            .breakGlassStarted, .breakGlassEnded, .breakGlassReviewed, .consentChecked,
            .accountingRead, .timelineRead, .consentDecided, .deliveryEnded, .consentRecorded,
            .consentRevoked,
            .referralMoved, .enrolled, .revoked, .replayed, .corruptionFound, .accessRefused,
            .connectionRefused, .configured, .keysRotated, .patientShredded,
        ])

    static let finding = CodeTable<BreakGlass.Finding>("finding", [.justified, .unjustified])

    static let outcome = CodeTable<ReceiptItem.Outcome>(
        "outcome", [.accepted, .unchanged, .refused])
}
