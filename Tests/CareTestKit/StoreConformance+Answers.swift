import CareModel
import CareStore
import Testing

extension StoreConformance {
    static let consents: [StoreConformance] = [
        StoreConformance("of a directive the newest version counts") { bed in
            let first = directive(1, version: 1, message: 1)
            let second = directive(1, version: 2, message: 2)
            try bed.commit([
                .insertMessage(Sample.message(1, id: 1, about: nil), .document(Payload([1]))),
                .insertMessage(Sample.message(2, id: 2, about: nil), .document(Payload([2]))),
                .putConsent(first), .putConsent(second),
                .raiseConsentEpoch(Sample.patient(1), to: 1),
            ])
            #expect(
                try bed.load { $0.threads = [.directive(first.id)] }.consents == [first.id: second])
            let state = try bed.consentState(of: Sample.patient(1))
            #expect(state.directives.map(\.record) == [second])
            #expect(state.directives.map(\.document) == [Payload([2])])
            let other = try bed.consentState(of: Sample.patient(2))
            #expect(other == ConsentState(epoch: 0))
            let unknown = ConsentID(Sample.uuid(9))
            let versions = try bed.load { $0.consentVersions = [first.id, unknown] }
            #expect(versions.consentVersions == [first.id: [first, second]])
        },
        StoreConformance("a directive that was withdrawn is kept, with the time") { bed in
            var record = directive(1, version: 1, message: 1)
            try bed.commit([
                .insertMessage(Sample.message(1, id: 1, about: nil), .document(Payload([1]))),
                .putConsent(record),
            ])
            record.revokedAt = Sample.later
            try bed.commit([
                .putConsent(record), .raiseConsentEpoch(Sample.patient(1), to: 1),
            ])
            try bed.restart()
            let facts = try bed.load { $0.threads = [.directive(record.id)] }
            #expect(facts.consents == [record.id: record])
            #expect(facts.consentStates == [Sample.patient(1): ConsentState(epoch: 1)])
            #expect(bed.state.lastSeen == Sample.later)
        },
        StoreConformance("directives of a patient come in the order of their ids") { bed in
            for number in [3, 1, 2] as [Int64] {
                try bed.commit([
                    .insertMessage(
                        Sample.message(number, id: UInt64(number), about: nil), .none),
                    .putConsent(directive(UInt64(number), version: 1, message: number)),
                ])
            }
            try bed.commit([.raiseConsentEpoch(Sample.patient(1), to: 1)])
            let found = try bed.consentState(of: Sample.patient(1)).directives
            #expect(found.map(\.record.message.number) == [1, 2, 3])
            #expect(found.allSatisfy { $0.document == Payload([]) })
        },
        StoreConformance("a version of a directive cannot be left out") { bed in
            try bed.commit([.insertMessage(Sample.message(1, id: 1, about: nil), .none)])
            bed.expectContradiction([.putConsent(directive(1, version: 2, message: 1))])
        },
        StoreConformance("an organisation sees the directives it recorded, in pages") { bed in
            for number in 1...3 as ClosedRange<Int64> {
                try bed.commit([
                    .insertMessage(
                        Sample.message(number, id: UInt64(number), about: nil), .none),
                    .putConsent(directive(UInt64(number), version: 1, message: number)),
                ])
            }
            let question = Question.consents(Sample.patient(1))
            let page = try bed.ask(question, as: Sample.atPractice, page: Page(limit: 2))
            #expect(page.consents.map(\.message.number) == [1, 2])
            let rest = Page(limit: 2, cursor: page.cursor)
            let last = try bed.ask(question, as: Sample.atPractice, page: rest)
            #expect(last.consents.map(\.message.number) == [3])
            #expect(last.cursor.isEmpty)
            #expect(try bed.ask(question, as: Sample.atClinic).consents.isEmpty)
        },
    ]

    static let answers: [StoreConformance] = [
        StoreConformance("a worklist holds the referrals of both parties, in pages") { bed in
            for place in 1...5 { try bed.refer(UInt64(place)) }
            for asker in [Sample.atPractice, Sample.atClinic] {
                var cursor = ""
                var pages: [[Referral]] = []
                repeat {
                    let page = Page(limit: 2, cursor: cursor)
                    let answer = try bed.ask(.worklist(.all), as: asker, page: page)
                    pages.append(answer.referrals)
                    cursor = answer.cursor
                } while !cursor.isEmpty
                #expect(pages == [[1, 2], [3, 4], [5]].map { $0.map { Sample.referral($0) } })
            }
            #expect(try bed.ask(.worklist(.all), as: Sample.elsewhere).referrals.isEmpty)
        },
        StoreConformance("an open worklist leaves out what has nothing left to do") { bed in
            var expected: [ReferralState] = []
            for (place, state) in ReferralState.allCases.enumerated() {
                var referral = Sample.referral(UInt64(place))
                try bed.commit([.putReferral(referral)])
                referral.state = state
                try bed.commit([.putReferral(referral)])
                if referral.worklist(at: Sample.now) != nil { expected.append(state) }
            }
            let open = try bed.ask(.worklist(.open), as: Sample.atPractice).referrals
            #expect(open.map(\.state) == expected)
            let all = try bed.ask(.worklist(.all), as: Sample.atPractice).referrals
            #expect(all.map(\.state) == ReferralState.allCases)
        },
        StoreConformance("a declined referral leaves the worklist with its next leg") { bed in
            var referral = Sample.referral(1)
            referral.state = .declined
            try bed.commit([.putReferral(referral)])
            #expect(try bed.ask(.worklist(.open), as: Sample.atPractice).referrals == [referral])
            referral.next = ReferralID(Sample.uuid(2))
            try bed.commit([.putReferral(referral)])
            #expect(try bed.ask(.worklist(.open), as: Sample.atPractice).referrals == [])
        },
        StoreConformance("an inbox holds what waits for its mailboxes or its asker") { bed in
            let waiting = Sample.referral(1)
            var asked = Sample.referral(2)
            var mine = Sample.referral(3)
            asked.state = .infoRequested
            mine.state = .accepted
            mine.assignee = Sample.cardiologist
            try bed.commit([.putReferral(waiting), .putReferral(asked), .putReferral(mine)])
            let team = Question.worklist(.inbox([Sample.clinicMailbox]))
            let own = Question.worklist(.inbox([]))
            #expect(try bed.ask(team, as: Sample.atClinic).referrals == [waiting, mine])
            #expect(try bed.ask(own, as: Sample.atClinic).referrals == [mine])
            #expect(try bed.ask(team, as: Sample.elsewhere).referrals == [])
        },
        StoreConformance("a referral is answered by id and number, with messages and trail") {
            bed in
            let first = try bed.refer(1)
            let second = try bed.send(2, about: first.referral)
            let referral = try #require(first.referral)
            for question in [Question.referral(referral.id), .referralNumber(referral.number)] {
                let answer = try bed.ask(question, as: Sample.atClinic)
                #expect(answer.referrals == [referral])
                #expect(answer.messages == [first.message, second.message])
                #expect(answer.trail.map(\.delivery) == [first.delivery, second.delivery])
                let hidden = try bed.ask(question, as: Sample.elsewhere)
                #expect(hidden == Answer(refusing: .unknownReferral))
            }
            let page = try bed.ask(
                .referral(referral.id), as: Sample.atClinic, page: Page(limit: 1))
            #expect(page.messages == [first.message])
            let rest = try bed.ask(
                .referral(referral.id), as: Sample.atClinic,
                page: Page(limit: 1, cursor: page.cursor))
            #expect(rest.messages == [second.message])
            #expect(rest.cursor.isEmpty)
        },
        StoreConformance("a cursor that the broker never gave is refused") { bed in
            let answer = try bed.ask(
                .worklist(.all), as: Sample.atPractice, page: Page(cursor: "x"))
            #expect(answer.refusal?.code == .invalidField)
        },
        StoreConformance("what the core decides no reader answers") { bed in
            let questions: [Question] = [
                .content(MessageID(Sample.uuid(1))),
                .consentCheck(Sample.patient(1), to: Sample.clinicMailbox),
                .consent(ConsentID(Sample.uuid(1))), .timeline(Sample.patient(1)),
            ]
            for question in questions {
                #expect(throws: StoreError.self) { try bed.ask(question, as: Sample.atPractice) }
            }
        },
    ]

    static let trails: [StoreConformance] = [
        StoreConformance("a trail is for the sender's side and the referral's parties") { bed in
            let sent = try bed.refer(1)
            let entry = TrailEntry(message: sent.message, delivery: sent.delivery)
            let referral = try #require(sent.referral)
            for asker in [Sample.atPractice, Sample.atClinic] {
                #expect(try bed.ask(.messageTrail(sent.message.id), as: asker).trail == [entry])
                #expect(try bed.ask(.referralTrail(referral.id), as: asker).trail == [entry])
            }
            let outside = Sample.elsewhere
            #expect(
                try bed.ask(.messageTrail(sent.message.id), as: outside)
                    == Answer(refusing: .unknownMessage))
            #expect(
                try bed.ask(.referralTrail(referral.id), as: outside)
                    == Answer(refusing: .unknownReferral))
            let alone = try bed.send(2, about: nil)
            #expect(
                try bed.ask(.messageTrail(alone.message.id), as: Sample.atPractice).trail.count == 1
            )
            #expect(
                try bed.ask(.messageTrail(alone.message.id), as: Sample.atClinic)
                    == Answer(refusing: .unknownMessage))
        },
        StoreConformance("a long trail comes in pages") { bed in
            let first = try bed.refer(1)
            for id in 2...5 { try bed.send(UInt64(id), about: first.referral) }
            let question = Question.referralTrail(try #require(first.referral?.id))
            let page = try bed.ask(question, as: Sample.atClinic, page: Page(limit: 3))
            #expect(page.trail.map(\.delivery.id.number) == [1, 2, 3])
            let rest = Page(limit: 3, cursor: page.cursor)
            let last = try bed.ask(question, as: Sample.atClinic, page: rest)
            #expect(last.trail.map(\.delivery.id.number) == [4, 5])
            #expect(last.cursor.isEmpty)
        },
        StoreConformance("dead letters are for those who may, of their own side") { bed in
            let dead = try bed.refer(1, state: .deadLettered)
            try bed.refer(2)
            var roles = Sample.agents[1]
            #expect(
                try bed.ask(.deadLetters, as: Asker(roles)) == Answer(refusing: .notAllowed))
            roles = Agent(
                id: roles.id, organisation: roles.organisation, name: roles.name,
                publicKey: roles.publicKey, roles: [.auditor], services: [])
            let entry = TrailEntry(message: dead.message, delivery: dead.delivery)
            #expect(try bed.ask(.deadLetters, as: Asker(roles)).trail == [entry])
            #expect(try bed.ask(.deadLetters, as: Sample.atPractice).trail == [entry])
            #expect(try bed.ask(.deadLetters, as: Sample.elsewhere).trail == [])
        },
        StoreConformance("the status counts what waits") { bed in
            let first = try bed.refer(1)
            try bed.refer(2, state: .held)
            try bed.refer(3, state: .deadLettered)
            try bed.refer(4, state: .acknowledged)
            try bed.set(first.delivery, .sending)
            let status = try bed.store.makeReader().status()
            #expect(status.messages == 4)
            #expect(status.queued == 1)
            #expect(status.leased == 1)
            #expect(status.deadLetters == 1)
            #expect(status.keptBack == 1)
            #expect(status.keysToRewrap == 0)
            #expect(status.auditEvents == 0)
            #expect(status.oldestQueuedAt != nil || status.queued + status.leased == 0)
            try bed.commit([
                .appendAudit(AuditEvent(.replayed, at: Sample.now, outcome: "done"))
            ])
            #expect(try bed.store.makeReader().status().auditEvents == 1)
        },
        StoreConformance("a reader sees each commit as soon as it is done") { bed in
            let reader = try bed.store.makeReader()
            #expect(try reader.status().messages == 0)
            try bed.refer(1)
            #expect(try reader.status().messages == 1)
            try bed.store.maintain(isIdle: true)
            try bed.refer(2)
            #expect(try reader.status().messages == 2)
        },
    ]

    private static func directive(
        _ id: UInt64, version: UInt32, message: Int64
    ) -> ConsentRecord {
        ConsentRecord(
            id: ConsentID(Sample.uuid(id)), patient: Sample.patient(1), version: version,
            message: MessageNumber(message), recordedBy: Sample.desk,
            organisation: Sample.practice, recordedAt: Sample.now)
    }
}

extension Answer {
    fileprivate init(refusing code: RefusalCode) {
        self.init()
        refusal = Refusal(code)
    }
}
