import CareModel
import CareStore
import Testing

extension StoreConformance {
    static let deliveries: [StoreConformance] = [
        StoreConformance("a delivery is read back whole, with message and referral") { bed in
            let sent = try bed.refer(1)
            for state in DeliveryState.allCases {
                var delivery = sent.delivery
                delivery.state = state
                delivery.fence = Fence(1 << 40)
                delivery.lease = state.isLeased ? Sample.lease("another", Sample.later) : nil
                delivery.notBefore = Sample.later
                delivery.attempts = 12
                delivery.failures = 10
                delivery.crashes = 2
                delivery.agent = Sample.cardiologist
                delivery.sentAt = Sample.now
                delivery.settledAt = state.isSettled ? Sample.later : nil
                delivery.displayedAt = state == .displayed ? Sample.later : nil
                delivery.code = state == .refused ? "not-mine" : nil
                try bed.commit([.updateDelivery(delivery)])
                let facts = try bed.load { $0.deliveries = [delivery.id, DeliveryID(99)] }
                #expect(facts.deliveries == [delivery.id: delivery])
                #expect(facts.messages == [sent.message.number: sent.message])
                #expect(facts.referrals.count == 1)
            }
        },
        StoreConformance("a replay knows its dead letter") { bed in
            let sent = try bed.refer(1, state: .deadLettered)
            let replay = Delivery(
                id: DeliveryID(2), message: sent.message.number, mailbox: sent.delivery.mailbox,
                thread: sent.delivery.thread, queuedAt: Sample.now, expiresAt: Sample.later,
                replayOf: sent.delivery.id)
            try bed.commit([.insertDelivery(replay)])
            #expect(try bed.load { $0.deliveries = [replay.id] }.deliveries == [replay.id: replay])
        },
        StoreConformance("an unknown delivery cannot be changed") { bed in
            let sent = try bed.refer(1)
            let other = Delivery(
                id: DeliveryID(99), message: sent.message.number, mailbox: sent.delivery.mailbox,
                thread: nil, queuedAt: Sample.now, expiresAt: Sample.later)
            bed.expectContradiction([.updateDelivery(other)])
        },
        StoreConformance("a delivery number cannot be used twice") { bed in
            let sent = try bed.refer(1)
            bed.expectContradiction([.insertDelivery(sent.delivery)])
        },
        StoreConformance("a delivery carries a message") { bed in
            let delivery = Delivery(
                id: DeliveryID(1), message: MessageNumber(99), mailbox: Sample.clinicMailbox,
                thread: nil, queuedAt: Sample.now, expiresAt: Sample.later)
            bed.expectContradiction([.insertDelivery(delivery)])
        },
        StoreConformance("a delivery keeps no order that its thread does not have") { bed in
            let sent = try bed.refer(1)
            let delivery = Delivery(
                id: DeliveryID(2), message: sent.message.number, mailbox: Sample.clinicMailbox,
                thread: .override(BreakGlassID(Sample.uuid(3))), queuedAt: Sample.now,
                expiresAt: Sample.later)
            bed.expectContradiction([.insertDelivery(delivery)])
        },
        StoreConformance("unsettled deliveries expire in order, settled ones never") { bed in
            let late = try bed.refer(1, expiresAt: Sample.now + .seconds(2))
            let early = try bed.refer(2, state: .held, expiresAt: Sample.now + .seconds(1))
            let settled = try bed.refer(3, expiresAt: Sample.now)
            try bed.refer(4, expiresAt: Sample.now + .seconds(3))
            try bed.set(settled.delivery, .acknowledged)
            let facts = try bed.load { $0.expiredBy = Sample.now + .seconds(2) }
            #expect(facts.expired == [early.delivery.id, late.delivery.id])
            #expect(facts.deliveries.count == 2)
            #expect(facts.messages.count == 2)
        },
        StoreConformance("no more expired deliveries come at once than the core takes") { bed in
            for place in 1...(FactKeys.expiredMax + 2) {
                try bed.send(UInt64(place), about: nil, expiresAt: Sample.now)
            }
            #expect(
                try bed.load { $0.expiredBy = Sample.now }.expired.map(\.number)
                    == Array(1...Int64(FactKeys.expiredMax)))
        },
        StoreConformance("what is kept back comes when its next look is due, in order") { bed in
            let late = try bed.refer(1, state: .held)
            let early = try bed.refer(2, state: .withheld)
            let far = try bed.refer(3, state: .held)
            let settled = try bed.refer(4, state: .withheld)
            try bed.refer(5)
            try bed.set(late.delivery, .held, notBefore: Sample.now + .seconds(2))
            try bed.set(early.delivery, .withheld, notBefore: Sample.now + .seconds(1))
            try bed.set(far.delivery, .held, notBefore: Sample.later)
            try bed.set(settled.delivery, .expired)
            let facts = try bed.load { $0.keptBackBy = Sample.now + .seconds(2) }
            #expect(facts.keptBack == [early.delivery.id, late.delivery.id])
            #expect(Set(facts.deliveries.keys) == Set(facts.keptBack))
            #expect(Set(facts.messages.keys) == [early.message.number, late.message.number])
            #expect(facts.referrals.count == 2)
            try bed.set(early.delivery, .queued, notBefore: Sample.now)
            #expect(
                try bed.load { $0.keptBackBy = Sample.later }.keptBack
                    == [late.delivery.id, far.delivery.id])
        },
        StoreConformance("no more that is kept back comes at once than the core takes") { bed in
            for place in 1...(FactKeys.expiredMax + 2) {
                try bed.send(UInt64(place), about: nil, state: .held)
            }
            #expect(
                try bed.load { $0.keptBackBy = Sample.now }.keptBack.map(\.number)
                    == Array(1...Int64(FactKeys.expiredMax)))
        },
    ]

    static let leases: [StoreConformance] = [
        StoreConformance("all that is kept back comes in parts, whenever it is due") { bed in
            let count = FactKeys.expiredMax
            for place in 1...(count + 3) {
                try bed.send(
                    UInt64(place), about: nil, state: place == 2 ? .queued : .held)
            }
            let first = try bed.refer(9_000, state: .withheld)
            try bed.set(first.delivery, .withheld, notBefore: Sample.later)
            let part = try bed.load { $0.keptBackAfter = DeliveryID(0) }
            #expect(
                part.allKeptBack.map(\.number) == [1] + Array(3...(Int64(count) + 1)))
            #expect(part.deliveries.count == count)
            #expect(part.keptBack == [])
            let rest = try bed.load { $0.keptBackAfter = part.allKeptBack.last }
            #expect(rest.allKeptBack.map(\.number) == (2...4).map { Int64(count + $0) })
            #expect(rest.referrals.count == 1)
        },
        StoreConformance("a lease has lapsed when its time has come, whoever kept it") { bed in
            let sent = try (1...5).map { try bed.refer($0).delivery }
            let soon = try lease(sent[0], "another", Sample.now + .seconds(1), bed)
            let late = try lease(sent[1], "test", Sample.now + .seconds(9), bed)
            var extended = try lease(sent[2], "another", Sample.now, bed)
            extended = try lease(extended, "another", Sample.now + .seconds(20), bed)
            let settled = try lease(sent[3], "another", Sample.now, bed)
            try bed.set(settled, .acknowledged)
            try bed.set(sent[4], .sending)
            func expectLapsed(
                _ expected: [Delivery], after count: Int, _ bed: StoreBed
            ) throws {
                let facts = try bed.load { $0.lapsedBy = Sample.now + .seconds(count) }
                #expect(facts.lapsed == expected.map(\.id), "\(count)")
                #expect(expected.allSatisfy { facts.deliveries[$0.id] == $0 })
                #expect(facts.messages.count == expected.count)
                #expect(facts.referrals.count == expected.count)
            }
            try expectLapsed([], after: 0, bed)
            try expectLapsed([soon], after: 1, bed)
            try expectLapsed([soon, late], after: 9, bed)
            try expectLapsed([soon, late, extended], after: 20, bed)
            try bed.restart(as: BrokerID(unchecked: "third"), at: Sample.now + .seconds(2))
            try expectLapsed([late], after: 9, bed)
        },
        StoreConformance("no more lapsed leases come at once than the core takes") { bed in
            for place in 1...(FactKeys.expiredMax + 2) {
                let delivery = try bed.send(UInt64(place), about: nil).delivery
                _ = try lease(delivery, "another", Sample.now, bed)
            }
            #expect(
                try bed.load { $0.lapsedBy = Sample.now }.lapsed.map(\.number)
                    == Array(1...Int64(FactKeys.expiredMax)))
        },
        StoreConformance("a start takes back its own leases, ended ones and nobody's, no others") {
            bed in
            let until = Sample.now + .seconds(10)
            let sent = try (1...4).map { try bed.refer($0).delivery }
            let own = try lease(sent[0], "test", until, bed)
            let ended = try lease(sent[1], "another", Sample.now, bed)
            let nobodys = sent[2]
            try bed.set(nobodys, .delivered)
            let others = try lease(sent[3], "another", until, bed)
            let behind = try bed.send(5, about: Sample.referral(4)).delivery
            try bed.restart(at: Sample.now)
            let taken = [own, ended, nobodys].map(\.id)
            #expect(try bed.queue() == taken.map(\.number))
            let facts = try bed.load { $0.deliveries = Set(taken + [others.id, behind.id]) }
            for id in taken {
                #expect(facts.deliveries[id]?.state == .queued)
                #expect(facts.deliveries[id]?.lease == nil)
            }
            #expect(facts.deliveries[others.id] == others)
            try bed.set(others, .acknowledged)
            #expect(try bed.queue().last == behind.id.number)
        },
        StoreConformance("reconsiderations are there after a restart, until they are done") { bed in
            let patients = (1...3).map { Sample.patient($0) }
            try bed.commit([
                .reconsider(patients[0], after: DeliveryID(0)),
                .reconsider(patients[1], after: DeliveryID(4)),
                .reconsider(patients[2], after: nil),
            ])
            try bed.commit([.reconsider(patients[0], after: DeliveryID(256))])
            try bed.restart()
            #expect(
                bed.state.reconsiderations
                    == [patients[0]: DeliveryID(256), patients[1]: DeliveryID(4)])
            try bed.commit([.reconsider(patients[0], after: nil)])
            try bed.restart()
            #expect(bed.state.reconsiderations == [patients[1]: DeliveryID(4)])
        },
    ]

    /// Writes a delivery as leased to somebody.
    private static func lease(
        _ delivery: Delivery, _ owner: String, _ until: Timestamp, _ bed: StoreBed
    ) throws -> Delivery {
        var delivery = delivery
        delivery.state = .sending
        delivery.lease = Sample.lease(owner, until)
        try bed.commit([.updateDelivery(delivery)])
        return delivery
    }

    static let queues: [StoreConformance] = [
        StoreConformance("a queue holds what is queued and due, of that mailbox only") { bed in
            let first = try bed.refer(1)
            try bed.refer(2, expiresAt: Sample.now)
            let third = try bed.refer(3)
            try bed.send(4, about: nil, to: Sample.deskMailbox)
            try bed.refer(5, state: .held)
            try bed.set(third.delivery, .queued, notBefore: Sample.now + .seconds(1))
            #expect(try bed.queue() == [1])
            #expect(try bed.queue(at: Sample.now + .seconds(1)) == [1, 3])
            #expect(try bed.queue(Sample.deskMailbox) == [4])
            #expect(try bed.queue(.agent(AgentID(unchecked: "nobody"))) == [])
            try bed.set(first.delivery, .sending)
            #expect(try bed.queue() == [])
        },
        StoreConformance("a queue comes with deliveries, messages and referrals") { bed in
            let sent = try bed.refer(1)
            let facts = try bed.load {
                $0.queues = [Sample.clinicMailbox: 1]
                $0.now = Sample.now
            }
            #expect(facts.deliveries == [sent.delivery.id: sent.delivery])
            #expect(facts.messages == [sent.message.number: sent.message])
            #expect(facts.referrals.values.map(\.id) == [sent.referral?.id])
        },
        StoreConformance("a queue gives the earliest due first, and no more than wanted") { bed in
            let first = try bed.refer(1)
            for place in 2...6 { try bed.refer(UInt64(place)) }
            try bed.set(first.delivery, .queued, notBefore: Sample.now + .seconds(1))
            #expect(try bed.queue(limit: 0) == [])
            #expect(try bed.queue(limit: 2) == [2, 3])
            #expect(try bed.queue(at: Sample.now + .seconds(1)) == [2, 3, 4, 5, 6, 1])
        },
        StoreConformance("deliveries of a mailbox and referral keep their order") { bed in
            let first = try bed.refer(1)
            let second = try bed.send(2, about: first.referral)
            try bed.send(3, about: first.referral)
            try bed.send(4, about: first.referral, to: Sample.deskMailbox)
            #expect(try bed.queue() == [1])
            #expect(try bed.queue(Sample.deskMailbox) == [4])
            for state in [DeliveryState.sending, .delivered] {
                try bed.set(first.delivery, state)
                #expect(try bed.queue() == [])
            }
            try bed.set(first.delivery, .queued, notBefore: Sample.now + .seconds(1))
            #expect(try bed.queue() == [])
            try bed.set(first.delivery, .acknowledged)
            #expect(try bed.queue() == [2])
            try bed.set(second.delivery, .deadLettered)
            #expect(try bed.queue() == [3])
        },
        StoreConformance("an expired delivery blocks until it is settled") { bed in
            let first = try bed.refer(1, expiresAt: Sample.now)
            try bed.send(2, about: first.referral)
            #expect(try bed.queue() == [])
            try bed.set(first.delivery, .expired)
            #expect(try bed.queue() == [2])
        },
        StoreConformance("what waits for a verdict blocks nothing") { bed in
            let first = try bed.refer(1, state: .held)
            let second = try bed.send(2, about: first.referral)
            try bed.send(3, about: first.referral)
            #expect(try bed.queue() == [2])
            try bed.set(second.delivery, .withheld)
            #expect(try bed.queue() == [3])
            try bed.set(second.delivery, .queued)
            try bed.set(first.delivery, .queued)
            #expect(try bed.queue() == [1])
            try bed.set(first.delivery, .refused)
            #expect(try bed.queue() == [2])
        },
        StoreConformance("a released delivery goes before later ones, also when they come back") {
            bed in
            let first = try bed.refer(1, state: .held)
            let second = try bed.send(2, about: first.referral)
            try bed.send(3, about: first.referral)
            try bed.set(second.delivery, .sending)
            try bed.set(first.delivery, .queued)
            #expect(try bed.queue() == [1])
            try bed.set(second.delivery, .queued)
            #expect(try bed.queue() == [1])
            try bed.set(first.delivery, .acknowledged)
            #expect(try bed.queue() == [2])
        },
    ]
}
