import CareModel

extension Tables {
    func facts(
        for keys: FactKeys, isKnown: (PatientKey, _ epoch: UInt32) -> Bool
    ) -> Facts {
        var facts = Facts()
        for key in keys.submissions { facts.submissions[key] = submissions[key] }
        for key in keys.openReferrals { facts.openReferrals[key] = openReferral(key) }
        for number in keys.numbers { facts.numbers[number] = referralsByNumber[number] }
        for id in keys.consentVersions { facts.consentVersions[id] = consents[id] }
        for thread in keys.threads { add(thread, to: &facts) }
        for id in unsettled {
            guard let delivery = deliveries[id], let thread = delivery.thread,
                keys.threads.contains(thread)
            else { continue }
            add(delivery, to: &facts)
        }
        for id in keys.requests {
            addReferral(id, to: &facts)
            guard let first = messagesByThread[.referral(id)]?.first else { continue }
            facts.requests[id] = first
            addMessage(first, to: &facts)
        }
        for id in keys.deliveries { if let delivery = deliveries[id] { add(delivery, to: &facts) } }
        for number in keys.messages { addMessage(number, to: &facts) }
        for id in keys.messageIDs {
            guard let number = messagesByID[id]?.first else { continue }
            facts.messageIDs[id] = number
            addMessage(number, to: &facts)
        }
        addQueues(keys, to: &facts)
        if let time = keys.expiredBy { addExpired(by: time, to: &facts) }
        if let time = keys.keptBackBy { addKeptBack(by: time, to: &facts) }
        if let last = keys.keptBackAfter { addKeptBack(after: last, to: &facts) }
        if let time = keys.lapsedBy { addLapsed(by: time, to: &facts) }
        for glass in breakGlasses where glass.endedAt == nil {
            let isDue = keys.overridesDueBy.map { glass.endsAt <= $0 } == true
            guard isDue || keys.overridesOf.contains(glass.agent) else { continue }
            facts.breakGlasses[glass.id] = glass
        }
        addPatients(keys, to: &facts)
        for stream in keys.heads { facts.heads[stream] = registry.streams[stream]?.head }
        if keys.registryVersion != registry.version { facts.registry = registry }
        for patient in facts.patients.union(keys.patients) {
            let epoch = consentEpochs[patient] ?? 0
            facts.epochs[patient] = epoch
            guard !isKnown(patient, epoch) else { continue }
            facts.consentStates[patient] = consentState(of: patient)
        }
        return facts
    }

    private func addPatients(_ keys: FactKeys, to facts: inout Facts) {
        for patient in keys.careTeams {
            let ids = referralsByPatient[patient] ?? []
            facts.take(ids.compactMap { referrals[$0] }, of: patient)
        }
        for (patient, last) in keys.waiting(with: facts) {
            let found = (messagesByPatient[patient] ?? [])
                .flatMap { deliveriesByMessage[$0] ?? [] }
                .filter { $0 > last && unsettled.contains($0) }.sorted()
                .prefix(FactKeys.waitingMax)
            facts.waiting[patient] = Array(found)
            for delivery in found.compactMap({ deliveries[$0] }) { add(delivery, to: &facts) }
        }
        for (patient, last) in keys.timelines {
            let found = (messagesByPatient[patient] ?? [])
                .filter { $0 > last && belongsToTimeline($0) }.sorted()
                .prefix(FactKeys.timelineMax)
            facts.timelines[patient] = Array(found)
            for number in found { addMessage(number, to: &facts) }
        }
    }

    private func belongsToTimeline(_ number: MessageNumber) -> Bool {
        guard case .move = messages[number]?.kind else { return false }
        return payloadSources[number] != nil
    }

    private func addKeptBack(by time: Timestamp, to facts: inout Facts) {
        let due = unsettled.compactMap { deliveries[$0] }
            .filter { $0.state.awaitsVerdict && $0.notBefore <= time }
            .sorted { ($0.notBefore, $0.id) < ($1.notBefore, $1.id) }
            .prefix(FactKeys.expiredMax)
        facts.keptBack = due.map(\.id)
        for delivery in due { add(delivery, to: &facts) }
    }

