import CareModel
import CareStore
import Testing

extension StoreConformance {
    static let patients: [StoreConformance] = [
        StoreConformance("a care team is made of the referrals of the patient") { bed in
            let patient = Sample.patient(1)
            var referral = Sample.referral(1)
            try bed.commit([
                .putReferral(referral), .putReferral(Sample.referral(2, patient: 2)),
            ])
            for state in ReferralState.allCases {
                referral.state = state
                try bed.commit([.putReferral(referral)])
                #expect(try team(of: patient, bed) == referral.careTeam, "\(state)")
            }
            referral.state = .enteredInError
            try bed.commit([.putReferral(referral)])
            #expect(try bed.load { $0.careTeams = [patient] }.careTeams == [patient: []])
            var other = Referral(
                id: ReferralID(Sample.uuid(3)), patient: patient, initiator: Sample.stranger,
                replyTo: Sample.deskMailbox, recipient: Sample.clinic, to: Sample.clinicMailbox,
                priority: .routine, reason: ReasonCode("advice"), requestedAt: Sample.now)
            other.state = .declined
            try bed.commit([.putReferral(other)])
            #expect(try team(of: patient, bed) == [Sample.stranger])
            let nobody = Sample.patient(9)
            #expect(try bed.load { $0.careTeams = [nobody] }.careTeams.isEmpty)
            try bed.commit([.raiseConsentEpoch(nobody, to: 1)])
            #expect(try bed.load { $0.careTeams = [nobody] }.careTeams.isEmpty)
        },
        StoreConformance("what waits for a patient comes oldest first, with all it needs") { bed in
            let patient = Sample.patient(1)
            let first = try bed.refer(1, state: .withheld)
            let second = try bed.refer(2)
            let third = try bed.send(3, about: first.referral)
            let alone = try bed.send(4, about: nil, state: .held)
            try bed.refer(5, patient: 2)
            try bed.set(second.delivery, .acknowledged)
            try bed.set(third.delivery, .sending)
            let facts = try bed.load { $0.waiting = [patient: DeliveryID(0)] }
            #expect(
                facts.waiting == [
                    patient: [first.delivery.id, third.delivery.id, alone.delivery.id]
                ])
            #expect(Set(facts.deliveries.keys) == Set(facts.waiting[patient] ?? []))
            #expect(facts.deliveries[third.delivery.id]?.state == .sending)
            #expect(
                Set(facts.messages.keys)
                    == [first.message.number, third.message.number, alone.message.number])
            #expect(facts.referrals.keys.map(\.self) == [first.referral?.id])
            let nobody = Sample.patient(9)
            #expect(try bed.load { $0.waiting = [nobody: DeliveryID(0)] }.waiting == [nobody: []])
        },
        StoreConformance("what waits for a patient comes in parts") { bed in
            let patient = Sample.patient(1)
            let first = try bed.refer(1, state: .held)
            for place in 2...(FactKeys.waitingMax + 2) {
                try bed.send(UInt64(place), about: place % 3 == 0 ? nil : first.referral)
            }
            let part = try bed.load { $0.waiting = [patient: DeliveryID(0)] }
            let count = Int64(FactKeys.waitingMax)
            #expect(part.waiting[patient]?.map(\.number) == Array(1...count))
            #expect(part.deliveries.count == FactKeys.waitingMax)
            let rest = try bed.load { $0.waiting = [patient: DeliveryID(count)] }
            #expect(rest.waiting[patient]?.map(\.number) == [count + 1, count + 2])
        },
        StoreConformance("what waits for a directive's patient comes with the directive") { bed in
            let sent = try bed.refer(1, state: .withheld)
            try bed.refer(2, patient: 2)
            let record = ConsentRecord(
                id: ConsentID(Sample.uuid(7)), patient: Sample.patient(1), version: 1,
                message: sent.message.number, recordedBy: Sample.desk,
                organisation: Sample.practice, recordedAt: Sample.now)
            try bed.commit([.putConsent(record)])
            let facts = try bed.load {
                $0.threads = [.directive(record.id), .directive(ConsentID(Sample.uuid(8)))]
            }
            #expect(facts.waiting == [Sample.patient(1): [sent.delivery.id]])
            #expect(facts.deliveries == [sent.delivery.id: sent.delivery])
        },
        StoreConformance("a timeline holds the documents of moves, in parts") { bed in
            let referral = Sample.referral(1)
            try bed.commit([.putReferral(referral)])
            let count = Int64(FactKeys.timelineMax)
            for number in 1...(count + 2) {
                try bed.commit([
                    .insertMessage(
                        Sample.message(number, id: UInt64(number), about: referral),
                        number == 1
                            ? .document(Payload([1])) : .same(MessageNumber(number - 1)))
                ])
            }
            func others(_ number: Int64, _ kind: MessageKind, patient: UInt8) -> Message {
                Sample.message(
                    number, id: UInt64(number), about: nil, patient: patient, kind: kind)
            }
            try bed.commit([
                .insertMessage(others(900, .consentPut, patient: 1), .document(Payload([2]))),
                .insertMessage(others(901, .move(.note), patient: 1), .none),
                .insertMessage(others(902, .move(.note), patient: 2), .document(Payload([3]))),
                .insertMessage(others(903, .breakGlassNotice, patient: 1), .same(MessageNumber(1))),
            ])
            let patient = Sample.patient(1)
            let first = try bed.load { $0.timelines = [patient: MessageNumber(0)] }
            #expect(first.timelines[patient]?.map(\.number) == Array(1...count))
            #expect(first.messages.count == Int(count))
            #expect(first.referrals == [referral.id: referral])
            let rest = try bed.load { $0.timelines = [patient: MessageNumber(count)] }
            #expect(rest.timelines[patient]?.map(\.number) == [count + 1, count + 2])
            let nobody = Sample.patient(9)
            let none = try bed.load { $0.timelines = [nobody: MessageNumber(0)] }
            #expect(none.timelines == [nobody: []])
        },
    ]

    static let epochs: [StoreConformance] = [
        StoreConformance("a consent epoch counts from nothing, one at a time") { bed in
            let patient = Sample.patient(1)
            #expect(try epoch(of: patient, bed) == 0)
            try bed.commit([.raiseConsentEpoch(patient, to: 1)])
            try bed.commit([.raiseConsentEpoch(patient, to: 2)])
            #expect(try epoch(of: patient, bed) == 2)
            #expect(try epoch(of: Sample.patient(2), bed) == 0)
            try bed.restart()
            #expect(try epoch(of: patient, bed) == 2)
        },
        StoreConformance("a consent epoch leaves none out") { bed in
            bed.expectContradiction([.raiseConsentEpoch(Sample.patient(1), to: 2)])
        },
        StoreConformance("a consent epoch is not raised twice to the same") { bed in
            try bed.commit([.raiseConsentEpoch(Sample.patient(1), to: 1)])
            bed.expectContradiction([.raiseConsentEpoch(Sample.patient(1), to: 1)])
        },
        StoreConformance("an epoch raised in a transaction that fails stays as it was") { bed in
            let patient = Sample.patient(1)
            let message = Sample.message(1, id: 1, about: nil)
            bed.expectContradiction([
                .raiseConsentEpoch(patient, to: 1), .putBreakGlass(Sample.glass(1)),
                .insertMessage(message, .none), .insertMessage(message, .none),
            ])
            try bed.restart()
            #expect(try epoch(of: patient, bed) == 0)
            let id = Sample.glass(1).id
            #expect(try bed.load { $0.threads = [.override(id)] }.breakGlasses.isEmpty)
        },
    ]

    private static func epoch(of patient: PatientKey, _ bed: StoreBed) throws -> UInt32? {
        try bed.load { $0.patients = [patient] }.epochs[patient]
    }

    private static func team(
        of patient: PatientKey, _ bed: StoreBed
    ) throws -> Set<OrganisationID>? {
        try bed.load { $0.careTeams = [patient] }.careTeams[patient]
    }

    static let keys: [StoreConformance] = [
        StoreConformance("a new master key has the next version, and all is readable after it") {
            bed in
            var details = MessageDetails()
            details.patient = Sample.identifier(1)
            let message = Sample.message(1, id: 1, about: nil, details: details)
            try bed.commit([.insertMessage(message, .document(Payload([1, 2])))])
            let version = try bed.store.rotateMasterKey(at: Sample.later)
            #expect(try bed.store.rotateMasterKey(at: Sample.later) == version + 1)
            try bed.store.maintain(isIdle: true)
            try bed.restart()
            #expect(try bed.store.payload(of: message.number) == Payload([1, 2]))
            let found = try bed.load { $0.messages = [message.number] }.messages
            #expect(found == [message.number: message])
            #expect(try bed.store.makeReader().status().keysToRewrap == 0)
        }
    ]
}
