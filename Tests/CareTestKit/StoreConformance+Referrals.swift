import CareModel
import CareStore
import Testing

extension StoreConformance {
    static let referrals: [StoreConformance] = [
        StoreConformance("a referral is read back whole, first and after moves") { bed in
            var referral = Sample.referral(1)
            try bed.commit([.putReferral(referral)])
            #expect(
                try bed.load { $0.threads = [.referral(referral.id)] }.referrals[referral.id]
                    == referral)
            for state in ReferralState.allCases {
                referral.state = state
                referral.version += 1
                referral.updatedAt = Sample.now + .seconds(Int(referral.version))
                referral.assignee = state == .requested ? nil : Sample.cardiologist
                referral.resumeStates = state == .cancelRequested ? [.seen, .infoRequested] : []
                referral.lastReason = state == .declined ? ReasonCode("capacity") : nil
                referral.appointment = Appointment(start: Sample.now, end: Sample.later)
                referral.dueAt = state == .infoRequested ? Sample.later : nil
                referral.next = state == .redirected ? ReferralID(Sample.uuid(2)) : nil
                try bed.commit([.putReferral(referral)])
                let found = try bed.load { $0.threads = [.referral(referral.id)] }.referrals
                #expect(found == [referral.id: referral])
            }
        },
        StoreConformance("a leg knows the one before it") { bed in
            let leg = Referral(
                id: ReferralID(Sample.uuid(2)), patient: Sample.patient(1),
                initiator: Sample.practice, replyTo: Sample.deskMailbox, recipient: Sample.clinic,
                to: Sample.clinicMailbox, priority: .stat, reason: ReasonCode("advice"),
                requestedAt: Sample.now, previous: ReferralID(Sample.uuid(1)))
            try bed.commit([.putReferral(leg)])
            #expect(try bed.load { $0.threads = [.referral(leg.id)] }.referrals == [leg.id: leg])
        },
        StoreConformance("a number belongs to one referral, which is found by it") { bed in
            let referral = Sample.referral(1)
            try bed.store.commit([.putReferral(referral), .putReferral(Sample.referral(2))])
            let namesake = Sample.namesake(of: referral)
            #expect(namesake.number == referral.number)
            let free = Sample.referral(3).number
            let keys: Set<ReferralNumber> = [referral.number, free]
            #expect(try bed.load { $0.numbers = keys }.numbers == [referral.number: referral.id])
            bed.expectContradiction([.putReferral(namesake)])
            try bed.restart()
            bed.expectContradiction([
                .putReferral(Sample.referral(3)),
                .putReferral(Sample.namesake(of: Sample.referral(3))),
            ])
            try bed.restart()
            #expect(try bed.load { $0.numbers = keys }.numbers == [referral.number: referral.id])
        },
        StoreConformance("a referral comes with its unsettled deliveries") { bed in
            let first = try bed.refer(1)
            let second = try bed.send(2, about: first.referral, state: .held)
            try bed.set(first.delivery, .acknowledged)
            let referral = try #require(first.referral)
            let facts = try bed.load { $0.threads = [.referral(referral.id)] }
            #expect(facts.deliveries == [second.delivery.id: second.delivery])
            #expect(facts.messages == [second.message.number: second.message])
        },
        StoreConformance("a referral comes with its first message if that is wanted") { bed in
            let first = try bed.refer(1)
            try bed.send(2, about: first.referral)
            let id = try #require(first.referral?.id)
            let facts = try bed.load { $0.requests = [id, ReferralID(Sample.uuid(99))] }
            #expect(facts.requests == [id: first.message.number])
            #expect(facts.messages == [first.message.number: first.message])
        },
        StoreConformance("an open referral is found by patient, place and initiator") { bed in
            var referral = Sample.referral(1)
            try bed.commit([.putReferral(referral), .putReferral(Sample.referral(2))])
            let key = OpenReferralKey(
                patient: referral.patient, to: referral.to, initiator: referral.initiator)
            let others = [
                OpenReferralKey(
                    patient: Sample.patient(2), to: key.to, initiator: key.initiator),
                OpenReferralKey(
                    patient: key.patient, to: Sample.deskMailbox, initiator: key.initiator),
                OpenReferralKey(patient: key.patient, to: key.to, initiator: Sample.clinic),
            ]
            let found = try bed.load { $0.openReferrals = Set(others + [key]) }.openReferrals
            #expect(found == [key: referral.id])
            referral.state = .declined
            try bed.commit([.putReferral(referral)])
            let next = try bed.load { $0.openReferrals = [key] }.openReferrals
            #expect(next == [key: Sample.referral(2).id])
            referral.state = .completed
            try bed.commit([.putReferral(referral)])
            let again = try bed.load { $0.openReferrals = [key] }.openReferrals
            #expect(again == [key: referral.id])
        },
    ]
}
