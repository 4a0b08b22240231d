import CareModel
import CareStore
import Testing

extension StoreConformance {
    static let messages: [StoreConformance] = [
        StoreConformance("an accepted submission is answered the same for ever") { bed in
            var item = ReceiptItem(message: MessageID(Sample.uuid(1)), outcome: .accepted)
            item.referral = ReferralID(Sample.uuid(7))
            item.state = .requested
            item.version = 1
            item.consent = ConsentID(Sample.uuid(8))
            item.delivery = DeliveryID(5)
            item.statement = "careloop consent receipt 1\n"
            item.breakGlass = BreakGlassID(Sample.uuid(9))
            try expectSameAnswer(item, message: MessageNumber(1), &bed)
        },
        StoreConformance("a refused submission is answered the same for ever") { bed in
            var item = ReceiptItem(message: MessageID(Sample.uuid(1)), outcome: .refused)
            var refusal = Refusal(.illegalMove, "Not now.")
            refusal.retryAfter = .milliseconds(1_500)
            refusal.state = .seen
            refusal.version = 4
            refusal.allowedMoves = [.note, .complete]
            refusal.rule = "rule 3"
            item.refusal = refusal
            try expectSameAnswer(item, message: nil, &bed)
        },
        StoreConformance("the same message id of another sender is another submission") { bed in
            let id = MessageID(Sample.uuid(1))
            let record = SubmissionRecord(
                contentHash: hash(1), item: ReceiptItem(message: id, outcome: .unchanged),
                message: nil)
            let mine = SubmissionKey(sender: Sample.desk, message: id)
            let other = SubmissionKey(sender: Sample.cardiologist, message: id)
            try bed.commit([.recordSubmission(mine, record)])
            #expect(try bed.load { $0.submissions = [mine, other] }.submissions == [mine: record])
            try bed.commit([.recordSubmission(other, record)])
            #expect(try bed.load { $0.submissions = [other] }.submissions == [other: record])
        },
        StoreConformance("a submission cannot be answered twice") { bed in
            let key = SubmissionKey(sender: Sample.desk, message: MessageID(Sample.uuid(1)))
            let record = SubmissionRecord(
                contentHash: hash(1), item: ReceiptItem(message: key.message, outcome: .unchanged),
                message: nil)
            try bed.commit([.recordSubmission(key, record)])
            bed.expectContradiction([.recordSubmission(key, record)])
        },
        StoreConformance("a message is read back whole, with its referral") { bed in
            let referral = Sample.referral(1)
            let message = detailedMessage(about: referral)
            try bed.commit([
                .insertMessage(message, .document(Payload([1, 2, 3]))), .putReferral(referral),
            ])
            let facts = try bed.load { $0.messages = [message.number] }
            #expect(facts.messages == [message.number: message])
            #expect(facts.referrals == [referral.id: referral])
            #expect(try bed.store.payload(of: message.number) == Payload([1, 2, 3]))
        },
        StoreConformance("every kind of message is read back") { bed in
            let moves = ReferralMove.allCases.map(MessageKind.move)
            let kinds =
                moves + [
                    .consentPut, .consentRevoke, .replay, .report, .breakGlass, .breakGlassEnd,
                    .breakGlassReview, .breakGlassNotice,
                ]
            for (index, kind) in kinds.enumerated() {
                let number = MessageNumber(Int64(index) + 1)
                let message = Message(
                    number: number, id: MessageID(Sample.uuid(UInt64(index))), kind: kind,
                    acceptedAt: Sample.now, sender: nil, organisation: nil, thread: nil,
                    patient: nil, state: nil, version: 0, reason: nil, expiresAt: Sample.later)
                try bed.commit([.insertMessage(message, .none)])
                #expect(try bed.load { $0.messages = [number] }.messages[number] == message)
            }
        },
        StoreConformance("messages share a document, and one without has none") { bed in
            let document = Payload(Array(repeating: 7, count: 100_000))
            try bed.commit([
                .insertMessage(Sample.message(1, id: 1, about: nil), .document(document)),
                .insertMessage(Sample.message(2, id: 2, about: nil), .same(MessageNumber(1))),
                .insertMessage(Sample.message(3, id: 3, about: nil), .same(MessageNumber(2))),
                .insertMessage(Sample.message(4, id: 4, about: nil), .none),
                .insertMessage(Sample.message(5, id: 5, about: nil), .document(Payload([]))),
            ])
            #expect(try bed.store.payload(of: MessageNumber(3)) == document)
            #expect(try bed.store.payload(of: MessageNumber(4)) == nil)
            #expect(try bed.store.payload(of: MessageNumber(5)) == Payload([]))
            #expect(try bed.store.payload(of: MessageNumber(6)) == nil)
        },
        StoreConformance("nothing of a patient is kept that names none: a document") { bed in
            bed.expectContradiction([.insertMessage(nobodys(), .document(Payload([1])))])
        },
        StoreConformance("nothing of a patient is kept that names none: an identifier") { bed in
            var details = MessageDetails()
            details.patient = Sample.identifier(1)
            bed.expectContradiction([.insertMessage(nobodys(details), .none)])
        },
        StoreConformance("a document that is not there cannot be shared") { bed in
            bed.expectContradiction([
                .insertMessage(Sample.message(1, id: 1, about: nil), .same(MessageNumber(9)))
            ])
        },
        StoreConformance("messages are found by id, the oldest if two senders chose it") { bed in
            try bed.commit([
                .insertMessage(Sample.message(1, id: 5, about: nil), .none),
                .insertMessage(
                    Sample.message(2, id: 5, about: nil, sender: Sample.cardiologist), .none),
            ])
            let id = MessageID(Sample.uuid(5))
            let facts = try bed.load { $0.messageIDs = [id, MessageID(Sample.uuid(6))] }
            #expect(facts.messageIDs == [id: MessageNumber(1)])
            #expect(facts.messages.keys.map(\.number) == [1])
        },
        StoreConformance("a message number cannot be used twice") { bed in
            try bed.commit([.insertMessage(Sample.message(1, id: 1, about: nil), .none)])
            bed.expectContradiction([.insertMessage(Sample.message(1, id: 2, about: nil), .none)])
        },
        StoreConformance("a sender's message id cannot be used twice") { bed in
            try bed.commit([.insertMessage(Sample.message(1, id: 1, about: nil), .none)])
            bed.expectContradiction([.insertMessage(Sample.message(2, id: 1, about: nil), .none)])
        },
        StoreConformance("a message belongs to no referral that is not stored") { bed in
            let message = Sample.message(1, id: 1, about: Sample.referral(1))
            bed.expectContradiction([.insertMessage(message, .none)])
        },
        StoreConformance("a message is in the thread of the directive that it brings") { bed in
            let id = ConsentID(Sample.uuid(4))
            let message = inThread(.directive(id), .consentPut)
            try bed.commit([
                .insertMessage(message, .none),
                .putConsent(directive(id, version: 1, message: message)),
            ])
            let facts = try bed.load { $0.messages = [message.number] }
            #expect(facts.messages == [message.number: message])
            try bed.restart()
            let later = inThread(.directive(id), .consentPut, number: 2)
            try bed.commit([
                .insertMessage(later, .none),
                .putConsent(directive(id, version: 2, message: later)),
            ])
            let both = try bed.load { $0.messages = [message.number, later.number] }
            #expect(both.messages == [message.number: message, later.number: later])
        },
        StoreConformance("a message is in no thread of a directive that it does not bring") { bed in
            let id = ConsentID(Sample.uuid(4))
            let first = inThread(.directive(id), .consentPut)
            try bed.commit([
                .insertMessage(first, .none),
                .putConsent(directive(id, version: 1, message: first)),
            ])
            bed.expectContradiction([
                .insertMessage(inThread(.directive(id), .consentPut, number: 2), .none)
            ])
        },
        StoreConformance("only what records a directive brings one") { bed in
            let id = ConsentID(Sample.uuid(4))
            let report = inThread(.directive(id), .report)
            bed.expectContradiction([
                .insertMessage(report, .none),
                .putConsent(directive(id, version: 1, message: report)),
            ])
        },
        StoreConformance("a message is in the thread of the override it is about") { bed in
            let id = BreakGlassID(Sample.uuid(78))
            let notice = inThread(.override(id), .breakGlassNotice)
            try bed.commit([.insertMessage(notice, .none)])
            let facts = try bed.load { $0.messages = [notice.number] }
            #expect(facts.messages == [notice.number: notice])
        },
        StoreConformance("of a transaction that fails nothing stays") { bed in
            let message = Sample.message(1, id: 1, about: nil)
            bed.expectContradiction([
                .putReferral(Sample.referral(1)),
                .putStream(Sample.stream(.organisation(Sample.practice))),
                .insertMessage(message, .document(Payload([1]))), .insertMessage(message, .none),
            ])
            try bed.restart()
            #expect(try bed.commit([]).lastMessage == MessageNumber(0))
            #expect(bed.state.registry.streams.isEmpty)
            let facts = try bed.load {
                $0.threads = [.referral(Sample.referral(1).id)]
                $0.messages = [MessageNumber(1)]
            }
            #expect(facts.referrals.isEmpty && facts.messages.isEmpty)
        },
    ]

