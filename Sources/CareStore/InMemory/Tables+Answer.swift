import CareModel

extension Tables {
    func answer(_ question: Question, asker: Asker, page: Page) throws(StoreError) -> Answer {
        switch question {
        case .worklist(let kind): worklist(kind, asker: asker, page: page)
        case .referral(let id): referral(id, asker: asker, page: page)
        case .referralNumber(let number): referral(number, asker: asker, page: page)
        case .messageTrail(let id): trail(of: id, asker: asker, page: page)
        case .referralTrail(let id): trail(of: id, asker: asker, page: page)
        case .directory(let text): registry.directory.entries(matching: text, page: page)
        case .consents(let patient): consents(of: patient, asker: asker, page: page)
        case .deadLetters: deadLetters(asker: asker, page: page)
        case .disclosures(let patient): disclosures(of: patient, page: page)
        case .breakGlasses: breakGlasses(asker: asker, page: page)
        case .content, .consentCheck, .consent, .timeline: throw .notForReaders
        }
    }

    private func worklist(_ kind: WorklistKind, asker: Asker, page: Page) -> Answer {
        guard let cursor = page.rowCursor else { return .unknownCursor }
        let rows = referralRows.filter { $0.value > cursor }.sorted { $0.value < $1.value }
        let found = rows.compactMap { referrals[$0.key] }
            .filter { asker.maySee($0) && belongs($0, to: kind, asker) }
        var answer = Answer()
        answer.referrals = Array(found.prefix(page.limit))
        if found.count > page.limit, let last = answer.referrals.last?.id,
            let row = referralRows[last]
        {
            answer.cursor = String(row)
        }
        return answer
    }

    private func belongs(_ referral: Referral, to kind: WorklistKind, _ asker: Asker) -> Bool {
        switch kind {
        case .all: true
        case .open: referral.isOnWorklist
        case .inbox(let mailboxes):
            referral.waitsFor == .recipient
                && (mailboxes.contains(referral.to) || referral.assignee == asker.agent)
        }
    }

    private func referral(_ number: ReferralNumber, asker: Asker, page: Page) -> Answer {
        let found = referralRows.sorted { $0.value < $1.value }.compactMap { referrals[$0.key] }
            .first { $0.number == number && asker.maySee($0) }
        guard let found else { return Answer(refusal: .unknownReferral) }
        return referral(found.id, asker: asker, page: page)
    }

    private func referral(_ id: ReferralID, asker: Asker, page: Page) -> Answer {
        guard let cursor = page.rowCursor else { return .unknownCursor }
        guard let referral = referrals[id], asker.maySee(referral) else {
            return Answer(refusal: .unknownReferral)
        }
        let numbers = (messagesByThread[.referral(id)] ?? []).filter { $0.number > cursor }.sorted()
        var answer = Answer()
        answer.referrals = [referral]
        answer.messages = numbers.prefix(page.limit).compactMap { messages[$0] }
        answer.trail = answer.messages.flatMap { entries(of: $0) }
        if numbers.count > page.limit, let last = answer.messages.last {
            answer.cursor = String(last.number.number)
        }
        return answer
    }

    private func trail(of id: MessageID, asker: Asker, page: Page) -> Answer {
        let visible = (messagesByID[id] ?? []).compactMap { messages[$0] }
            .filter { maySee($0, asker) }
        guard !visible.isEmpty else { return Answer(refusal: .unknownMessage) }
        return trail(visible.flatMap(entries), page: page)
    }

    private func trail(of id: ReferralID, asker: Asker, page: Page) -> Answer {
        guard let referral = referrals[id], asker.maySee(referral) else {
            return Answer(refusal: .unknownReferral)
        }
        let all = (messagesByThread[.referral(id)] ?? []).compactMap { messages[$0] }
        return trail(all.flatMap(entries), page: page)
    }

    private func deadLetters(asker: Asker, page: Page) -> Answer {
        guard asker.maySeeDeadLetters else { return Answer(refusal: .notAllowed) }
        let dead = deliveries.values.filter { $0.state == .deadLettered }.compactMap(entry)
        let own = dead.filter { entry in
            entry.message.organisation == asker.organisation
                || registry.directory.owner(of: entry.delivery.mailbox) == asker.organisation
        }
        return trail(own, page: page)
    }

    private func consents(of patient: PatientKey, asker: Asker, page: Page) -> Answer {
        guard page.cursor.isEmpty || ConsentID(page.cursor) != nil else { return .unknownCursor }
        let own = consents.values.compactMap(\.last)
            .filter { $0.patient == patient && $0.organisation == asker.organisation }
            .sorted { $0.id < $1.id }
            .filter { page.cursor.isEmpty || $0.id.description > page.cursor }
        var answer = Answer()
        answer.consents = Array(own.prefix(page.limit))
        if own.count > page.limit { answer.cursor = answer.consents.last?.id.description ?? "" }
        return answer
    }

    private func maySee(_ message: Message, _ asker: Asker) -> Bool {
        if message.organisation == asker.organisation {
            return AccessTable.allows(asker.roles, .see, [.own])
        }
        guard let referral = message.thread?.referral.flatMap({ referrals[$0] }) else {
            return false
        }
        return asker.maySee(referral)
    }

    private func entries(of message: Message) -> [TrailEntry] {
        (deliveriesByMessage[message.number] ?? []).sorted().compactMap { deliveries[$0] }
            .map { TrailEntry(message: message, delivery: $0) }
    }

    private func entry(_ delivery: Delivery) -> TrailEntry? {
        messages[delivery.message].map { TrailEntry(message: $0, delivery: delivery) }
    }

    private func trail(_ entries: [TrailEntry], page: Page) -> Answer {
        guard let cursor = page.rowCursor else { return .unknownCursor }
        let found = entries.filter { $0.delivery.id.number > cursor }
            .sorted { $0.delivery.id < $1.delivery.id }
        var answer = Answer()
        answer.trail = Array(found.prefix(page.limit))
        if found.count > page.limit, let last = answer.trail.last {
            answer.cursor = String(last.delivery.id.number)
        }
        return answer
    }
}
