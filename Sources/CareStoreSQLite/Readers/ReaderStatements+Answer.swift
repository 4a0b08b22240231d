import CareModel
import CareStore

extension ReaderStatements {
    func answer(_ question: Question, asker: Asker, page: Page) throws(StoreError) -> Answer {
        switch question {
        case .worklist(let kind): try worklist(kind, asker: asker, page: page)
        case .referral(let id): try referral(id, asker: asker, page: page)
        case .referralNumber(let number): try referral(number, asker: asker, page: page)
        case .messageTrail(let id): try trail(of: id, asker: asker, page: page)
        case .referralTrail(let id): try trail(of: id, asker: asker, page: page)
        case .directory(let text): try directory.directory().entries(matching: text, page: page)
        case .consents(let patient): try consents(of: patient, asker: asker, page: page)
        case .deadLetters: try deadLetters(asker: asker, page: page)
        case .disclosures(let patient): try disclosures(of: patient, page: page)
        case .breakGlasses: try breakGlasses(asker: asker, page: page)
        case .content, .consentCheck, .consent, .timeline: throw .notForReaders
        }
    }

    private func worklist(
        _ kind: WorklistKind, asker: Asker, page: Page
    ) throws(StoreError) -> Answer {
        guard var cursor = page.rowCursor else { return .unknownCursor }
        var found: [(row: Int64, referral: Referral)] = []
        // An inbox may hold rows that the asker may not see: read on until the page is full.
        while found.count <= page.limit {
            let count = page.limit + 1
            let rows = try rows(of: kind, asker, after: cursor, count: count)
            for row in rows {
                guard let referral = try referral(row: row), asker.maySee(referral) else {
                    continue
                }
                found.append((row, referral))
            }
            guard rows.count == count, let last = rows.last else { break }
            cursor = last
        }
        var answer = Answer()
        answer.referrals = found.prefix(page.limit).map(\.referral)
        if found.count > page.limit { answer.cursor = String(found[page.limit - 1].row) }
        return answer
    }

    private func rows(
        of kind: WorklistKind, _ asker: Asker, after cursor: Int64, count: Int
    ) throws(StoreError) -> [Int64] {
        switch kind {
        case .open:
            let organisation = StreamName.organisation(asker.organisation)
            return try rows(openReferrals, organisation, after: cursor, count: count)
        case .all:
            let organisation = StreamName.organisation(asker.organisation)
            return try rows(allReferrals, organisation, after: cursor, count: count)
        case .inbox(let mailboxes):
            let agent = StreamName.mailbox(.agent(asker.agent))
            var found = Set(try rows(assignedRows, agent, after: cursor, count: count))
            for mailbox in Set(mailboxes) {
                found.formUnion(
                    try rows(inboxRows, .mailbox(mailbox), after: cursor, count: count))
            }
            return Array(found.sorted().prefix(count))
        }
    }

    private func rows(
        _ statement: PreparedStatement, _ party: StreamName, after cursor: Int64, count: Int
    ) throws(StoreError) -> [Int64] {
        guard let id = try lookup.rows.names.find(party) else { return [] }
        return try statement.all({
            $0.add(id)
            $0.add(cursor)
            $0.add(Int64(count))
        }) { $0.int() }
    }

    private func referral(row: Int64) throws(StoreError) -> Referral? {
        try referralByRow.first({ $0.add(row) }) { (row) throws(StoreError) in
            _ = row.int()
            return try lookup.rows.referral(&row)
        }
    }

    private func referral(
        _ number: ReferralNumber, asker: Asker, page: Page
    ) throws(StoreError) -> Answer {
        let namesakes = try referralsByNumber.all({ $0.add(number.description) }) {
            (row) throws(StoreError) in
            _ = row.int()
            return try lookup.rows.referral(&row)
        }
        guard let found = namesakes.first(where: asker.maySee) else {
            return Answer(refusal: .unknownReferral)
        }
        return try referral(found.id, asker: asker, page: page)
    }

