import CareModel
import CareStore
import Testing

extension StoreConformance {
    static let restarts: [StoreConformance] = [
        StoreConformance("a lease does not survive, its fence and counts do") { bed in
            let first = try bed.refer(1)
            try bed.send(2, about: first.referral)
            var leased = first.delivery
            leased.state = .delivered
            leased.fence = Fence(3)
            leased.attempts = 3
            leased.failures = 2
            leased.crashes = 1
            leased.agent = Sample.cardiologist
            leased.sentAt = Sample.now
            try bed.commit([.updateDelivery(leased)])
            try bed.restart()
            leased.state = .queued
            #expect(try bed.load { $0.deliveries = [leased.id] }.deliveries == [leased.id: leased])
            #expect(try bed.queue() == [1])
        },
        StoreConformance("a restart finds the last numbers and the newest time") { bed in
            #expect(bed.state == BrokerState())
            try bed.refer(1)
            try bed.refer(2)
            var event = AuditEvent(.replayed, at: Sample.now + .seconds(5), outcome: "done")
            event.patient = Sample.patient(9)
            try bed.commit([.appendAudit(event)])
            try bed.restart()
            let numbering = try bed.commit([])
            #expect(numbering.lastMessage == MessageNumber(2))
            #expect(numbering.lastDelivery == DeliveryID(2))
            #expect(bed.state.lastSeen == Sample.now + .seconds(5))
        },
        StoreConformance("the clock never runs behind any write that names a time") { bed in
            let sent = try bed.refer(1)
            var settled = sent.delivery
            settled.state = .displayed
            settled.settledAt = Sample.now + .seconds(20)
            settled.displayedAt = Sample.now + .seconds(30)
            try bed.commit([.updateDelivery(settled)])
            try bed.restart()
            #expect(bed.state.lastSeen == Sample.now + .seconds(30))
            var referral = Sample.referral(1)
            referral.updatedAt = Sample.now + .seconds(40)
            referral.dueAt = Sample.later
            try bed.commit([.putReferral(referral)])
            try bed.restart()
            #expect(bed.state.lastSeen == Sample.now + .seconds(40))
        },
    ]

    static let streams: [StoreConformance] = [
        StoreConformance("a stream's events are read back in order") { bed in
            let name = StreamName.organisation(Sample.practice)
            let bare = SequencedEvent(
                stream: name, sequence: 3,
                event: Event(kind: .arrival, at: Sample.now, subject: nil))
            let events = [Sample.event(name, 1), Sample.event(name, 2), bare]
            try bed.commit([.putStream(Sample.stream(name))] + events.map(Write.append))
            let reader = try bed.store.makeReader()
            #expect(try reader.events(of: name, from: 1, to: .max, limit: 10) == events)
            #expect(try reader.events(of: name, from: 2, to: 2, limit: 10) == [events[1]])
            #expect(try reader.events(of: name, from: 1, to: 3, limit: 2) == Array(events[..<2]))
            #expect(try reader.events(of: name, from: 4, to: 9, limit: 2) == [])
            let other = StreamName.mailbox(Sample.deskMailbox)
            #expect(try reader.events(of: other, from: 1, to: 9, limit: 2) == [])
        },
        StoreConformance("a restart finds every stream at its head") { bed in
            let names = [StreamName.organisation(Sample.practice), .mailbox(Sample.clinicMailbox)]
            try bed.commit(names.map { .putStream(Sample.stream($0)) })
            for sequence in 1...3 as ClosedRange<UInt64> {
                try bed.commit([.append(Sample.event(names[0], sequence))])
            }
            try bed.restart()
            #expect(bed.state.registry.streams[names[0]] == Sample.stream(names[0], head: 3))
            #expect(bed.state.registry.streams[names[1]] == Sample.stream(names[1], head: 0))
            try bed.commit([.append(Sample.event(names[0], 4))])
        },
        StoreConformance("an event needs its stream") { bed in
            let name = StreamName.organisation(Sample.practice)
            bed.expectContradiction([.append(Sample.event(name, 1))])
        },
        StoreConformance("a stream is added once") { bed in
            let stream = Sample.stream(.mailbox(Sample.deskMailbox))
            try bed.commit([.putStream(stream)])
            bed.expectContradiction([.putStream(stream)])
        },
        StoreConformance("a renewed stream has other keys and goes on where it was") { bed in
            let name = StreamName.organisation(Sample.practice)
            try bed.commit([
                .putStream(Sample.stream(name)), .append(Sample.event(name, 1)),
            ])
            let renewed = Stream(
                name: name, token: Array(repeating: 5, count: 16),
                key: Array(repeating: 6, count: 32), epoch: 1, head: 1)
            try bed.commit([.renewStream(renewed), .append(Sample.event(name, 2))])
            try bed.restart()
            var expected = renewed
            expected.head = 2
            #expect(bed.state.registry.streams == [name: expected])
        },
        StoreConformance("only a stream that is there can be renewed") { bed in
            bed.expectContradiction([.renewStream(Sample.stream(.mailbox(Sample.deskMailbox)))])
        },
    ]

