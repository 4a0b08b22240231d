import CareModel
import CareStore
import Testing

extension StoreConformance {
    static let breakGlasses: [StoreConformance] = [
        StoreConformance("an override is read back whole, first and after its end and review") {
            bed in
            var glass = Sample.glass(1, custodians: [Sample.practice, Sample.stranger])
            try bed.commit([.putBreakGlass(glass)])
            #expect(try found(glass.id, bed) == [glass.id: glass])
            glass.endedAt = Sample.now + .seconds(60)
            try bed.commit([.putBreakGlass(glass)])
            #expect(try found(glass.id, bed) == [glass.id: glass])
            for finding in BreakGlass.Finding.allCases {
                glass.review = BreakGlass.Review(
                    reviewer: Sample.desk, organisation: Sample.practice,
                    at: Sample.now + .seconds(90), finding: finding)
                try bed.commit([.putBreakGlass(glass)])
                #expect(try found(glass.id, bed) == [glass.id: glass])
            }
            try bed.restart()
            #expect(try found(glass.id, bed) == [glass.id: glass])
            #expect(bed.state.lastSeen == Sample.now + .seconds(90))
        },
        StoreConformance("overrides that have not ended come when their time is over, and by agent")
        { bed in
            var ended = Sample.glass(1)
            ended.endedAt = Sample.now
            var reviewed = Sample.glass(2, patient: 2)
            reviewed.review = review(.justified)
            let open = Sample.glass(3, patient: 3, agent: Sample.desk)
            let later = Sample.glass(4, patient: 3, at: Sample.later)
            try bed.commit([ended, reviewed, open, later].map(Write.putBreakGlass))
            for isRestarted in [false, true] {
                if isRestarted { try bed.restart() }
                for (time, expected) in [
                    (open.endsAt + .milliseconds(-1), []), (open.endsAt, [reviewed, open]),
                    (later.endsAt, [reviewed, open, later]),
                ] {
                    let due = try bed.load { $0.overridesDueBy = time }.breakGlasses
                    #expect(Set(due.keys) == Set(expected.map(\.id)))
                }
                let facts = try bed.load {
                    $0.overridesOf = [Sample.cardiologist, Sample.outsider]
                }
                #expect(facts.breakGlasses == [reviewed.id: reviewed, later.id: later])
                #expect(Set(facts.epochs.keys) == [reviewed.patient, later.patient])
            }
        },
        StoreConformance("overrides are for those who may judge them, open ones first") { bed in
            var glasses = (1...6).map { Sample.glass($0, patient: UInt8($0)) }
            glasses[1].review = review(.justified)
            glasses[4].review = review(.unjustified)
            let others = Sample.glass(
                7, agent: Sample.outsider, organisation: Sample.stranger, custodians: [])
            let own = Sample.glass(
                8, agent: Sample.desk, organisation: Sample.practice, custodians: [])
            try bed.commit((glasses + [others, own]).map(Write.putBreakGlass))
            let expected = [5, 3, 2, 0, 4, 1].map { glasses[$0] }
            let answer = try bed.ask(.breakGlasses, as: Sample.atPractice)
            #expect(answer.breakGlasses == expected)
            #expect(answer.cursor.isEmpty)
            #expect(try bed.ask(.breakGlasses, as: Sample.elsewhere).breakGlasses == [])
            let refused = try bed.ask(.breakGlasses, as: Sample.atClinic)
            #expect(refused.refusal?.code == .notAllowed)
            for limit in 1...4 {
                var found: [BreakGlass] = []
                var cursor = ""
                repeat {
                    let page = try bed.ask(
                        .breakGlasses, as: Sample.atPractice,
                        page: Page(limit: limit, cursor: cursor))
                    #expect(page.breakGlasses.count <= limit)
                    found += page.breakGlasses
                    cursor = page.cursor
                } while !cursor.isEmpty
                #expect(found == expected, "\(limit) at a time")
            }
        },
        StoreConformance("a review between two pages hides no override") { bed in
            var glasses = (1...4).map { Sample.glass($0, patient: UInt8($0)) }
            try bed.commit(glasses.map(Write.putBreakGlass))
            let page = try bed.ask(.breakGlasses, as: Sample.atPractice, page: Page(limit: 2))
            #expect(page.breakGlasses.map(\.id) == [glasses[3].id, glasses[2].id])
            glasses[2].review = review(.justified)
            try bed.commit([.putBreakGlass(glasses[2])])
            let rest = try bed.ask(
                .breakGlasses, as: Sample.atPractice, page: Page(limit: 2, cursor: page.cursor))
            #expect(rest.breakGlasses.map(\.id) == [glasses[1].id, glasses[0].id])
        },
        StoreConformance("a cursor that no list of overrides gave is refused") { bed in
            for cursor in ["x1", "u", "u0", "r-1", "5"] {
                let answer = try bed.ask(
                    .breakGlasses, as: Sample.atPractice, page: Page(cursor: cursor))
                #expect(answer.refusal?.code == .invalidField, "\(cursor)")
            }
        },
    ]

