import CareModel
import CareStore
import Testing

extension StoreConformance {
    static let accounting: [StoreConformance] = [
        StoreConformance("the accounting lists disclosures with all that is known, oldest first") {
            bed in
            let sent = try bed.refer(1)
            let event = full(sent)
            var bare = AuditEvent(.accountingRead, at: Sample.later, outcome: "done")
            bare.patient = Sample.patient(1)
            var other = event
            other.patient = Sample.patient(2)
            var nobodys = event
            nobodys.patient = nil
            try bed.commit([event, other, nobodys, bare].map(Write.appendAudit))
            try bed.restart()
            let answer = try bed.ask(.disclosures(Sample.patient(1)), as: Sample.atPractice)
            #expect(
                answer.disclosures == [
                    Disclosure(
                        record: AuditRecord(sequence: 1, event: event), message: sent.message),
                    Disclosure(record: AuditRecord(sequence: 4, event: bare), message: nil),
                ])
            #expect(answer.cursor.isEmpty)
            let unknown = try bed.ask(.disclosures(Sample.patient(9)), as: Sample.atPractice)
            #expect(unknown == Answer())
        },
        StoreConformance("the accounting lists what was disclosed or overridden, nothing else") {
            bed in
            let events = AuditEvent.Kind.allCases.map { kind in
                var event = AuditEvent(kind, at: Sample.now, outcome: "done")
                event.patient = Sample.patient(1)
                return event
            }
            try bed.commit(events.map(Write.appendAudit))
            let answer = try bed.ask(.disclosures(Sample.patient(1)), as: Sample.atPractice)
            let listed: Set<AuditEvent.Kind> = [
                .disclosureSent, .disclosureReceived, .disclosureWithheld, .disclosureRecalled,
                .breakGlassStarted, .breakGlassEnded, .breakGlassReviewed, .consentChecked,
                .accountingRead, .timelineRead,
            ]
            #expect(
                answer.disclosures.map(\.record.event.kind)
                    == AuditEvent.Kind.allCases.filter(listed.contains))
        },
        StoreConformance("the accounting comes in pages") { bed in
            for place in 1...7 {
                var event = AuditEvent(
                    .disclosureSent, at: Sample.now + .seconds(place), outcome: "permit")
                event.patient = Sample.patient(place == 4 ? 2 : 1)
                try bed.commit([.appendAudit(event)])
            }
            var found: [Int64] = []
            var cursor = ""
            repeat {
                let page = try bed.ask(
                    .disclosures(Sample.patient(1)), as: Sample.atPractice,
                    page: Page(limit: 2, cursor: cursor))
                #expect(page.disclosures.count <= 2)
                found += page.disclosures.map(\.record.sequence)
                cursor = page.cursor
            } while !cursor.isEmpty
            #expect(found == [1, 2, 3, 5, 6, 7])
            let bad = try bed.ask(
                .disclosures(Sample.patient(1)), as: Sample.atPractice, page: Page(cursor: "x"))
            #expect(bad.refusal?.code == .invalidField)
        },
    ]

    private static func full(_ sent: Sent) -> AuditEvent {
        var event = AuditEvent(.disclosureSent, at: Sample.now, outcome: "permit")
        event.agent = Sample.desk
        event.organisation = Sample.practice
        event.recipient = Sample.clinicMailbox
        event.message = sent.message.number
        event.delivery = sent.delivery.id
        event.referral = sent.referral?.id
        event.patient = Sample.patient(1)
        event.rule = "directive 7"
        event.purpose = "COC"
        event.epoch = .max
        return event
    }
}
