import CareCore
import CareModel
import CareTestKit
import Testing

@Suite("On whose behalf an agent acts")
struct ActingForTests {
    private let nora: Person
    private let olaf: Person
    private let patient = Town.patient(1)

    init() throws {
        func person(_ number: String, name: String?) throws -> Person {
            let identifier = try #require(
                BusinessIdentifier(system: "urn:example:staff", value: number))
            return try #require(Person(identifier: identifier, name: name, role: "nurse"))
        }
        nora = try person("S-117", name: "Nora Example")
        olaf = try person("S-118", name: nil)
    }

    /// What the log says of an agent, and for whom, since it had `count` events.
    private func acts(
        of agent: AgentID, in town: Town, after count: Int
    ) -> [(AuditEvent.Kind, Person?)] {
        town.audit.dropFirst(count).filter { $0.agent == agent }.map { ($0.kind, $0.actingFor) }
    }

    @Test("the audit log has it with what the agent does, and with nothing that others do")
    func acts() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        let request = town.request(for: patient)
        try adams.say(.submit(request), for: nora)
        let sent = acts(of: Town.adams, in: town, after: 0)
        #expect(sent.map(\.0) == [.consentDecided, .referralMoved])
        #expect(sent.allSatisfy { $0.1 == nora })
        #expect(town.audit.filter { $0.agent != Town.adams }.allSatisfy { $0.actingFor == nil })

        var count = town.audit.count
        let delivery = try #require(berg.deliveries.last)
        try berg.say(.ack(delivery.id, delivery.fence, displayed: false), for: olaf)
        let received = acts(of: Town.berg, in: town, after: count)
        #expect(received.map(\.0) == [.disclosureReceived, .referralMoved])
        #expect(received.allSatisfy { $0.1 == olaf })

        count = town.audit.count
        let question = Question.consentCheck(patient, to: .service(Town.cardiology))
        try berg.say(.query(question, page: Page()), for: olaf)
        try berg.say(.query(question, page: Page()))
        let asked = acts(of: Town.berg, in: town, after: count)
        #expect(asked.map(\.0) == [.consentChecked, .consentChecked])
        #expect(asked.map(\.1) == [olaf, nil], "each frame speaks for itself")
    }

    @Test("a refused delivery says who refused it; a deferred one is no event")
    func refuses() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        try adams.say(.submit(town.request(for: patient)))
        let delivery = try #require(berg.deliveries.last)
        var count = town.audit.count
        let later = town.broker.clock.wall
        try berg.say(.defer(delivery.id, delivery.fence, notBefore: later), for: olaf)
        #expect(
            acts(of: Town.berg, in: town, after: count).allSatisfy {
                $0.0 == .disclosureSent && $0.1 == nil
            })
        let again = try #require(berg.deliveries.last)
        count = town.audit.count
        try berg.say(.refuse(again.id, again.fence, reason: "not-ours"), for: olaf)
        let refused = acts(of: Town.berg, in: town, after: count)
        #expect(refused.map(\.0) == [.deliveryEnded])
        #expect(refused.map(\.1) == [olaf])
        #expect(town.audit.last { $0.kind == .deliveryEnded }?.organisation == Town.hospital)
    }

    @Test("a message sent again for somebody else is the same message, and the first counts")
    func again() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let request = town.request(for: patient)
        try adams.say(.submit(request), for: nora)
        let count = town.audit.count
        let items = try adams.say(.submit(request), for: olaf).receipts
        #expect(items.map(\.isDuplicate) == [true])
        #expect(town.audit.count == count)
        #expect(town.audit.allSatisfy { $0.actingFor != olaf })
    }
}
