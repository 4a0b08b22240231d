import CareModel

/// Remembers how to take back the writes of a transaction.
private struct Journal {
    var steps: [(inout Tables) -> Void] = []
}

extension Tables {
    /// Applies all of a transaction's writes, or none of them.
    mutating func commit(_ transaction: Transaction) throws(StoreError) -> Numbering {
        let numbering = numbering(of: transaction.writes)
        let writes = transaction.writes.map { $0.numbered(by: numbering) }
        var journal = Journal()
        do throws(StoreError) {
            for write in writes { try apply(write, &journal) }
            for entry in numbering.events { try append(entry, &journal) }
            try checkThreads(of: writes)
        } catch {
            for step in journal.steps.reversed() { step(&self) }
            throw error
        }
        registry.version = numbering.registryVersion
        revision += 1
        lastSeen = max(lastSeen, writes.compactMap(\.latestTime).max() ?? lastSeen)
        return numbering
    }

    private func numbering(of writes: [Write]) -> Numbering {
        var heads: [StreamName: UInt64] = [:]
        var events: [SequencedEvent] = []
        for case .appendEvent(let stream, let event) in writes {
            let next = (heads[stream] ?? registry.streams[stream]?.head ?? 0) + 1
            heads[stream] = next
            events.append(SequencedEvent(stream: stream, sequence: next, event: event))
        }
        return Numbering(
            lastMessage: messages.keys.max() ?? MessageNumber(0),
            lastDelivery: deliveries.keys.max() ?? DeliveryID(0), events: events,
            registryVersion: registry.version + (writes.contains(where: \.changesRegistry) ? 1 : 0))
    }

    private mutating func apply(_ write: Write, _ journal: inout Journal) throws(StoreError) {
        switch write {
        case .recordSubmission(let key, let record):
            try require(submissions[key] == nil, "a submission was answered twice")
            set(\.submissions, key, record, &journal)
        case .insertMessage(let message, let payload):
            try insert(message, payload, &journal)
        case .putReferral(let referral):
            try put(referral, &journal)
        case .insertDelivery(let delivery):
            try insert(delivery, &journal)
        case .updateDelivery(let delivery):
            try require(deliveries[delivery.id] != nil, "an unknown delivery was changed")
            set(delivery, &journal)
        case .appendEvent:
            // Appended once all are numbered.
            return
        case .reconsider(let patient, let last):
            set(\.reconsiderations, patient, last, &journal)
        case .appendAudit(let event):
            journal.steps.append { $0.audit.removeLast() }
            audit.append(event)
        case .putConsent(let record):
            try put(record, &journal)
        case .raiseConsentEpoch(let patient, let epoch):
            let next = (consentEpochs[patient] ?? 0) + 1
            try require(epoch == next, "a consent epoch is not the next")
            set(\.consentEpochs, patient, epoch, &journal)
        case .putBreakGlass(let glass):
            put(glass, &journal)
        case .shred(let patient, let time):
            shred(patient, at: time, &journal)
        case .putOrganisation(let organisation):
            set(\.registry.directory.organisations, organisation.id, organisation, &journal)
        case .putService(let service):
            set(\.registry.directory.services, service.id, service, &journal)
        case .putAgent(let agent):
            set(\.registry.directory.agents, agent.id, agent, &journal)
        case .putStream(let stream):
            try require(registry.streams[stream.name] == nil, "a stream was added twice")
            set(\.registry.streams, stream.name, stream, &journal)
        case .renewStream(let stream):
            try renew(stream, &journal)
        }
    }

    private mutating func renew(
        _ stream: Stream, _ journal: inout Journal
    ) throws(StoreError) {
        guard let old = registry.streams[stream.name] else {
            throw StoreError(.contradiction, "an unknown stream was renewed")
        }
        let renewed = Stream(
            name: stream.name, token: stream.token, key: stream.key, epoch: stream.epoch,
            head: old.head)
        set(\.registry.streams, stream.name, renewed, &journal)
    }

    private mutating func insert(
        _ message: Message, _ payload: MessagePayload, _ journal: inout Journal
    ) throws(StoreError) {
        try require(messages[message.number] == nil, "a message number was used twice")
        let namesakes = messagesByID[message.id] ?? []
        try require(
            namesakes.allSatisfy { messages[$0]?.sender != message.sender },
            "a sender's message id was used twice")
        try require(
            message.patient != nil || (payload == .none && message.details.patient == nil),
            "a message says something of a patient without naming one")
        set(\.messages, message.number, message, &journal)
        if let patient = message.patient {
            let others = messagesByPatient[patient] ?? []
            set(\.messagesByPatient, patient, others + [message.number], &journal)
        }
        set(\.messagesByID, message.id, namesakes + [message.number], &journal)
        if let thread = message.thread {
            let others = messagesByThread[thread] ?? []
            set(\.messagesByThread, thread, others + [message.number], &journal)
        }
        switch payload {
        case .none: return
        case .document(let document):
            set(\.payloads, message.number, document, &journal)
            set(\.payloadSources, message.number, message.number, &journal)
        case .same(let earlier):
            try require(payloadSources[earlier] != nil, "the message has no document to share")
            set(\.payloadSources, message.number, payloadSources[earlier], &journal)
        }
    }

