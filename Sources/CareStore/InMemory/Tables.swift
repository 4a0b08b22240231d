import CareModel

/// Holds the rows of an ``InMemoryStore``, with no more indexes than keep simulations quick.
struct Tables: Sendable {
    var registry = Registry()
    var events: [StreamName: [SequencedEvent]] = [:]
    var submissions: [SubmissionKey: SubmissionRecord] = [:]
    var messages: [MessageNumber: Message] = [:]
    /// The documents by the message that brought them.
    var payloads: [MessageNumber: Payload] = [:]
    /// For each message with a document, the message that brought it.
    var payloadSources: [MessageNumber: MessageNumber] = [:]
    /// The messages of an id, oldest first: two senders may have chosen the same.
    var messagesByID: [MessageID: [MessageNumber]] = [:]
    var messagesByThread: [ThreadID: [MessageNumber]] = [:]
    /// The messages about a patient, oldest first.
    var messagesByPatient: [PatientKey: [MessageNumber]] = [:]
    var referrals: [ReferralID: Referral] = [:]
    /// No two referrals have one number.
    var referralsByNumber: [ReferralNumber: ReferralID] = [:]
    /// The place of each referral in the order of acceptance, from 1.
    var referralRows: [ReferralID: Int64] = [:]
    var referralsByPatient: [PatientKey: [ReferralID]] = [:]
    var deliveries: [DeliveryID: Delivery] = [:]
    var deliveriesByMessage: [MessageNumber: [DeliveryID]] = [:]
    var unsettled: Set<DeliveryID> = []
    /// The versions of each directive, oldest first.
    var consents: [ConsentID: [ConsentRecord]] = [:]
    var consentEpochs: [PatientKey: UInt32] = [:]
    var reconsiderations: [PatientKey: DeliveryID] = [:]
    /// Overrides in the order in which they were recorded.
    var breakGlasses: [BreakGlass] = []
    var breakGlassRows: [BreakGlassID: Int] = [:]
    var audit: [AuditEvent] = []
    var masterVersion = 1
    var lastSeen = Timestamp(milliseconds: 0)
    /// Counts the transactions.
    var revision: UInt64 = 0
}

extension Tables {
    var brokerState: BrokerState {
        var state = BrokerState()
        state.registry = registry
        state.reconsiderations = reconsiderations
        state.lastSeen = lastSeen
        return state
    }

    var status: BrokerStatus {
        var status = BrokerStatus()
        status.messages = Int(messages.keys.max()?.number ?? 0)
        status.auditEvents = audit.count
        status.oldestQueuedAt = deliveries.values.filter { !$0.state.isSettled }
            .map(\.queuedAt).min()
        for delivery in deliveries.values {
            if delivery.state.isLeased {
                status.leased += 1
            } else if !delivery.state.isSettled {
                status.queued += 1
                if delivery.state.awaitsVerdict { status.keptBack += 1 }
            } else if delivery.state == .deadLettered {
                status.deadLetters += 1
            }
        }
        return status
    }

    /// Leases do not survive their broker; fence, attempts and counts do.
    mutating func requeueLeased(of broker: BrokerID, at time: Timestamp) {
        for id in unsettled {
            guard let delivery = deliveries[id], delivery.state.isLeased,
                delivery.lease?.isHeldByOther(than: broker, at: time) != true
            else { continue }
            deliveries[id]?.state = .queued
        }
    }

    func payload(of message: MessageNumber) -> Payload? {
        payloadSources[message].flatMap { payloads[$0] }
    }

    func consentState(of patient: PatientKey) -> ConsentState {
        let standing = consents.values.compactMap(\.last)
            .filter { $0.patient == patient && $0.revokedAt == nil }
            .sorted { $0.id < $1.id }
        return ConsentState(
            epoch: consentEpochs[patient] ?? 0,
            directives: standing.map {
                ConsentState.Directive(
                    record: $0, document: payload(of: $0.message) ?? Payload([]))
            },
            overrides: breakGlasses.filter { $0.patient == patient && $0.endedAt == nil }
                .sorted { $0.id < $1.id })
    }
}