    private static func nobodys(_ details: MessageDetails = MessageDetails()) -> Message {
        Message(
            number: MessageNumber(1), id: MessageID(Sample.uuid(1)), kind: .report,
            acceptedAt: Sample.now, sender: nil, organisation: nil, thread: nil, patient: nil,
            state: nil, version: 0, reason: nil, expiresAt: Sample.later, details: details)
    }

    private static func inThread(
        _ thread: ThreadID, _ kind: MessageKind, number: Int64 = 1
    ) -> Message {
        Message(
            number: MessageNumber(number), id: MessageID(Sample.uuid(UInt64(number))), kind: kind,
            acceptedAt: Sample.now, sender: nil, organisation: nil, thread: thread,
            patient: Sample.patient(1), state: nil, version: 0, reason: nil,
            expiresAt: Sample.later)
    }

    private static func directive(
        _ id: ConsentID, version: UInt32, message: Message
    ) -> ConsentRecord {
        ConsentRecord(
            id: id, patient: Sample.patient(1), version: version, message: message.number,
            recordedBy: Sample.desk, organisation: Sample.practice, recordedAt: Sample.now)
    }

    private static func hash(_ byte: UInt8) -> [UInt8] { Array(repeating: byte, count: 32) }

    private static func expectSameAnswer(
        _ item: ReceiptItem, message: MessageNumber?, _ bed: inout StoreBed
    ) throws {
        let key = SubmissionKey(sender: Sample.desk, message: item.message)
        let record = SubmissionRecord(contentHash: hash(5), item: item, message: message)
        #expect(try bed.load { $0.submissions = [key] }.submissions.isEmpty)
        var writes: [Write] = [.recordSubmission(key, record)]
        if let message {
            writes.append(
                .insertMessage(Sample.message(message.number, id: 1, about: nil), .none))
        }
        try bed.commit(writes)
        #expect(try bed.load { $0.submissions = [key] }.submissions == [key: record])
        try bed.restart()
        #expect(try bed.load { $0.submissions = [key] }.submissions == [key: record])
    }

    private static func detailedMessage(about referral: Referral) -> Message {
        var details = MessageDetails()
        details.appointment = Appointment(start: Sample.now, end: Sample.later)
        details.dueAt = Sample.later
        details.isBlocking = true
        details.actingAs = .coordinator
        details.onBehalfOf = .recipient
        details.report = DeliveryReport(
            message: MessageID(Sample.uuid(77)), mailbox: Sample.clinicMailbox,
            state: .deadLettered, code: "too-often")
        details.patient = Sample.identifier(1)
        return Message(
            number: MessageNumber(1), id: MessageID(Sample.uuid(9)), kind: .move(.schedule),
            acceptedAt: Sample.now, sender: Sample.desk, organisation: Sample.practice,
            thread: .referral(referral.id), patient: referral.patient, state: .scheduled,
            version: 4_000_000_000,
            reason: ReasonCode("patient-request"), expiresAt: Sample.later, details: details,
            payloadType: "text/plain", payloadHash: hash(6), payloadByteCount: 3)
    }
}
