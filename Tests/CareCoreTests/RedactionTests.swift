import CareCore
import CareModel
import CareTestKit
import Testing

@Suite("Redaction")
struct RedactionTests {
    private let patient = Town.patient(1)
    private let consent = ConsentID(UUIDBytes(high: 1, low: 2))

    /// Permits everything but observations.
    static let noObservations = ConsentDirective.rule(
        .permit,
        exceptions: [
            ConsentProvision(
                type: .deny, content: ContentCondition(classes: [.resourceType("Observation")]))
        ])

    private func items(_ types: String...) -> [ContentItem] {
        types.map { type in
            ContentItem(
                resource: ContentResource(type: type),
                need: type == "ServiceRequest" ? .alternative : .none)
        }
    }

    /// A request of a thousand bytes with an observation in it, of which a copy has a hundred.
    private func longRequest(_ town: Town) -> Submission {
        var request = town.request(for: patient, byteCount: 1_000)
        request.request.allowsDuplicate = true
        request.document?.contents = items("ServiceRequest", "Observation")
        return request
    }

    private func town(_ policy: BrokerPolicy = BrokerPolicy()) throws -> Town {
        let town = try Town(policy: policy, consents: false)
        town.broker.shelf.standing = [Self.noObservations]
        return town
    }

    @Test("what a rule forbids is left out of the copy; what it leaves whole goes whole")
    func part() throws {
        let town = try town()
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        var request = town.request()
        request.document?.contents = items(
            "ServiceRequest", "Observation", "Condition", "Observation")
        #expect(try adams.submit(request)?.outcome == .accepted)
        #expect(try adams.submit(town.request(for: Town.patient(2)))?.outcome == .accepted)
        let redactions = berg.heard.redactions
        #expect(redactions == [Redaction(places: [1, 3], isAdmitted: false), nil])
        let sent = town.audit.filter { $0.kind == .disclosureSent }
        #expect(sent.map(\.outcome) == ["permit-redacted", "permit"])
        #expect(sent.map(\.purpose) == ["COC", "COC"])
    }

    @Test("a deployment may admit that something was left out")
    func admitted() throws {
        var policy = BrokerPolicy()
        policy.admitsWithholding = true
        let town = try town(policy)
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        var request = town.request()
        request.document?.contents = items("ServiceRequest", "Observation")
        _ = try adams.submit(request)
        #expect(berg.heard.redactions == [Redaction(places: [1], isAdmitted: true)])
    }

    @Test("a document of which nothing would be left that makes sense is refused")
    func nothingLeft() throws {
        let town = try Town(consents: false)
        let secret = ConsentProvision(
            type: .deny, content: ContentCondition(classes: [.resourceType("ServiceRequest")]))
        town.broker.shelf.standing = [.rule(.permit, exceptions: [secret])]
        let adams = try town.connected(Town.adams)
        var request = town.request()
        request.document?.contents = items("ServiceRequest", "Condition")
        #expect(try adams.submit(request)?.refusal?.code == .consentLeavesNothing)
        #expect(town.audit.last { $0.kind == .consentDecided }?.outcome == "consent-leaves-nothing")
    }

    @Test("two recipients of the same message get copies of their own")
    func twoRecipients() throws {
        let town = try Town(consents: false)
        let secret = ConsentProvision(
            type: .deny, actors: [ConsentActor.organisation(Town.hospital)],
            content: ContentCondition(classes: [.resourceType("Observation")]))
        town.broker.shelf.standing = [.rule(.permit, exceptions: [secret])]
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        var request = town.request()
        request.document?.contents = items("ServiceRequest", "Observation")
        _ = try adams.submit(request)
        #expect(berg.heard.redactions == [Redaction(places: [1], isAdmitted: false)])
        try berg.ackAll(berg.deliveries)
        let ask = AgentSaying.query(.content(request.id), page: Page())
        guard case .content(_, _, let own) = try #require(try adams.say(ask).first),
            case .content(_, _, let theirs) = try #require(try berg.say(ask).first)
        else {
            Issue.record("no content")
            return
        }
        #expect(own == nil)
        #expect(theirs == Redaction(places: [1], isAdmitted: false))
    }

    @Test("a copy handed over whole is called back when a rule about content comes, and made anew")
    func narrowed() throws {
        let town = try Town(consents: false)
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        _ = try adams.submit(town.consent(.permitAll, for: patient, id: consent))
        var request = town.request()
        request.document?.contents = items("ServiceRequest", "Observation")
        _ = try adams.submit(request)
        let first = try #require(berg.deliveries.first)
        _ = try adams.submit(town.consent(Self.noObservations, for: patient, id: consent))
        #expect(berg.heard.recalls == [first.id])
        #expect(berg.heard.redactions == [nil, Redaction(places: [1], isAdmitted: false)])
        let second = try #require(berg.deliveries.last)
        #expect(second.fence > first.fence)
        #expect(try berg.ack(first).settled.isEmpty)
        #expect(try berg.ack(second).settled == [.acknowledged])
    }

    @Test("a copy takes as much credit as it has bytes, not as its document has")
    func credit() throws {
        let town = try town()
        let adams = try town.connected(Town.adams)
        let berg = town.process(of: Town.berg)
        try berg.connect(messages: 200, byteCount: 10_000)
        for _ in 1...120 { _ = try adams.submit(longRequest(town)) }
        // A hundred bytes each, until what is left would not do for a whole document.
        #expect(berg.deliveries.count == 91)
        try berg.grant(0, byteCount: 100)
        #expect(berg.deliveries.count == 92)
    }

    @Test("what waits for credit goes on as soon as the copies turn out to be small")
    func starved() throws {
        let town = try town()
        let adams = try town.connected(Town.adams)
        for _ in 1...20 { _ = try adams.submit(longRequest(town)) }
        // All wait; credit is enough for three documents at a time, and for all copies.
        let berg = town.process(of: Town.berg)
        try berg.connect(messages: 100, byteCount: 3_500)
        #expect(berg.deliveries.count == 20)
    }

    @Test("a copy that is called back gives back what it took, and no more")
    func recalledCredit() throws {
        let town = try Town(consents: false)
        let other = Town.patient(2)
        let adams = try town.connected(Town.adams)
        _ = try adams.submit(town.consent(Self.noObservations, for: patient, id: consent))
        let second = ConsentID(UUIDBytes(high: 1, low: 3))
        _ = try adams.submit(town.consent(.permitAll, for: other, id: second))
        let berg = town.process(of: Town.berg)
        try berg.connect(messages: 100, byteCount: 1_000)
        _ = try adams.submit(longRequest(town))
        #expect(berg.deliveries.count == 1)
        _ = try adams.submit(town.revocation(of: consent))
        #expect(berg.heard.recalls.count == 1)
        _ = try adams.submit(town.request(for: other, byteCount: 1_001))
        #expect(berg.deliveries.count == 1)
        // It wants one byte more than there was at first.
        try berg.grant(0, byteCount: 1)
        #expect(berg.deliveries.count == 2)
    }

    @Test("a document nobody could look into is held where a rule is about content")
    func unseen() throws {
        let town = try Town(consents: false)
        let adams = try town.connected(Town.adams)
        _ = try adams.submit(town.consent(.permitAll, for: patient, id: consent))
        let request = town.request()
        _ = try adams.submit(request)
        town.broker.shelf.forgetContents()
        _ = try adams.submit(town.consent(Self.noObservations, for: patient, id: consent))
        let delivery = try #require(try town.trail(of: request.referral).first?.delivery)
        #expect(delivery.state == .held)
        #expect(delivery.code == "consent-undecided")
    }
}
