import CareModel
import CareStore

extension Lookup {
    /// Reads everything that `keys` name.
    func facts(for keys: FactKeys) throws(StoreError) -> Facts {
        var facts = Facts()
        for key in keys.submissions { facts.submissions[key] = try submission(key) }
        for key in keys.openReferrals { facts.openReferrals[key] = try openReferral(key) }
        for number in keys.numbers { facts.numbers[number] = try referral(of: number) }
        for id in keys.consentVersions {
            let versions = try consentVersions(of: id)
            if !versions.isEmpty { facts.consentVersions[id] = versions }
        }
        for thread in keys.threads { try add(thread, to: &facts) }
        for id in keys.requests {
            try addReferral(id, to: &facts)
            guard let first = try firstMessage(of: id) else { continue }
            facts.requests[id] = first
            try addMessage(first, to: &facts)
        }
        for id in keys.deliveries where facts.deliveries[id] == nil {
            if let delivery = try delivery(id) { try add(delivery, to: &facts) }
        }
        for number in keys.messages { try addMessage(number, to: &facts) }
        for id in keys.messageIDs {
            guard let number = try messageNumber(id) else { continue }
            facts.messageIDs[id] = number
            try addMessage(number, to: &facts)
        }
        for (mailbox, count) in keys.queues {
            let waiting = try queue(of: mailbox, at: keys.now, limit: count)
            facts.queues[mailbox] = waiting.map(\.id)
            for delivery in waiting { try add(delivery, to: &facts) }
        }
        if let time = keys.expiredBy {
            let found = try expired(by: time)
            facts.expired = found.map(\.id)
            for delivery in found { try add(delivery, to: &facts) }
        }
        if let time = keys.keptBackBy {
            let found = try keptBack(by: time)
            facts.keptBack = found.map(\.id)
            for delivery in found { try add(delivery, to: &facts) }
        }
        try addPatients(keys, to: &facts)
        return facts
    }

    private func addPatients(_ keys: FactKeys, to facts: inout Facts) throws(StoreError) {
        for patient in keys.careTeams { facts.take(try referrals(of: patient), of: patient) }
        for patient in keys.waiting.union(facts.consents.values.map(\.patient)) {
            let found = try waiting(for: patient)
            facts.waiting[patient] = found.map(\.id)
            for delivery in found { try add(delivery, to: &facts) }
        }
        for (patient, last) in keys.timelines {
            let found = try timeline(of: patient, after: last)
            facts.timelines[patient] = found.map(\.number)
            for message in found {
                facts.messages[message.number] = message
                if let referral = message.thread?.referral { try addReferral(referral, to: &facts) }
            }
        }
    }

    private func add(_ thread: ThreadID, to facts: inout Facts) throws(StoreError) {
        switch thread {
        case .referral(let id):
            try addReferral(id, to: &facts)
            for delivery in try unsettledDeliveries(of: id) { try add(delivery, to: &facts) }
        case .directive(let id): facts.consents[id] = try consent(id)
        case .override(let id): facts.breakGlasses[id] = try breakGlass(id)
        }
    }

    private func add(_ delivery: Delivery, to facts: inout Facts) throws(StoreError) {
        facts.deliveries[delivery.id] = delivery
        try addMessage(delivery.message, to: &facts)
        if let referral = delivery.thread?.referral { try addReferral(referral, to: &facts) }
    }

    private func addMessage(_ number: MessageNumber, to facts: inout Facts) throws(StoreError) {
        guard facts.messages[number] == nil, let message = try message(number) else { return }
        facts.messages[number] = message
        if let referral = message.thread?.referral { try addReferral(referral, to: &facts) }
    }

    private func addReferral(_ id: ReferralID, to facts: inout Facts) throws(StoreError) {
        guard facts.referrals[id] == nil else { return }
        facts.referrals[id] = try referral(id)
    }
}