    private func referral(
        _ id: ReferralID, asker: Asker, page: Page
    ) throws(StoreError) -> Answer {
        guard let cursor = page.rowCursor else { return .unknownCursor }
        guard let referral = try lookup.referral(id), asker.maySee(referral) else {
            return Answer(refusal: .unknownReferral)
        }
        let messages = try messagesOfReferral.all(
            {
                $0.add(id)
                $0.add(cursor)
                $0.add(Int64(page.limit + 1))
            }, lookup.rows.message)
        var answer = Answer()
        answer.referrals = [referral]
        answer.messages = Array(messages.prefix(page.limit))
        for message in answer.messages { answer.trail += try entries(of: message) }
        if messages.count > page.limit, let last = answer.messages.last {
            answer.cursor = String(last.number.number)
        }
        return answer
    }

    private func trail(
        of id: MessageID, asker: Asker, page: Page
    ) throws(StoreError) -> Answer {
        var visible: [TrailEntry] = []
        var isKnown = false
        for message in try messagesOfID.all({ $0.add(id) }, lookup.rows.message)
        where try maySee(message, asker) {
            isKnown = true
            visible += try entries(of: message)
        }
        guard isKnown else { return Answer(refusal: .unknownMessage) }
        guard let cursor = page.rowCursor else { return .unknownCursor }
        let rest = visible.filter { $0.delivery.id.number > cursor }
            .sorted { $0.delivery.id < $1.delivery.id }
        return trail(rest, page: page)
    }

    private func trail(
        of id: ReferralID, asker: Asker, page: Page
    ) throws(StoreError) -> Answer {
        guard let referral = try lookup.referral(id), asker.maySee(referral) else {
            return Answer(refusal: .unknownReferral)
        }
        guard let cursor = page.rowCursor else { return .unknownCursor }
        let deliveries = try deliveriesOfReferral.all(
            {
                $0.add(id)
                $0.add(cursor)
                $0.add(Int64(page.limit + 1))
            }, lookup.rows.delivery)
        return trail(try entries(deliveries), page: page)
    }

    private func deadLetters(asker: Asker, page: Page) throws(StoreError) -> Answer {
        guard asker.maySeeDeadLetters else { return Answer(refusal: .notAllowed) }
        guard var cursor = page.rowCursor else { return .unknownCursor }
        let everybody = try directory.directory()
        var found: [TrailEntry] = []
        while found.count <= page.limit {
            let deliveries = try deadLetters.all(
                {
                    $0.add(cursor)
                    $0.add(Int64(Page.limitMax))
                }, lookup.rows.delivery)
            found += try entries(deliveries).filter { entry in
                entry.message.organisation == asker.organisation
                    || everybody.owner(of: entry.delivery.mailbox) == asker.organisation
            }
            guard deliveries.count == Page.limitMax, let last = deliveries.last else { break }
            cursor = last.id.number
        }
        return trail(found, page: page)
    }

    private func consents(
        of patient: PatientKey, asker: Asker, page: Page
    ) throws(StoreError) -> Answer {
        guard page.cursor.isEmpty || ConsentID(page.cursor) != nil else { return .unknownCursor }
        let own = try lookup.consents(of: patient).filter { record in
            record.organisation == asker.organisation
                && (page.cursor.isEmpty || record.id.description > page.cursor)
        }
        var answer = Answer()
        answer.consents = Array(own.prefix(page.limit))
        if own.count > page.limit { answer.cursor = answer.consents.last?.id.description ?? "" }
        return answer
    }

    private func maySee(_ message: Message, _ asker: Asker) throws(StoreError) -> Bool {
        if message.organisation == asker.organisation {
            return AccessTable.allows(asker.roles, .see, [.own])
        }
        guard let id = message.thread?.referral, let referral = try lookup.referral(id) else {
            return false
        }
        return asker.maySee(referral)
    }

    private func entries(of message: Message) throws(StoreError) -> [TrailEntry] {
        try deliveriesOfMessage.all({ $0.add(message.number.number) }, lookup.rows.delivery)
            .map { TrailEntry(message: message, delivery: $0) }
    }

    private func entries(_ deliveries: [Delivery]) throws(StoreError) -> [TrailEntry] {
        var entries: [TrailEntry] = []
        for delivery in deliveries {
            guard let message = try lookup.message(delivery.message) else { continue }
            entries.append(TrailEntry(message: message, delivery: delivery))
        }
        return entries
    }

    private func trail(_ entries: [TrailEntry], page: Page) -> Answer {
        var answer = Answer()
        answer.trail = Array(entries.prefix(page.limit))
        if entries.count > page.limit, let last = answer.trail.last {
            answer.cursor = String(last.delivery.id.number)
        }
        return answer
    }
}