    private func addKeptBack(after last: DeliveryID, to facts: inout Facts) {
        let found = unsettled.filter { $0 > last }.compactMap { deliveries[$0] }
            .filter(\.state.awaitsVerdict).sorted { $0.id < $1.id }
            .prefix(FactKeys.expiredMax)
        facts.allKeptBack = found.map(\.id)
        for delivery in found { add(delivery, to: &facts) }
    }

    private func addLapsed(by time: Timestamp, to facts: inout Facts) {
        let found = unsettled.compactMap { deliveries[$0] }
            .filter { $0.lease.map { $0.until <= time } == true }.sorted { $0.id < $1.id }
            .prefix(FactKeys.expiredMax)
        facts.lapsed = found.map(\.id)
        for delivery in found { add(delivery, to: &facts) }
    }

    private func openReferral(_ key: OpenReferralKey) -> ReferralID? {
        referralsByPatient[key.patient]?.first { id in
            guard let referral = referrals[id] else { return false }
            return referral.isOpen && referral.openKey == key
        }
    }

    private func addQueues(_ keys: FactKeys, to facts: inout Facts) {
        guard !keys.queues.isEmpty else { return }
        var blocked: Set<OrderKey> = []
        var due: [Mailbox: [Delivery]] = [:]
        for delivery in unsettled.sorted().compactMap({ deliveries[$0] }) {
            guard delivery.state.blocksSuccessors else { continue }
            if let thread = delivery.thread {
                let key = OrderKey(mailbox: delivery.mailbox, thread: thread)
                guard blocked.insert(key).inserted else { continue }
            }
            guard delivery.state == .queued, delivery.notBefore <= keys.now,
                keys.now < delivery.expiresAt
            else { continue }
            due[delivery.mailbox, default: []].append(delivery)
        }
        for (mailbox, count) in keys.queues {
            let oldestFirst = (due[mailbox] ?? []).sorted {
                ($0.notBefore, $0.id) < ($1.notBefore, $1.id)
            }
            let wanted = oldestFirst.prefix(max(0, count))
            facts.queues[mailbox] = wanted.map(\.id)
            for delivery in wanted { add(delivery, to: &facts) }
        }
    }

    private func addExpired(by time: Timestamp, to facts: inout Facts) {
        let expired = unsettled.compactMap { deliveries[$0] }.filter { $0.expiresAt <= time }
            .sorted { ($0.expiresAt, $0.id) < ($1.expiresAt, $1.id) }
            .prefix(FactKeys.expiredMax)
        facts.expired = expired.map(\.id)
        for delivery in expired { add(delivery, to: &facts) }
    }

    private func add(_ delivery: Delivery, to facts: inout Facts) {
        facts.deliveries[delivery.id] = delivery
        addMessage(delivery.message, to: &facts)
        if let referral = delivery.thread?.referral { addReferral(referral, to: &facts) }
    }

    private func addMessage(_ number: MessageNumber, to facts: inout Facts) {
        guard let message = messages[number] else { return }
        facts.messages[number] = message
        if let referral = message.thread?.referral { addReferral(referral, to: &facts) }
    }

    private func add(_ thread: ThreadID, to facts: inout Facts) {
        switch thread {
        case .referral(let id): addReferral(id, to: &facts)
        case .directive(let id): facts.consents[id] = consents[id]?.last
        case .override(let id):
            facts.breakGlasses[id] = breakGlassRows[id].map { breakGlasses[$0] }
        }
    }

    private func addReferral(_ id: ReferralID, to facts: inout Facts) {
        facts.referrals[id] = referrals[id]
    }
}

/// Names deliveries that keep their order.
private struct OrderKey: Hashable {
    let mailbox: Mailbox
    let thread: ThreadID
}
