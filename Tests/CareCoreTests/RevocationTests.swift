import CareCore
import CareModel
import CareTestKit
import Testing

@Suite("Revocation")
struct RevocationTests {
    private let patient = Town.patient(1)
    private let consent = ConsentID(UUIDBytes(high: 1, low: 2))

    /// A town in which the patient has permitted everything, and three requests wait for cardiology.
    private func waiting(_ count: Int = 3) throws -> (Town, ScriptedAgent, [Submission]) {
        let town = try Town(consents: false)
        let adams = try town.connected(Town.adams)
        _ = try adams.submit(town.consent(.permitAll, for: patient, id: consent))
        var requests: [Submission] = []
        for _ in 0..<count {
            var request = town.request()
            request.request.allowsDuplicate = true
            #expect(try adams.submit(request)?.outcome == .accepted)
            requests.append(request)
        }
        return (town, adams, requests)
    }

    @Test("what waits is withheld in the transaction of the revocation, and its sender is told")
    func sameTransaction() throws {
        let (town, adams, requests) = try waiting()
        let plan = try town.broker.step([adams.input(.submit(town.revocation(of: consent)))])
        let withheld = plan.writes.compactMap { write -> DeliveryID? in
            guard case .updateDelivery(let delivery) = write, delivery.state == .withheld else {
                return nil
            }
            return delivery.id
        }
        #expect(withheld.count == 3)
        #expect(plan.writes.contains(.raiseConsentEpoch(patient, to: 2)))
        let kept = plan.writes.filter { write in
            if case .appendAudit(let event) = write {
                event.kind == .disclosureWithheld
            } else {
                false
            }
        }
        #expect(kept.count == 3)
        try town.broker.settle()
        let reports = adams.read().messages.compactMap(\.details.report)
        #expect(reports.map(\.message) == requests.map(\.id))
        #expect(reports.allSatisfy { $0.state == .withheld && $0.code == "consent-refused" })
        let berg = try town.connected(Town.berg)
        #expect(berg.deliveries.isEmpty)
    }

    @Test("granting again releases what was withheld and has not expired, in order")
    func grantedAgain() throws {
        let (town, adams, requests) = try waiting()
        _ = try adams.submit(town.revocation(of: consent))
        let berg = try town.connected(Town.berg)
        #expect(berg.deliveries.isEmpty)
        _ = try adams.submit(town.consent(.permitAll, for: patient, id: consent))
        try berg.ackAll(berg.deliveries)
        #expect(berg.heard.messages.map(\.id) == requests.map(\.id))
    }

    @Test("what expired while withheld stays where it is")
    func expired() throws {
        let (town, adams, _) = try waiting(1)
        _ = try adams.submit(town.revocation(of: consent))
        try town.broker.advance(by: .seconds(6 * 24 * 3600))
        let later = try town.connected(Town.adams)
        _ = try later.submit(town.consent(.permitAll, for: patient, id: consent))
        let berg = try town.connected(Town.berg)
        #expect(berg.deliveries.isEmpty)
    }

    @Test("an unacknowledged copy is called back, and its acknowledgement is worth nothing")
    func recalled() throws {
        let (town, adams, requests) = try waiting(1)
        let berg = try town.connected(Town.berg)
        let copy = try #require(berg.deliveries.first)
        _ = try adams.submit(town.revocation(of: consent))
        #expect(berg.read().recalls == [copy.id])
        #expect(town.audit.contains { $0.kind == .disclosureRecalled && $0.agent == Town.berg })
        #expect(try berg.ack(copy).recalls == [copy.id])
        let delivery = try #require(try town.trail(of: requests[0].referral).first?.delivery)
        #expect(delivery.state == .withheld)
        #expect(try town.referral(requests[0].referral)?.state == .requested)
    }