    static let erasure: [StoreConformance] = [
        StoreConformance("what is known of a shredded patient is erased, the record stays") { bed in
            var details = MessageDetails()
            details.patient = Sample.identifier(1)
            details.isBlocking = true
            let message = Sample.message(1, id: 1, about: nil, payload: [1], details: details)
            let shared = Sample.message(2, id: 2, about: nil, payload: [1])
            let other = Sample.message(3, id: 3, about: nil, patient: 2)
            let glass = Sample.glass(1)
            try bed.commit([
                .insertMessage(message, .document(Payload([1]))),
                .insertMessage(shared, .same(message.number)),
                .insertMessage(other, .document(Payload([3]))), .putBreakGlass(glass),
                .putConsent(directive(message.number)),
                .raiseConsentEpoch(Sample.patient(1), to: 1),
            ])
            try bed.commit([.shred(Sample.patient(1), at: Sample.now)])
            for isRestarted in [false, true] {
                if isRestarted { try bed.restart() }
                #expect(try bed.store.payload(of: message.number) == nil)
                #expect(try bed.store.payload(of: shared.number) == nil)
                #expect(try bed.store.payload(of: other.number) == Payload([3]))
                let facts = try bed.load {
                    $0.messages = [message.number, shared.number]
                    $0.threads = [.override(glass.id)]
                }
                for number in [message.number, shared.number] {
                    let kept = try #require(facts.messages[number])
                    #expect(kept.details.patient == nil)
                    #expect(kept.payloadHash == nil)
                    #expect(kept.payloadType == message.payloadType)
                    #expect(kept.isErased)
                }
                let kept = try #require(facts.messages[message.number])
                #expect(kept.details.isBlocking)
                #expect(kept.patient == message.patient)
                let override = try #require(facts.breakGlasses[glass.id])
                #expect(override.reason.isEmpty)
                #expect(override.patientIdentifier != glass.patientIdentifier)
                #expect(override.agent == glass.agent)
                #expect(
                    try bed.consentState(of: Sample.patient(1))
                        == ConsentState(epoch: 1, overrides: [override]))
            }
        },
        StoreConformance("a shredded patient's later messages are kept, earlier ones stay erased") {
            bed in
            let patient = Sample.patient(1)
            for number in 1...3 as ClosedRange<Int64> {
                var details = MessageDetails()
                details.patient = Sample.identifier(1)
                let message = Sample.message(
                    number, id: UInt64(number), about: nil, details: details)
                try bed.commit([
                    .insertMessage(message, .document(Payload([UInt8(number)]))),
                    .putBreakGlass(Sample.glass(UInt64(number))),
                ])
                if number < 3 { try bed.commit([.shred(patient, at: Sample.now)]) }
            }
            try bed.restart()
            let numbers = (1...3).map { MessageNumber($0) }
            #expect(
                try numbers.map { try bed.store.payload(of: $0) } == [nil, nil, Payload([3])])
            let found = try bed.load { $0.messages = Set(numbers) }.messages
            #expect(
                numbers.map { found[$0]?.details.patient } == [nil, nil, Sample.identifier(1)])
            try bed.commit([.raiseConsentEpoch(patient, to: 1)])
            #expect(
                try bed.consentState(of: patient).overrides.map(\.reason)
                    == ["", "", Sample.glass(3).reason])
        },
        StoreConformance("a patient nobody knows, and one shredded before, can be shredded") {
            bed in
            try bed.commit([.shred(Sample.patient(9), at: Sample.now)])
            try bed.commit([
                .insertMessage(Sample.message(1, id: 1, about: nil), .document(Payload([1])))
            ])
            try bed.commit(
                [1, 2].map { .shred(Sample.patient(1), at: Sample.now + .seconds($0)) })
            try bed.restart()
            #expect(try bed.store.payload(of: MessageNumber(1)) == nil)
        },
        StoreConformance("a shredded patient's directives end, and whoever comes back makes others")
        {
            bed in
            let patient = Sample.patient(1)
            let withdrawnAt = Sample.now + .seconds(1)
            let shreddedAt = Sample.now + .seconds(5)
            func record(
                _ id: UInt64, version: UInt32 = 1, patient number: UInt8 = 1,
                revokedAt: Timestamp? = nil
            ) -> ConsentRecord {
                ConsentRecord(
                    id: ConsentID(Sample.uuid(id)), patient: Sample.patient(number),
                    version: version, message: MessageNumber(1), recordedBy: Sample.desk,
                    organisation: Sample.practice, recordedAt: Sample.now, revokedAt: revokedAt)
            }
            let first = Sample.message(1, id: 1, about: nil)
            try bed.commit([.insertMessage(first, .document(Payload([1])))])
            try bed.commit(
                [
                    record(1), record(1, version: 2), record(2, revokedAt: withdrawnAt),
                    record(3, patient: 2),
                ].map(Write.putConsent))
            try bed.commit([
                .shred(patient, at: shreddedAt), .putConsent(record(4)),
                .raiseConsentEpoch(patient, to: 1),
            ])
            for isRestarted in [false, true] {
                if isRestarted { try bed.restart() }
                let ids = (1...4).map { ConsentID(Sample.uuid($0)) }
                let facts = try bed.load {
                    $0.threads = Set(ids.map { .directive($0) })
                    $0.consentVersions = [ids[0]]
                }
                #expect(
                    ids.map { facts.consents[$0]?.revokedAt }
                        == [shreddedAt, withdrawnAt, nil, nil])
                #expect(facts.consentVersions[ids[0]]?.map(\.revokedAt) == [nil, shreddedAt])
                // Its document was erased with the others'.
                #expect(
                    try bed.consentState(of: patient).directives
                        == [ConsentState.Directive(record: record(4), document: Payload([]))])
            }
            #expect(bed.state.lastSeen == shreddedAt)
        },
        StoreConformance("a document that was erased can be shared, and stays erased") { bed in
            try bed.commit([
                .insertMessage(Sample.message(1, id: 1, about: nil), .document(Payload([1])))
            ])
            try bed.commit([
                .shred(Sample.patient(1), at: Sample.now),
                .insertMessage(Sample.message(2, id: 2, about: nil), .same(MessageNumber(1))),
            ])
            #expect(try bed.store.payload(of: MessageNumber(2)) == nil)
        },
    ]

    private static func found(
        _ id: BreakGlassID, _ bed: StoreBed
    ) throws -> [BreakGlassID: BreakGlass] {
        try bed.load { $0.threads = [.override(id), .override(BreakGlassID(Sample.uuid(9)))] }
            .breakGlasses
    }

    private static func review(_ finding: BreakGlass.Finding) -> BreakGlass.Review {
        BreakGlass.Review(
            reviewer: Sample.outsider, organisation: Sample.stranger, at: Sample.now,
            finding: finding)
    }

    private static func directive(_ message: MessageNumber) -> ConsentRecord {
        ConsentRecord(
            id: ConsentID(Sample.uuid(1)), patient: Sample.patient(1), version: 1,
            message: message, recordedBy: Sample.desk, organisation: Sample.practice,
            recordedAt: Sample.now)
    }
}
