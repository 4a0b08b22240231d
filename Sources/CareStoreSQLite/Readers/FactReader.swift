import CareModel
import CareStore

/// Reads what the core must know before it can step.
struct FactReader {
    let lookup: Lookup
    let registry: RegistryReader
    let counters: Counters

    /// Reads everything that `keys` name.
    func facts(
        for keys: FactKeys, isKnown: (PatientKey, _ epoch: UInt32) -> Bool
    ) throws(StoreError) -> Facts {
        var facts = Facts()
        for key in keys.submissions { facts.submissions[key] = try lookup.submission(key) }
        for key in keys.openReferrals { facts.openReferrals[key] = try lookup.openReferral(key) }
        for number in keys.numbers { facts.numbers[number] = try lookup.referral(of: number) }
        for id in keys.consentVersions {
            let versions = try lookup.consentVersions(of: id)
            if !versions.isEmpty { facts.consentVersions[id] = versions }
        }
        for thread in keys.threads { try add(thread, to: &facts) }
        for id in keys.requests {
            try addReferral(id, to: &facts)
            guard let first = try lookup.firstMessage(of: id) else { continue }
            facts.requests[id] = first
            try addMessage(first, to: &facts)
        }
        for id in keys.deliveries where facts.deliveries[id] == nil {
            if let delivery = try lookup.delivery(id) { try add(delivery, to: &facts) }
        }
        for number in keys.messages { try addMessage(number, to: &facts) }
        for id in keys.messageIDs {
            guard let number = try lookup.messageNumber(id) else { continue }
            facts.messageIDs[id] = number
            try addMessage(number, to: &facts)
        }
        try addDue(keys, to: &facts)
        try addOverrides(keys, to: &facts)
        try addPatients(keys, to: &facts)
        for stream in keys.heads { facts.heads[stream] = counters.head(of: stream) }
        if keys.registryVersion != counters.registryVersion {
            var registry = try registry.registry()
            registry.version = counters.registryVersion
            facts.registry = registry
        }
        try addConsent(for: keys.patients, to: &facts, isKnown: isKnown)
        return facts
    }

    /// Adds the deliveries whose time has come.
    private func addDue(_ keys: FactKeys, to facts: inout Facts) throws(StoreError) {
        for (mailbox, count) in keys.queues {
            let waiting = try lookup.queue(of: mailbox, at: keys.now, limit: count)
            facts.queues[mailbox] = try add(waiting, to: &facts)
        }
        if let time = keys.expiredBy {
            facts.expired = try add(try lookup.expired(by: time), to: &facts)
        }
        if let time = keys.keptBackBy {
            facts.keptBack = try add(try lookup.keptBack(by: time), to: &facts)
        }
        if let last = keys.keptBackAfter {
            facts.allKeptBack = try add(try lookup.keptBack(after: last), to: &facts)
        }
        guard let time = keys.lapsedBy else { return }
        for id in counters.lapsed(by: time) {
            guard let delivery = try lookup.delivery(id) else {
                preconditionFailure("a lease is of a delivery that was written")
            }
            facts.lapsed += try add([delivery], to: &facts)
        }
    }

    private func addOverrides(_ keys: FactKeys, to facts: inout Facts) throws(StoreError) {
        if let time = keys.overridesDueBy {
            for glass in try lookup.overrides(dueBy: time) { facts.breakGlasses[glass.id] = glass }
        }
        for agent in keys.overridesOf {
            for glass in try lookup.overrides(of: agent) { facts.breakGlasses[glass.id] = glass }
        }
    }

    private func addPatients(_ keys: FactKeys, to facts: inout Facts) throws(StoreError) {
        for patient in keys.careTeams {
            facts.take(try lookup.referrals(of: patient), of: patient)
        }
        for (patient, last) in keys.waiting(with: facts) {
            let found = try lookup.waiting(for: patient, after: last)
            facts.waiting[patient] = try add(found, to: &facts)
        }
        for (patient, last) in keys.timelines {
            let found = try lookup.timeline(of: patient, after: last)
            facts.timelines[patient] = found.map(\.number)
            for message in found {
                facts.messages[message.number] = message
                if let referral = message.thread?.referral { try addReferral(referral, to: &facts) }
            }
        }
    }

    /// Adds how often consent has changed for everybody whom the facts are about, and what they
    /// permit where the asker does not know it.
    private func addConsent(
        for patients: Set<PatientKey>, to facts: inout Facts,
        isKnown: (PatientKey, _ epoch: UInt32) -> Bool
    ) throws(StoreError) {
        var everybody = patients
        everybody.formUnion(facts.patients)
        for patient in everybody {
            let epoch = try lookup.consentEpoch(of: patient)
            facts.epochs[patient] = epoch
            guard !isKnown(patient, epoch) else { continue }
            facts.consentStates[patient] = try consentState(of: patient, epoch)
        }
    }

    /// Every directive and override raises the epoch: without one there is nothing to read.
    private func consentState(
        of patient: PatientKey, _ epoch: UInt32
    ) throws(StoreError) -> ConsentState {
        guard epoch > 0 else { return ConsentState(epoch: 0) }
        var directives: [ConsentState.Directive] = []
        for record in try lookup.consents(of: patient) where record.revokedAt == nil {
            directives.append(
                ConsentState.Directive(record: record, document: try document(of: record)))
        }
        return ConsentState(
            epoch: epoch, directives: directives, overrides: try lookup.overrides(of: patient))
    }

    /// A document that was erased or is damaged comes as an empty one, which nobody can take for a
    /// permission; whoever else needs the patient's records goes on.
    private func document(of record: ConsentRecord) throws(StoreError) -> Payload {
        do throws(StoreError) {
            return try lookup.payload(of: record.message) ?? Payload([])
        } catch {
            guard error.code == .corrupt else { throw error }
            return Payload([])
        }
    }

    private func add(_ thread: ThreadID, to facts: inout Facts) throws(StoreError) {
        switch thread {
        case .referral(let id):
            try addReferral(id, to: &facts)
            _ = try add(try lookup.unsettledDeliveries(of: id), to: &facts)
        case .directive(let id): facts.consents[id] = try lookup.consent(id)
        case .override(let id): facts.breakGlasses[id] = try lookup.breakGlass(id)
        }
    }

    private func add(
        _ deliveries: [Delivery], to facts: inout Facts
    ) throws(StoreError) -> [DeliveryID] {
        for delivery in deliveries { try add(delivery, to: &facts) }
        return deliveries.map(\.id)
    }

    private func add(_ delivery: Delivery, to facts: inout Facts) throws(StoreError) {
        facts.deliveries[delivery.id] = delivery
        try addMessage(delivery.message, to: &facts)
        if let referral = delivery.thread?.referral { try addReferral(referral, to: &facts) }
    }

    private func addMessage(_ number: MessageNumber, to facts: inout Facts) throws(StoreError) {
        guard facts.messages[number] == nil, let message = try lookup.message(number) else {
            return
        }
        facts.messages[number] = message
        if let referral = message.thread?.referral { try addReferral(referral, to: &facts) }
    }

    private func addReferral(_ id: ReferralID, to facts: inout Facts) throws(StoreError) {
        guard facts.referrals[id] == nil else { return }
        facts.referrals[id] = try lookup.referral(id)
    }
}
