import CareCore
import CareModel
import CareStore
import CareTestKit
import Testing

@Suite("Consent")
struct ConsentTests {
    private let patient = Town.patient(1)
    private let consent = ConsentID(UUIDBytes(high: 1, low: 2))

    @Test("without a directive nothing is accepted: the refusal names the rule and is audited")
    func refused() throws {
        let town = try Town(consents: false)
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        let request = town.request()
        let refusal = try #require(try adams.submit(request)?.refusal)
        #expect(refusal.code == .consentRefused)
        #expect(refusal.rule?.isEmpty == false)
        #expect(berg.deliveries.isEmpty)
        #expect(try town.referral(request.referral) == nil)
        let events = town.audit.filter { $0.kind == .consentDecided }
        #expect(events.count == 1)
        #expect(events.first?.outcome == "consent-refused")
        #expect(events.first?.rule == refusal.rule)
        #expect(events.first?.patient == patient)
    }

    @Test("a directive that cannot be understood holds what it may be about")
    func undecided() throws {
        let town = try Town(consents: false)
        town.broker.shelf.standing = [
            ConsentDirective(name: "odd", version: "1", rule: .unreadable("no such code"))
        ]
        let adams = try town.connected(Town.adams)
        #expect(try adams.submit(town.request())?.refusal?.code == .consentUndecided)
    }

    @Test("a directive withdrawn while a message waits keeps it back; granted again it goes")
    func withdrawn() throws {
        let town = try Town(consents: false)
        let adams = try town.connected(Town.adams)
        let permit = town.consent(.permitAll, for: patient, id: consent)
        #expect(try adams.submit(permit)?.consent == consent)
        let request = town.request()
        #expect(try adams.submit(request)?.outcome == .accepted)
        #expect(try adams.submit(town.revocation(of: consent))?.outcome == .accepted)
        let berg = try town.connected(Town.berg)
        #expect(berg.deliveries.isEmpty)
        #expect(try town.trail(of: request.referral).first?.delivery.state == .withheld)
        #expect(town.audit.contains { $0.kind == .disclosureWithheld })

        _ = try adams.submit(town.consent(.permitAll, for: patient, id: consent))
        #expect(berg.deliveries.count == 1)
        let event = try #require(town.audit.last { $0.kind == .disclosureSent })
        #expect(event.rule?.contains("version 2") == true)
    }

    @Test("nothing leaves in the step that withdraws its directive, whatever came first")
    func withdrawnInTheSameStep() throws {
        let town = try Town(consents: false)
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        _ = try adams.submit(town.consent(.permitAll, for: patient, id: consent))
        let request = town.request()
        let items = try adams.say(.submit(request), .submit(town.revocation(of: consent))).receipts
        #expect(items.map(\.outcome) == [.accepted, .accepted])
        #expect(berg.deliveries.isEmpty)
        #expect(try town.trail(of: request.referral).first?.delivery.state == .withheld)
    }

