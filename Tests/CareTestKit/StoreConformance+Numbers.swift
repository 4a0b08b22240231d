import CareModel
import CareStore
import Testing

extension StoreConformance {
    static let numbers: [StoreConformance] = [
        StoreConformance("what a transaction adds is numbered in order, wherever it is named") {
            bed in
            try bed.refer(1)
            let addition = Addition(
                message: { .provisional($0) }, delivery: { .provisional($0) })
            let stored = Addition(
                message: { MessageNumber(1 + $0) }, delivery: { DeliveryID(1 + $0) })
            let numbering = try bed.commit(addition.writes)
            #expect(numbering.lastMessage == MessageNumber(1))
            #expect(numbering.lastDelivery == DeliveryID(1))
            #expect(
                addition.messages.map { numbering.number($0.number) }
                    == [2, 3].map(MessageNumber.init))
            for isRestarted in [false, true] {
                if isRestarted {
                    try bed.restart(as: BrokerID(unchecked: "second"), at: Sample.now)
                }
                try stored.expectStored(bed)
            }
            #expect(bed.state.reconsiderations == [Sample.patient(1): DeliveryID(3)])
        },
        StoreConformance("numbers go on over transactions, restarts, and numbers that were given") {
            bed in
            func add(_ id: UInt64) throws -> [Int64] {
                let message = Sample.message(
                    MessageNumber.provisional(1).number, id: id, about: nil)
                let delivery = Delivery(
                    id: .provisional(1), message: message.number, mailbox: Sample.clinicMailbox,
                    thread: nil, queuedAt: Sample.now, expiresAt: Sample.later)
                let numbering = try bed.commit([
                    .insertMessage(message, .none), .insertDelivery(delivery),
                ])
                return [
                    numbering.number(message.number).number, numbering.number(delivery.id).number,
                ]
            }
            #expect(try add(1) == [1, 1])
            #expect(try add(2) == [2, 2])
            try bed.restart()
            #expect(try add(3) == [3, 3])
            try bed.commit([.insertMessage(Sample.message(10, id: 10, about: nil), .none)])
            #expect(try add(4) == [11, 4])
            #expect(try bed.queue() == [1, 2, 3, 4])
        },
        StoreConformance("events are numbered by their streams") { bed in
            let names = [
                StreamName.organisation(Sample.practice), .mailbox(Sample.clinicMailbox),
            ]
            func events(_ places: [(stream: Int, sequence: UInt64)]) -> [SequencedEvent] {
                places.map { Sample.event(names[$0.stream], $0.sequence) }
            }
            let first = events([(0, 1), (1, 1), (0, 2)])
            let started = try bed.commit(
                names.map { .putStream(Sample.stream($0)) } + first.map(Write.append))
            #expect(started.events == first)
            let second = events([(0, 3), (1, 2)])
            #expect(try bed.commit(second.map(Write.append)).events == second)
            #expect(try bed.commit([.putReferral(Sample.referral(1))]).events == [])
            try bed.restart()
            let third = events([(1, 3)])
            #expect(try bed.commit(third.map(Write.append)).events == third)
            let unknown = StreamName.mailbox(Sample.deskMailbox)
            let heads = try bed.load { $0.heads = Set(names + [unknown]) }.heads
            #expect(heads == [names[0]: 3, names[1]: 3])
        },
    ]

    static let conflicts: [StoreConformance] = [
        StoreConformance("what leaves under a consent that has changed is a conflict") { bed in
            let patient = Sample.patient(1)
            try bed.commit([.raiseConsentEpoch(patient, to: 1)])
            let writes: [Write] = [
                .insertMessage(
                    Sample.message(MessageNumber.provisional(1).number, id: 1, about: nil),
                    .document(Payload([1]))),
                .appendAudit(AuditEvent(.disclosureSent, at: Sample.now, outcome: "permit")),
            ]
            for epochs in [[patient: 0], [patient: 2], [Sample.patient(2): 0, patient: 0]]
                as [[PatientKey: UInt32]]
            {
                let commit = try commit(writes, under: epochs, bed)
                #expect(commit == .conflict)
            }
            let before = try bed.store.makeReader().status()
            #expect(before.messages == 0 && before.auditEvents == 0)
            let commit = try commit(writes, under: [patient: 1, Sample.patient(2): 0], bed)
            guard case .done(let numbering) = commit else {
                Issue.record("what is as it was is a conflict")
                return
            }
            #expect(numbering.lastMessage == MessageNumber(0))
            let after = try bed.store.makeReader().status()
            #expect(after.messages == 1 && after.auditEvents == 1)
            #expect(try bed.store.payload(of: MessageNumber(1)) == Payload([1]))
        },
        StoreConformance("a transaction may raise the consent epoch that it rests on") { bed in
            let patient = Sample.patient(1)
            let raise = Write.raiseConsentEpoch(patient, to: 1)
            let first = try commit([raise], under: [patient: 0], bed)
            #expect(first != .conflict)
            let second = try commit([raise], under: [patient: 0], bed)
            #expect(second == .conflict)
            let state = try bed.consentState(of: patient)
            #expect(state.epoch == 1)
        },
        StoreConformance("nothing to write is done, unless consent has changed") { bed in
            try bed.refer(1)
            let numbering = try bed.commit([])
            #expect(numbering.lastMessage == MessageNumber(1))
            #expect(numbering.events == [])
            let same = try commit([], under: [Sample.patient(1): 0], bed)
            #expect(same == .done(numbering))
            let other = try commit([], under: [Sample.patient(1): 1], bed)
            #expect(other == .conflict)
        },
    ]

    private static func commit(
        _ writes: [Write], under epochs: [PatientKey: UInt32], _ bed: StoreBed
    ) throws -> Commit {
        let facts = try bed.store.load(FactKeys())
        return try bed.store.commit(Transaction(facts: facts, writes: writes, epochs: epochs))
    }
}