    private mutating func put(
        _ referral: Referral, _ journal: inout Journal
    ) throws(StoreError) {
        if referrals[referral.id] == nil {
            try require(
                referralsByNumber[referral.number] == nil, "a referral number was used twice")
            set(\.referralsByNumber, referral.number, referral.id, &journal)
            set(\.referralRows, referral.id, Int64(referralRows.count) + 1, &journal)
            let others = referralsByPatient[referral.patient] ?? []
            set(\.referralsByPatient, referral.patient, others + [referral.id], &journal)
        }
        set(\.referrals, referral.id, referral, &journal)
    }

    private mutating func insert(
        _ delivery: Delivery, _ journal: inout Journal
    ) throws(StoreError) {
        try require(deliveries[delivery.id] == nil, "a delivery number was used twice")
        try require(messages[delivery.message] != nil, "a delivery has no message")
        let others = deliveriesByMessage[delivery.message] ?? []
        set(\.deliveriesByMessage, delivery.message, others + [delivery.id], &journal)
        set(delivery, &journal)
    }

    private mutating func set(_ delivery: Delivery, _ journal: inout Journal) {
        set(\.deliveries, delivery.id, delivery, &journal)
        let id = delivery.id
        let wasUnsettled = unsettled.contains(id)
        journal.steps.append { tables in
            if wasUnsettled { tables.unsettled.insert(id) } else { tables.unsettled.remove(id) }
        }
        if delivery.state.isSettled { unsettled.remove(id) } else { unsettled.insert(id) }
    }

    private mutating func append(
        _ entry: SequencedEvent, _ journal: inout Journal
    ) throws(StoreError) {
        let head = registry.streams[entry.stream]?.head
        try require(head.map { $0 + 1 } == entry.sequence, "an event is not the next of its stream")
        let stream = entry.stream
        journal.steps.append { tables in
            tables.registry.streams[stream]?.head -= 1
            tables.events[stream]?.removeLast()
        }
        registry.streams[stream]?.head += 1
        events[stream, default: []].append(entry)
    }

    private mutating func put(
        _ record: ConsentRecord, _ journal: inout Journal
    ) throws(StoreError) {
        var versions = consents[record.id] ?? []
        if let index = versions.firstIndex(where: { $0.version == record.version }) {
            versions[index].revokedAt = record.revokedAt
        } else {
            let next = (versions.last?.version ?? 0) + 1
            try require(record.version == next, "a directive's version is not the next")
            try require(messages[record.message] != nil, "a directive has no message")
            versions.append(record)
        }
        set(\.consents, record.id, versions, &journal)
    }

    private mutating func put(_ glass: BreakGlass, _ journal: inout Journal) {
        if let row = breakGlassRows[glass.id] {
            let old = breakGlasses[row]
            journal.steps.append { $0.breakGlasses[row] = old }
            breakGlasses[row].endedAt = glass.endedAt
            breakGlasses[row].review = glass.review
        } else {
            set(\.breakGlassRows, glass.id, breakGlasses.count, &journal)
            journal.steps.append { $0.breakGlasses.removeLast() }
            breakGlasses.append(glass)
        }
    }

    private mutating func shred(
        _ patient: PatientKey, at time: Timestamp, _ journal: inout Journal
    ) {
        for number in messagesByPatient[patient] ?? [] {
            set(\.payloads, number, nil, &journal)
            if let message = messages[number]?.erased {
                set(\.messages, number, message, &journal)
            }
        }
        for row in breakGlasses.indices where breakGlasses[row].patient == patient {
            let old = breakGlasses[row]
            journal.steps.append { $0.breakGlasses[row] = old }
            breakGlasses[row] = old.erased
        }
        for (id, versions) in consents {
            guard let newest = versions.last, newest.patient == patient, newest.revokedAt == nil
            else { continue }
            var ended = versions
            ended[versions.count - 1].revokedAt = time
            set(\.consents, id, ended, &journal)
        }
    }

    /// A message may come before the referral it opens or the directive it brings, but not without
    /// it.
    private func checkThreads(of writes: [Write]) throws(StoreError) {
        for case .insertMessage(let message, _) in writes {
            switch message.thread {
            case .referral(let id):
                try require(referrals[id] != nil, "a message belongs to an unknown referral")
            case .directive(let id):
                let isBrought = (consents[id] ?? []).contains { $0.isBrought(by: message) }
                try require(isBrought, "a message does not bring the directive it names")
            case .override, nil: continue
            }
        }
        for case .insertDelivery(let delivery) in writes {
            guard let thread = delivery.thread else { continue }
            try require(thread.keepsOrder, "a delivery keeps the order of a thread without one")
            guard let referral = thread.referral else { continue }
            try require(referrals[referral] != nil, "a delivery belongs to an unknown referral")
        }
    }

    private mutating func set<Key: Hashable, Value>(
        _ path: WritableKeyPath<Tables, [Key: Value]>, _ key: Key, _ value: Value?,
        _ journal: inout Journal
    ) {
        let old = self[keyPath: path][key]
        journal.steps.append { $0[keyPath: path][key] = old }
        self[keyPath: path][key] = value
    }

    private func require(_ condition: Bool, _ message: String) throws(StoreError) {
        if !condition { throw StoreError(.contradiction, message) }
    }
}