    @Test("withdrawing what is withdrawn changes nothing; others' directives do not exist")
    func revocations() throws {
        let town = try Town(consents: false)
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        _ = try adams.submit(town.consent(.permitAll, for: patient, id: consent))
        #expect(
            try berg.submit(town.revocation(of: consent))?.refusal?.code == .unknownConsent)
        #expect(
            try berg.submit(town.consent(.permitAll, for: patient, id: consent))?.refusal?.code
                == .unknownConsent)
        _ = try adams.submit(town.revocation(of: consent))
        #expect(try adams.submit(town.revocation(of: consent))?.outcome == .unchanged)
    }

    @Test("a message without a document needs no consent, and passes what is kept back")
    func contentFree() throws {
        let town = try Town(consents: false)
        let adams = try town.connected(Town.adams)
        _ = try adams.submit(town.consent(.permitAll, for: patient, id: consent))
        let request = town.request()
        _ = try adams.submit(request)
        _ = try adams.submit(town.revocation(of: consent))
        let berg = try town.connected(Town.berg)
        let referral = try #require(try town.referral(request.referral))
        _ = try adams.submit(town.completeMove(.cancel, referral))
        #expect(berg.read().messages.isEmpty == false || berg.deliveries.count == 1)
        #expect(berg.deliveries.count == 1)
        let trail = try town.trail(of: request.referral)
        #expect(trail.map(\.message.kind) == [.move(.request), .report, .move(.cancel)])
        #expect(trail.map(\.delivery.state) == [.withheld, .sending, .sending])
        #expect(trail[1].message.details.report?.state == .withheld)
    }

    /// A town in which a request waits for cardiology, whose Dr Berg the patient has refused since.
    private func refusingBerg() throws -> (town: Town, request: Submission) {
        let town = try Town(consents: false)
        let adams = try town.connected(Town.adams)
        _ = try adams.submit(town.consent(.permitAll, for: patient, id: consent))
        let request = town.request()
        _ = try adams.submit(request)
        let named = BusinessIdentifier(system: "urn:careloop:agent", value: Town.berg.name)
        let berg = ConsentProvision(
            type: .deny, actors: [ConsentActor(identifiers: named.map { [$0] } ?? [])])
        let narrower = ConsentDirective.rule(.permit, exceptions: [berg])
        _ = try adams.submit(town.consent(narrower, for: patient, id: consent))
        return (town, request)
    }

    @Test("an agent denied by name does not get what waits for its team")
    func deniedByName() throws {
        let (town, request) = try refusingBerg()
        let berg = try town.connected(Town.berg)
        #expect(berg.deliveries.isEmpty)
        #expect(try town.trail(of: request.referral).first?.delivery.state == .queued)
    }

    @Test("a colleague who comes later gets what an agent denied by name could not have")
    func laterColleague() throws {
        let (town, _) = try refusingBerg()
        let berg = try town.connected(Town.berg)
        try town.broker.advance(by: .seconds(3))
        #expect(berg.deliveries.isEmpty)
        let chen = try town.connected(Town.chen)
        #expect(chen.deliveries.count == 1)
    }

    @Test("a colleague of an agent denied by name gets what waits for both")
    func colleague() throws {
        let (town, _) = try refusingBerg()
        let berg = try town.connected(Town.berg, messages: 0)
        let chen = try town.connected(Town.chen, messages: 0)
        let credit = AgentSaying.credit(messages: 9, byteCount: 999, drain: false)
        try town.broker.step([berg.input(credit), chen.input(credit)])
        try town.broker.settle()
        #expect(berg.deliveries.isEmpty)
        #expect(chen.deliveries.count == 1)
    }

    @Test("asking what consent would say is answered and audited")
    func check() throws {
        let town = try Town()
        try town.takeIntoCare(patient)
        let berg = try town.connected(Town.berg)
        let mailbox = Mailbox.service(Town.cardiology)
        let heard = try berg.say(.query(.consentCheck(patient, to: mailbox), page: Page()))
        guard case .decision(let decision) = try #require(heard.first) else {
            Issue.record("no decision but \(heard)")
            return
        }
        #expect(decision.verdict.outcome == .permit)
        #expect(decision.breakGlass.outcome == .permit)
        #expect(town.audit.last?.kind == .consentChecked)
        let auditor = try town.connected(Town.root)
        let asked = try auditor.say(.query(.consentCheck(patient, to: mailbox), page: Page()))
        #expect(asked.errors == [.notAllowed])
        let nobody = Mailbox.service(ServiceID(unchecked: "nobody"))
        let refused = try berg.say(.query(.consentCheck(patient, to: nobody), page: Page()))
        #expect(refused.errors == [.unknownRecipient])
        let stranger = try berg.say(
            .query(.consentCheck(Town.patient(2), to: mailbox), page: Page()))
        #expect(stranger.errors == [.unknownPatient])
        #expect(town.audit.last?.kind == .accessRefused)
    }

    @Test("a directive that names a service reaches those who work it, and no others")
    func services() throws {
        let town = try Town(consents: false)
        let cardiology = ConsentActor(reference: "HealthcareService/\(Town.cardiology)")
        let practice = ConsentActor.organisation(Town.practice)
        town.broker.shelf.standing = [.rule(.permit, to: [cardiology, practice])]
        try town.takeIntoCare(patient)
        let chen = try town.connected(Town.chen)
        let look = AgentSaying.query(.timeline(patient), page: Page())
        #expect(try chen.say(look).timelines.first?.entries.count == 1)
        let hana = try town.connected(Town.hana)
        #expect(try hana.say(look).timelines.first?.entries.isEmpty == true)
        // A prohibition for a service leaves alone who works none.
        town.broker.shelf.standing = [
            .permitAll,
            .rule(.deny, to: [ConsentActor(reference: "HealthcareService/\(Town.imaging)")]),
        ]
        #expect(try hana.say(look).timelines.first?.entries.count == 1)
        #expect(try chen.say(look).timelines.first?.entries.isEmpty == true)
    }

    @Test("a directive that forbids an organisation to send stops it, whoever the recipient is")
    func sender() throws {
        let town = try Town(consents: false)
        for name in [Town.practice, Town.hospital] {
            var keeper = ConsentActor(reference: "Organization/\(name)")
            keeper.side = .sender
            town.broker.shelf.standing = [.permitAll, .rule(.deny, to: [keeper])]
            let adams = try town.connected(Town.adams)
            let refusal = try adams.submit(town.request())?.refusal
            #expect(refusal?.code == (name == Town.practice ? .consentRefused : nil))
        }
        // The same by an agent and by a service.
        var doctor = ConsentActor(reference: "Practitioner/\(Town.adams)")
        doctor.side = .sender
        town.broker.shelf.standing = [.permitAll, .rule(.deny, to: [doctor])]
        let ask = AgentSaying.query(
            .consentCheck(patient, to: .service(Town.cardiology)), page: Page())
        let adams = try town.connected(Town.adams)
        guard case .decision(let decision) = try #require(try adams.say(ask).first) else {
            Issue.record("no decision")
            return
        }
        #expect(decision.verdict.decision == .deny)
    }

    @Test("a consent to research lets no referral go and stops none")
    func research() throws {
        let town = try Town(consents: false)
        let adams = try town.connected(Town.adams)
        var research = ConsentDirective.rule(.permit)
        research.subject = .other("a consent to research")
        town.broker.shelf.standing = [research]
        #expect(try adams.submit(town.request())?.refusal?.code == .consentRefused)
        research = .rule(.deny)
        research.subject = .other("a consent to research")
        town.broker.shelf.standing = [.permitAll, research]
        #expect(try adams.submit(town.request())?.refusal == nil)
    }

    @Test("who has recorded a directive learns what it does, and not what others have recorded")
    func checkOwn() throws {
        let town = try Town(consents: false)
        let adams = try town.connected(Town.adams)
        _ = try adams.submit(town.consent(.rule(.deny), for: patient, id: consent))
        let own = try check(by: adams)
        #expect(own?.verdict.basis.map(\.directive) == [consent.description])
        try town.enrol(
            .enrolAgent(Town.agent(Town.hana, Town.hospital, [.coordinator, .referrer])))
        let hana = try town.connected(Town.hana)
        #expect(try check(by: hana) == nil)
        let hers = ConsentID(town.fresh())
        _ = try hana.submit(town.consent(.rule(.permit), for: patient, id: hers))
        let decision = try #require(try check(by: hana))
        #expect(decision.verdict.outcome == .deny)
        #expect(decision.verdict.basis.map(\.directive) == [hers.description])
        #expect(decision.verdict.skipped.isEmpty)
        _ = try hana.submit(town.revocation(of: hers))
        #expect(try check(by: hana) == nil, "nothing of hers is in force any more")
    }

    @Test("who has sent a referral may ask, also in the same breath; to whom it went not yet")
    func checkReferred() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        #expect(try check(by: adams) == nil)
        let heard = try adams.say(.submit(town.request(for: patient)), ask)
        #expect(heard.receipts.first?.outcome == .accepted && heard.errors.isEmpty)
        #expect(try check(by: adams)?.verdict.outcome == .permit)
        let hana = try town.connected(Town.hana)
        let berg = try town.connected(Town.berg)
        #expect(try check(by: hana) == nil, "what nobody has collected may never be handed over")
        try berg.ackAll(berg.deliveries)
        #expect(try check(by: hana) != nil)
    }

    @Test("no question tells a stranger whether a patient is known here", arguments: Role.allCases)
    func unknownToStrangers(role: Role) throws {
        let town = try Town()
        try town.takeIntoCare(patient)
        let id = AgentID(unchecked: "stranger")
        try town.enrol(.enrolAgent(Town.agent(id, Town.emergencyRoom, [role])))
        let stranger = try town.connected(id)
        let questions: [(PatientKey) -> Question] = [
            { .consentCheck($0, to: .service(Town.cardiology)) },
            { .consentCheck($0, to: .service(ServiceID(unchecked: "nobody"))) },
            { .timeline($0) }, { .disclosures($0) }, { .consents($0) },
        ]
        for question in questions {
            let known = try all(question(patient), stranger, town)
            let unknown = try all(question(Town.patient(9)), stranger, town)
            #expect(known == unknown)
        }
        guard AccessTable.allows([role], .checkConsent) else { return }
        let refused = try stranger.say(ask)
        guard case .error(let refusal) = try #require(refused.first) else {
            Issue.record("\(refused)")
            return
        }
        #expect(refusal.code == .unknownPatient)
        #expect(refusal.message.hasSuffix("send the referral: consent is asked then."))
    }

    /// What an agent hears, and what a reader would add.
    private func all(
        _ question: Question, _ agent: ScriptedAgent, _ town: Town
    ) throws -> ([BrokerSaying], [Answer]) {
        let plan = try town.broker.step(
            [agent.input(.query(question, page: Page()), request: 5)])
        try town.broker.settle()
        let answers = try plan.inquiries.map { inquiry -> Answer in
            guard case .question(let question, let page) = inquiry.subject,
                let asker = inquiry.asker
            else { return Answer() }
            return try town.broker.store.makeReader().answer(
                question, asker: asker, page: page, now: town.broker.clock.wall)
        }
        return (agent.read(), answers)
    }

    private var ask: AgentSaying {
        .query(.consentCheck(patient, to: .service(Town.cardiology)), page: Page())
    }

    /// The answer to a check; nil if it is refused.
    private func check(by agent: ScriptedAgent) throws -> ConsentDecision? {
        let heard = try agent.say(ask)
        guard case .decision(let decision) = heard.first else {
            #expect(heard.errors == [.unknownPatient])
            return nil
        }
        return decision
    }

    @Test("what nobody collected before it was called off is nobody's to read again")
    func cancelledContent() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let request = town.request()
        _ = try adams.submit(request)
        let referral = try #require(try town.referral(request.referral))
        _ = try adams.submit(town.completeMove(.cancel, referral))
        let hana = try town.connected(Town.hana)
        let ask = AgentSaying.query(.content(request.id), page: Page())
        let berg = try town.connected(Town.berg)
        #expect(try berg.say(ask).errors == [.unknownMessage])
        #expect(try hana.say(ask).errors == [.unknownMessage])
    }

    @Test("a document is given again to a colleague with consent, and to strangers never")
    func content() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let request = town.request()
        _ = try adams.submit(request)
        let hana = try town.connected(Town.hana)
        let ask = AgentSaying.query(.content(request.id), page: Page())
        #expect(try hana.say(ask).errors == [.unknownMessage], "nobody has collected it yet")
        let berg = try town.connected(Town.berg)
        try berg.ackAll(berg.deliveries)
        guard case .content(let message, _, _) = try #require(try hana.say(ask).first) else {
            Issue.record("no content")
            return
        }
        #expect(message.id == request.id)
        #expect(town.audit.last?.kind == .disclosureSent)
        town.broker.shelf.standing = []
        #expect(try hana.say(ask).errors == [.consentRefused])
        #expect(town.audit.last?.kind == .disclosureWithheld)
        guard case .content = try #require(try adams.say(ask).first) else {
            Issue.record("one's own words are no disclosure")
            return
        }
        let unknown = AgentSaying.query(.content(MessageID(town.fresh())), page: Page())
        #expect(try adams.say(unknown).errors == [.unknownMessage])
    }
}