    @Test("an agent that was away learns of the recall when it acknowledges")
    func recalledLater() throws {
        let (town, adams, _) = try waiting(1)
        let berg = try town.connected(Town.berg)
        let copy = try #require(berg.deliveries.first)
        try town.broker.step([.unreachable(berg.peer)])
        _ = try adams.submit(town.revocation(of: consent))
        let again = town.process(of: Town.berg)
        try again.connect()
        #expect(try again.ack(copy).recalls == [copy.id])
    }

    @Test("a copy of one who alone lost consent is called back, also after the session is gone")
    func holderDenied() throws {
        let (town, adams, _) = try waiting(1)
        let berg = try town.connected(Town.berg)
        let copy = try #require(berg.deliveries.first)
        try berg.say(.bye)
        let named = BusinessIdentifier(system: "urn:careloop:agent", value: Town.berg.name)
        let denied = ConsentProvision(
            type: .deny, actors: [ConsentActor(identifiers: named.map { [$0] } ?? [])])
        _ = try adams.submit(
            town.consent(.rule(.permit, exceptions: [denied]), for: patient, id: consent))
        let again = town.process(of: Town.berg)
        try again.connect()
        #expect(try again.ack(copy).settled.isEmpty)
        #expect(try town.delivery(copy.id)?.state == .queued)
        let chen = try town.connected(Town.chen)
        #expect(chen.deliveries.count == 1)
    }

    @Test("a directive cannot replace what another organisation has recorded")
    func foreignReplacement() throws {
        let town = try Town(consents: false)
        let adams = try town.connected(Town.adams)
        let identifier = try #require(BusinessIdentifier(system: "urn:x", value: "1"))
        func moment(_ seconds: Int) -> ConsentPeriod {
            let time = Timestamp(milliseconds: Int64(seconds) * 1_000)
            let bound = ConsentPeriod.Bound(instant: time, isLocalDate: false, text: "")
            return ConsentPeriod(start: bound, end: bound)
        }
        var deny = ConsentDirective.rule(.deny)
        deny.identifiers = [identifier]
        deny.issued = moment(1)
        _ = try adams.submit(town.consent(deny, for: patient, id: consent))
        var permit = ConsentDirective.permitAll
        permit.identifiers = [identifier]
        permit.replaces = [consent.description]
        permit.issued = moment(2)
        let berg = try town.connected(Town.berg)
        let other = ConsentID(UUIDBytes(high: 5, low: 6))
        #expect(try berg.submit(town.consent(permit, for: patient, id: other))?.refusal == nil)
        #expect(try adams.submit(town.request())?.refusal?.code == .consentRefused)
        // Its own organisation may replace it.
        let third = ConsentID(UUIDBytes(high: 7, low: 8))
        #expect(try adams.submit(town.consent(permit, for: patient, id: third))?.refusal == nil)
        #expect(try adams.submit(town.request())?.outcome == .accepted)
    }

    @Test("a full disk does not keep a patient from saying no")
    func fullDisk() throws {
        let (town, adams, _) = try waiting(1)
        town.broker.hasRoom = false
        let deny = town.consent(.rule(.deny), for: patient, id: consent)
        #expect(try adams.submit(deny)?.outcome == .accepted)
        let berg = try town.connected(Town.berg)
        #expect(berg.deliveries.isEmpty)
    }

    @Test("what waits for somebody who is not enrolled yet goes when they are")
    func enrolledLater() throws {
        let town = try Town(consents: false)
        let adams = try town.connected(Town.adams)
        _ = try adams.submit(town.consent(.permitAll, for: patient, id: consent))
        let request = town.request()
        _ = try adams.submit(request)
        let named = BusinessIdentifier(system: "urn:careloop:agent", value: "dr-new")
        let only = ConsentDirective.rule(
            .permit, to: [ConsentActor(identifiers: named.map { [$0] } ?? [])])
        _ = try adams.submit(town.consent(only, for: patient, id: consent))
        #expect(try town.trail(of: request.referral).first?.delivery.state == .withheld)
        let new = AgentID(unchecked: "dr-new")
        try town.enrol(
            .enrolAgent(Town.agent(new, Town.hospital, [.specialist], [Town.cardiology])))
        try town.broker.advance(by: .seconds(2))
        let agent = try town.connected(new)
        #expect(agent.deliveries.count == 1)
    }