    static let registry: [StoreConformance] = [
        StoreConformance("the registry comes to who knows another version, and to nobody else") {
            bed in
            let name = StreamName.organisation(Sample.practice)
            let first = try #require(try registry(bed, known: 0))
            #expect(first.directory.agents.count == Sample.agents.count)
            #expect(try registry(bed, known: first.version) == nil)
            let numbering = try bed.commit([.putStream(Sample.stream(name))])
            #expect(numbering.registryVersion > first.version)
            let second = try #require(try registry(bed, known: first.version))
            #expect(second.version == numbering.registryVersion)
            #expect(second.streams == [name: Sample.stream(name)])
            let unchanged = try bed.commit([
                .append(Sample.event(name, 1)), .putReferral(Sample.referral(1)),
            ])
            #expect(unchanged.registryVersion == second.version)
            #expect(try registry(bed, known: second.version) == nil)
            #expect(try registry(bed, known: 0)?.streams == [name: Sample.stream(name, head: 1)])
        },
        StoreConformance("every change of the registry is counted, and a restart begins with it") {
            bed in
            let stream = Sample.stream(.organisation(Sample.clinic))
            let changes: [Write] =
                [.putStream(stream), .renewStream(stream)] + Sample.enrolment.suffix(4)
            var version = try bed.commit([]).registryVersion
            for change in changes {
                let next = try bed.commit([change]).registryVersion
                #expect(next > version, "\(change)")
                version = next
            }
            try bed.restart()
            #expect(try registry(bed, known: bed.state.registry.version) == nil)
            #expect(try registry(bed, known: 0) == bed.state.registry)
        },
    ]

    private static func registry(_ bed: StoreBed, known version: UInt64) throws -> Registry? {
        try bed.load { $0.registryVersion = version }.registry
    }

    static let directory: [StoreConformance] = [
        StoreConformance("a restart finds everybody enrolled, as last written") { bed in
            let renamed = Organisation(
                id: Sample.practice, name: "Hillside Surgery",
                identifiers: [
                    BusinessIdentifier(system: "urn:b", value: "2"),
                    BusinessIdentifier(system: "", value: "1"),
                ].compactMap(\.self))
            var revoked = Sample.agents[1]
            revoked.isActive = false
            let moved = Service(id: Sample.cardiology, organisation: Sample.clinic, name: "Hearts")
            try bed.commit([
                .putOrganisation(renamed), .putService(moved), .putAgent(revoked),
            ])
            try bed.restart()
            #expect(bed.state.registry.directory.organisations[Sample.practice] == renamed)
            #expect(bed.state.registry.directory.organisations.count == 3)
            #expect(bed.state.registry.directory.services == [Sample.cardiology: moved])
            #expect(bed.state.registry.directory.agents[Sample.desk] == Sample.agents[0])
            #expect(bed.state.registry.directory.agents[Sample.cardiologist] == revoked)
        },
        StoreConformance("the directory is searched by any name, and paged") { bed in
            func names(_ text: String, _ page: Page = Page()) throws -> [String] {
                try bed.ask(.directory(text: text), as: Sample.atClinic, page: page).directory
                    .map(\.mailbox.description)
            }
            #expect(
                try names("")
                    == [
                        "agent:city.lee", "agent:elsewhere.kim", "agent:hillside.desk",
                        "service:cardiology",
                    ])
            #expect(try names("CITY") == ["agent:city.lee", "service:cardiology"])
            #expect(try names("kim") == ["agent:elsewhere.kim"])
            #expect(try names("nobody") == [])
            let page = try bed.ask(
                .directory(text: ""), as: Sample.atClinic, page: Page(limit: 3))
            #expect(page.directory.count == 3)
            #expect(try names("", Page(limit: 3, cursor: page.cursor)) == ["service:cardiology"])
        },
    ]
}

extension Write {
    /// Appends an event that is expected at its place.
    static func append(_ entry: SequencedEvent) -> Write {
        .appendEvent(entry.stream, entry.event)
    }
}
