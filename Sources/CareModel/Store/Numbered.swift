extension Write {
    /// The same write with the numbers that the store gave.
    public func numbered(by numbering: Numbering) -> Write {
        switch self {
        case .recordSubmission(let key, let record):
            .recordSubmission(key, record.numbered(by: numbering))
        case .insertMessage(let message, let payload):
            .insertMessage(message.numbered(by: numbering), payload.numbered(by: numbering))
        case .insertDelivery(let delivery): .insertDelivery(delivery.numbered(by: numbering))
        case .updateDelivery(let delivery): .updateDelivery(delivery.numbered(by: numbering))
        case .appendAudit(let event): .appendAudit(event.numbered(by: numbering))
        case .putConsent(let record): .putConsent(record.numbered(by: numbering))
        case .reconsider(let patient, let last):
            .reconsider(patient, after: last.map(numbering.number))
        case .putReferral, .appendEvent, .raiseConsentEpoch, .putBreakGlass, .shred,
            .putOrganisation, .putService, .putAgent, .putStream, .renewStream:
            self
        }
    }
}

extension BrokerSaying {
    /// The same saying with the numbers that the store gave.
    public func numbered(by numbering: Numbering) -> BrokerSaying {
        switch self {
        case .receipt(let items): .receipt(items.map { $0.numbered(by: numbering) })
        case .deliver(let delivery, let message, let referral, let redaction, let lease):
            .deliver(
                delivery.numbered(by: numbering), message.numbered(by: numbering), referral,
                redaction, lease: lease)
        case .recall(let delivery, let fence): .recall(numbering.number(delivery), fence)
        case .settled(let delivery, let state): .settled(numbering.number(delivery), state)
        case .staleLease(let delivery, let fence):
            .staleLease(numbering.number(delivery), newest: fence)
        case .content(let message, let referral, let redaction):
            .content(message.numbered(by: numbering), referral, redaction)
        case .errorAbout(let delivery, let refusal, let request):
            .errorAbout(numbering.number(delivery), refusal, request: request)
        // These say only what was stored before the step.
        case .timeline, .consent, .welcome, .drained, .answer, .decision, .topic, .events,
            .pong, .ping, .resync, .bye, .error, .administered:
            self
        }
    }
}

extension ReceiptItem {
    fileprivate func numbered(by numbering: Numbering) -> ReceiptItem {
        var item = self
        item.delivery = delivery.map(numbering.number)
        return item
    }
}

extension SubmissionRecord {
    /// The same with the numbers that the store gave.
    public func numbered(by numbering: Numbering) -> SubmissionRecord {
        SubmissionRecord(
            contentHash: contentHash, item: item.numbered(by: numbering),
            message: message.map(numbering.number))
    }
}

extension MessagePayload {
    /// The same with the numbers that the store gave.
    public func numbered(by numbering: Numbering) -> MessagePayload {
        guard case .same(let earlier) = self else { return self }
        return .same(numbering.number(earlier))
    }
}

extension Message {
    /// The same message with the number that the store gave.
    public func numbered(by numbering: Numbering) -> Message {
        guard number.provisionalPlace != nil else { return self }
        var message = self
        message.number = numbering.number(number)
        return message
    }
}

extension Delivery {
    /// The same delivery with the numbers that the store gave.
    public func numbered(by numbering: Numbering) -> Delivery {
        guard id.provisionalPlace != nil else { return self }
        var delivery = self
        delivery.id = numbering.number(id)
        delivery.message = numbering.number(message)
        delivery.replayOf = replayOf.map(numbering.number)
        return delivery
    }
}

extension AuditEvent {
    /// The same with the numbers that the store gave.
    public func numbered(by numbering: Numbering) -> AuditEvent {
        var event = self
        event.message = message.map(numbering.number)
        event.delivery = delivery.map(numbering.number)
        return event
    }
}

extension ConsentRecord {
    /// The same with the numbers that the store gave.
    public func numbered(by numbering: Numbering) -> ConsentRecord {
        guard message.provisionalPlace != nil else { return self }
        return ConsentRecord(
            id: id, patient: patient, version: version, message: numbering.number(message),
            recordedBy: recordedBy, organisation: organisation, recordedAt: recordedAt,
            revokedAt: revokedAt)
    }
}