/// Is what a step adds, each part of it naming another.
private struct Addition {
    let message: (Int64) -> MessageNumber
    let delivery: (Int64) -> DeliveryID

    private let key = SubmissionKey(sender: Sample.desk, message: MessageID(Sample.uuid(20)))
    private let consent = ConsentID(Sample.uuid(8))
    private let document = Payload([1, 2, 3])

    var messages: [Message] {
        [
            Message(
                number: message(1), id: key.message, kind: .consentPut, acceptedAt: Sample.now,
                sender: key.sender, organisation: Sample.practice, thread: .directive(consent),
                patient: Sample.patient(1), state: nil, version: 0, reason: nil,
                expiresAt: Sample.later),
            Sample.message(message(2).number, id: 21, about: nil, sender: nil),
        ]
    }

    private var deliveries: [Delivery] {
        let first = Delivery(
            id: delivery(1), message: message(2), mailbox: Sample.clinicMailbox, thread: nil,
            queuedAt: Sample.now, expiresAt: Sample.later)
        var second = Delivery(
            id: delivery(2), message: message(1), mailbox: Sample.deskMailbox, thread: nil,
            queuedAt: Sample.now, expiresAt: Sample.later, replayOf: delivery(1))
        second.state = .sending
        second.lease = Sample.lease("another", Sample.later)
        return [first, second]
    }

    private var record: SubmissionRecord {
        var item = ReceiptItem(message: key.message, outcome: .accepted)
        item.delivery = delivery(2)
        return SubmissionRecord(
            contentHash: Array(repeating: 5, count: 32), item: item, message: message(1))
    }

    private var directive: ConsentRecord {
        ConsentRecord(
            id: consent, patient: Sample.patient(1), version: 1, message: message(1),
            recordedBy: Sample.desk, organisation: Sample.practice, recordedAt: Sample.now)
    }

    private var event: AuditEvent {
        var event = AuditEvent(.disclosureSent, at: Sample.now, outcome: "permit")
        event.patient = Sample.patient(1)
        event.message = message(1)
        event.delivery = delivery(2)
        return event
    }

    var writes: [Write] {
        var queued = deliveries[1]
        queued.state = .queued
        return [
            .recordSubmission(key, record), .insertMessage(messages[0], .document(document)),
            .insertMessage(messages[1], .same(message(1))), .insertDelivery(deliveries[0]),
            .insertDelivery(queued), .updateDelivery(deliveries[1]), .putConsent(directive),
            .raiseConsentEpoch(Sample.patient(1), to: 1), .appendAudit(event),
            .reconsider(Sample.patient(1), after: delivery(2)),
        ]
    }

    func expectStored(_ bed: StoreBed) throws {
        let facts = try bed.load {
            $0.submissions = [key]
            $0.messages = Set(messages.map(\.number))
            $0.deliveries = Set(deliveries.map(\.id))
            $0.threads = [.directive(consent)]
        }
        #expect(facts.submissions == [key: record])
        for message in messages { #expect(facts.messages[message.number] == message) }
        for delivery in deliveries { #expect(facts.deliveries[delivery.id] == delivery) }
        #expect(facts.consents == [consent: directive])
        #expect(
            facts.consentStates[Sample.patient(1)]?.directives
                == [ConsentState.Directive(record: directive, document: document)])
        for message in messages {
            #expect(try bed.store.payload(of: message.number) == document)
        }
        let answer = try bed.ask(.disclosures(Sample.patient(1)), as: Sample.atPractice)
        #expect(answer.disclosures.map(\.record.event) == [event])
    }
}
