@testable import CareCore
import CareModel
import CareStore
import CareTestKit
import Testing

@Suite("Streams")
struct StreamTests {
    @Test("sequences have no gap over many steps and a restart")
    func gapless() throws {
        let town = try Town()
        for round in 1...5 {
            let adams = try town.connected(Town.adams)
            let berg = try town.connected(Town.berg)
            for patient in 1...4 {
                _ = try adams.submit(town.request(for: Town.patient(round * 10 + patient)))
            }
            try berg.ackAll(berg.deliveries)
            try town.broker.restart()
        }
        let registry = try #require(try town.broker.store.load(FactKeys()).registry)
        for (name, stream) in registry.streams {
            let sequences = try town.events(of: name).map(\.sequence)
            #expect(sequences == Array(1..<(stream.head + 1)))
        }
        #expect(try town.events(of: .organisation(Town.hospital)).count == 40)
    }

    @Test("an agent may follow its organisation and its mailboxes; others do not exist")
    func authorisation() throws {
        let town = try Town()
        let berg = try town.connected(Town.berg)
        for name in [
            StreamName.organisation(Town.hospital), .mailbox(.agent(Town.berg)),
            .mailbox(.service(Town.cardiology)),
        ] {
            guard case .topic(let stream) = try #require(try berg.say(.subscribe(name)).first)
            else {
                Issue.record("no topic for \(name)")
                continue
            }
            #expect(stream == town.broker.core.streams[name])
        }
        for name in [
            StreamName.organisation(Town.practice), .mailbox(.service(Town.imaging)),
            .mailbox(.agent(Town.chen)), .organisation(OrganisationID(unchecked: "none")),
        ] {
            #expect(try berg.say(.subscribe(name)).errors == [.unknownStream])
            #expect(
                try berg.say(.fetch(name, epoch: 1, from: 1, to: 0)).errors == [.unknownStream])
        }
    }

    @Test("heads are repeated each second, of followed streams only")
    func heads() throws {
        let town = try Town()
        let berg = try town.connected(Town.berg)
        try town.broker.advance(by: .seconds(2))
        #expect(town.broker.plan.heads.isEmpty)
        try berg.say(.subscribe(.organisation(Town.hospital)))
        var heads: [StreamName] = []
        town.broker.onStep = { _, plan, _ in heads += plan.heads.map(\.name) }
        try town.broker.advance(by: .seconds(3))
        #expect(heads == Array(repeating: .organisation(Town.hospital), count: 3))
    }

    @Test("what was missed is read again up to the head; of another epoch nothing is")
    func fetch() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        for patient in 1...3 { _ = try adams.submit(town.request(for: Town.patient(patient))) }
        let name = StreamName.organisation(Town.practice)
        let stream = try #require(town.broker.core.streams[name])
        let input = adams.input(.fetch(name, epoch: 1, from: 0, to: 99), request: 6)
        let inquiry = try #require(try town.broker.step([input]).inquiries.first)
        #expect(inquiry.subject == .events(stream, from: 1, to: 3))
        #expect(inquiry.request == 6)
        let beyond = adams.input(.fetch(name, epoch: 1, from: 9, to: 0), request: 7)
        #expect(
            try town.broker.step([beyond]).inquiries.map(\.subject)
                == [.events(stream, from: 9, to: 3)])
        #expect(try adams.say(.fetch(name, epoch: 2, from: 1, to: 2)).errors == [.staleEpoch])
    }

    @Test("an arrival is an event of its mailbox, and its end one of the sender's organisation")
    func deliveryEvents() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        let request = town.request()
        _ = try adams.submit(request)
        let arrival = try town.events(of: .mailbox(.service(Town.cardiology)))
        #expect(arrival.map(\.event.kind) == [.arrival])
        let delivery = try #require(berg.deliveries.first)
        try berg.say(.refuse(delivery.id, delivery.fence, reason: "no"))
        let end = try town.events(of: .organisation(Town.practice)).last?.event
        #expect(end?.kind == .delivery)
        #expect(end?.deliveryState == .refused)
    }

    @Test("only those who may see dead letters may ask for them")
    func deadLetters() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let ask = AgentSaying.query(.deadLetters, page: Page())
        #expect(try adams.say(ask).errors == [.notAllowed])
        let nora = try town.connected(Town.nora)
        let plan = try town.broker.step([nora.input(ask, request: 3)])
        #expect(plan.inquiries.first?.subject == .question(.deadLetters, Page()))
        #expect(plan.inquiries.first?.asker?.agent == Town.nora)
    }
}