    @Test("an acknowledged copy is not called back: it was disclosed")
    func acknowledged() throws {
        let (town, adams, _) = try waiting(1)
        let berg = try town.connected(Town.berg)
        try berg.ackAll(berg.deliveries)
        _ = try adams.submit(town.revocation(of: consent))
        #expect(berg.heard.recalls.isEmpty)
    }

    @Test("other patients' messages are not touched")
    func others() throws {
        let (town, adams, _) = try waiting(1)
        _ = try adams.submit(
            town.consent(
                .permitAll, for: Town.patient(2), id: ConsentID(UUIDBytes(high: 3, low: 4))))
        _ = try adams.submit(town.request(for: Town.patient(2)))
        _ = try adams.submit(town.revocation(of: consent))
        let berg = try town.connected(Town.berg)
        #expect(berg.heard.messages.map(\.patient) == [Town.patient(2)])
    }

    @Test("a directive whose time comes releases what waited for it, without anybody asking")
    func beginning() throws {
        let (town, adams, _) = try waiting(1)
        let start = town.broker.clock.wall + .seconds(3600)
        let bound = ConsentPeriod.Bound(instant: start, isLocalDate: false, text: "")
        var later = ConsentDirective.permitAll
        later.rule = .stated(
            base: .permit,
            root: ConsentProvision(period: ConsentPeriod(start: bound, end: nil)))
        _ = try adams.submit(town.consent(later, for: patient, id: consent))
        let berg = try town.connected(Town.berg)
        #expect(berg.deliveries.isEmpty)
        let reports = adams.heard.messages.filter { $0.kind == .report }.count
        try town.broker.advance(by: .seconds(3000))
        let waiting = try town.connected(Town.berg)
        #expect(waiting.deliveries.isEmpty)
        try town.broker.advance(by: .seconds(602))
        let after = try town.connected(Town.berg)
        #expect(after.deliveries.count + waiting.deliveries.count == 1)
        #expect(adams.heard.messages.filter { $0.kind == .report }.count == reports)
    }

    @Test("the receipt of a directive says what was recorded, at which epoch, and stays the same")
    func receipts() throws {
        let town = try Town(consents: false)
        let adams = try town.connected(Town.adams)
        let put = town.consent(.permitAll, for: patient, id: consent)
        let first = try #require(try adams.submit(put)?.statement)
        let lines = first.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines.first == "careloop consent receipt 1")
        #expect(lines.contains("consent \(consent)"))
        #expect(lines.contains("version 1"))
        #expect(lines.contains("epoch 1"))
        #expect(lines.contains("action recorded"))
        #expect(lines.last == "")
        #expect(try adams.submit(put)?.statement == first)
        let withdrawn = try #require(try adams.submit(town.revocation(of: consent))?.statement)
        #expect(withdrawn.contains("\naction withdrawn\n"))
        #expect(withdrawn.contains("\nepoch 2\n"))
        try town.broker.restart()
        let later = try town.connected(Town.adams)
        #expect(try later.submit(put)?.statement == first)
    }

    @Test(
        "all versions of a directive are shown to the organisation that recorded it, not to others")
    func versions() throws {
        let (town, adams, _) = try waiting(1)
        _ = try adams.submit(town.consent(.rule(.deny), for: patient, id: consent))
        let ask = AgentSaying.query(.consent(consent), page: Page())
        guard case .consent(let versions) = try #require(try adams.say(ask).first) else {
            Issue.record("no directive")
            return
        }
        #expect(versions.map(\.version) == [1, 2])
        let berg = try town.connected(Town.berg)
        #expect(try berg.say(ask).errors == [.unknownConsent])
        let audrey = try town.connected(Town.audrey)
        #expect(try audrey.say(ask).errors == [.notAllowed])
    }
}
