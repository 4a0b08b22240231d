import CareCore
import CareModel
import CareStore
import CareTestKit
import Testing

@Suite("Referrals at the broker")
struct ReferralTests {
    /// A town with everybody connected and one referral received by cardiology.
    private struct Scene {
        let town: Town
        let adams: ScriptedAgent
        let berg: ScriptedAgent
        let nora: ScriptedAgent
        let hana: ScriptedAgent
        let id: ReferralID

        init() throws {
            town = try Town()
            adams = try town.connected(Town.adams)
            berg = try town.connected(Town.berg)
            nora = try town.connected(Town.nora)
            hana = try town.connected(Town.hana)
            let request = town.request()
            id = try #require(try adams.submit(request)?.referral)
            try berg.ackAll(berg.deliveries)
        }

        func referral() throws -> Referral { try #require(try town.referral(id)) }

        /// Makes a move with all it needs; gives the receipt, and lets everybody acknowledge.
        @discardableResult
        func make(_ move: ReferralMove, by agent: ScriptedAgent) throws -> ReceiptItem {
            let item = try #require(try agent.submit(town.completeMove(move, referral())))
            for agent in [adams, berg, nora, hana] { try agent.ackAll(agent.read()) }
            return item
        }
    }

    @Test("a referral goes the whole way from requested to closed, and each side hears the other")
    func wholeLoop() throws {
        let scene = try Scene()
        let way: [(ReferralMove, ScriptedAgent, ReferralState)] = [
            (.ask, scene.berg, .infoRequested), (.answer, scene.adams, .received),
            (.accept, scene.berg, .accepted), (.hold, scene.hana, .onHold),
            (.resume, scene.hana, .accepted), (.schedule, scene.hana, .scheduled),
            (.noShow, scene.berg, .noShow), (.schedule, scene.berg, .scheduled),
            (.cancelAppointment, scene.adams, .appointmentCancelled),
            (.schedule, scene.berg, .scheduled), (.cancel, scene.adams, .cancelRequested),
            (.refuseCancel, scene.berg, .scheduled), (.note, scene.berg, .seen),
            (.complete, scene.berg, .completed), (.correct, scene.berg, .seen),
            (.complete, scene.berg, .completed), (.acknowledge, scene.nora, .closed),
        ]
        var version: UInt32 = 2
        for (move, agent, state) in way {
            let item = try scene.make(move, by: agent)
            version += 1
            #expect(item.outcome == .accepted, "\(move)")
            #expect(item.state == state)
            #expect(item.version == version)
        }
        let trail = try scene.town.trail(of: scene.id)
        #expect(trail.allSatisfy { $0.delivery.state == .acknowledged })
        let toInitiator = trail.filter { $0.delivery.mailbox == .agent(Town.adams) }
        #expect(toInitiator.count == 13)
        let known = try scene.town.events(of: .organisation(Town.practice)).last?.event
        #expect(known?.subject == .referral(ReferralSummary(try scene.referral())))
    }

    @Test("accepting takes a referral out of the team's pool")
    func assignee() throws {
        let scene = try Scene()
        try scene.make(.accept, by: scene.berg)
        #expect(try scene.referral().assignee == Town.berg)
        try scene.make(.cancel, by: scene.adams)
        #expect(
            try scene.town.trail(of: scene.id).last?.delivery.mailbox == .agent(Town.berg))
    }

    @Test("what goes to an accepting agent that was revoked goes to its team")
    func revokedAssignee() throws {
        let scene = try Scene()
        try scene.make(.accept, by: scene.berg)
        try scene.town.enrol(.revokeAgent(Town.berg))
        try scene.make(.cancel, by: scene.adams)
        #expect(
            try scene.town.trail(of: scene.id).last?.delivery.mailbox
                == .service(Town.cardiology))
    }

    @Test("a coordinator acts for the own organisation's side only, and the other is told")
    func coordinator() throws {
        let scene = try Scene()
        var hold = try scene.town.completeMove(.hold, scene.referral())
        hold.change.terms.onBehalfOf = .recipient
        _ = try scene.hana.submit(hold)
        var told = try scene.town.trail(of: scene.id).filter { $0.message.id == hold.id }
        #expect(told.map(\.delivery.mailbox) == [.agent(Town.adams)])
        #expect(told.first?.message.details.actingAs == .coordinator)
        #expect(told.first?.message.details.onBehalfOf == .recipient)

        let resume = try scene.town.completeMove(.resume, scene.referral())
        _ = try scene.hana.submit(resume)
        told = try scene.town.trail(of: scene.id).filter { $0.message.id == resume.id }
        #expect(told.map(\.delivery.mailbox) == [.agent(Town.adams)])

        var foreign = try scene.town.completeMove(.hold, scene.referral())
        foreign.change.terms.onBehalfOf = .initiator
        #expect(try scene.hana.submit(foreign)?.refusal?.code == .notAllowed)
    }

    @Test("the recipient's coordinator cannot close the loop, the initiator's can")
    func closing() throws {
        let scene = try Scene()
        try scene.make(.accept, by: scene.berg)
        try scene.make(.complete, by: scene.berg)
        let acknowledge = try scene.town.completeMove(.acknowledge, scene.referral())
        let refusal = try #require(try scene.hana.submit(acknowledge)?.refusal)
        #expect(refusal.code == .illegalMove)
        #expect(!refusal.allowedMoves.contains(.acknowledge))
        #expect(try scene.make(.acknowledge, by: scene.nora).state == .closed)
    }

    @Test("a move made on an old version is a conflict that tells the present one")
    func staleVersion() throws {
        let scene = try Scene()
        var accept = try scene.town.completeMove(.accept, scene.referral())
        accept.change.expectedVersion = 1
        let refusal = try #require(try scene.berg.submit(accept)?.refusal)
        #expect(refusal.code == .staleVersion)
        #expect(refusal.state == .received)
        #expect(refusal.version == 2)
    }

    @Test("an illegal move is refused with what this agent may do instead")
    func illegalMove() throws {
        let scene = try Scene()
        let note = try scene.town.move(.note, scene.referral(), document: true)
        let refusal = try #require(try scene.berg.submit(note)?.refusal)
        #expect(refusal.code == .illegalMove)
        #expect(refusal.state == .received)
        #expect(
            Set(refusal.allowedMoves) == [.accept, .decline, .redirect, .ask, .hold, .fail])
        let other = try scene.town.move(.accept, scene.referral())
        #expect(
            Set(try scene.adams.submit(other)?.refusal?.allowedMoves ?? [])
                == [.cancel, .enterInError])
    }

    @Test("a move to where the referral is changes nothing, whatever version it names")
    func noOp() throws {
        let scene = try Scene()
        try scene.make(.accept, by: scene.berg)
        let before = try scene.referral()
        var again = scene.town.completeMove(.accept, before)
        again.change.expectedVersion = 1
        #expect(try scene.berg.submit(again)?.outcome == .unchanged)
        #expect(try scene.referral() == before)
    }

    @Test("strangers to a referral cannot tell it from none, and onlookers may not move it")
    func notAllowed() throws {
        let scene = try Scene()
        let audrey = try scene.town.connected(Town.audrey)
        let accept = try scene.town.completeMove(.accept, scene.referral())
        #expect(try audrey.submit(accept)?.refusal?.code == .notAllowed)
        let nothing = try scene.town.completeMove(.accept, scene.referral())
        var unknown = nothing
        unknown.change.referral = ReferralID(scene.town.fresh())
        #expect(try scene.berg.submit(unknown)?.refusal?.code == .unknownReferral)
        #expect(try scene.berg.submit(scene.town.request())?.refusal?.code == .notAllowed)
    }

    @Test("a reason that is required is asked for, and `other` needs words")
    func reasons() throws {
        let scene = try Scene()
        let bare = try scene.town.move(.decline, scene.referral())
        #expect(try scene.berg.submit(bare)?.refusal?.code == .reasonRequired)
        let wrong = try scene.town.move(.decline, scene.referral(), reason: "forgot")
        #expect(try scene.berg.submit(wrong)?.refusal?.code == .reasonRequired)
        let mute = try scene.town.move(.decline, scene.referral(), reason: "other")
        #expect(try scene.berg.submit(mute)?.refusal?.code == .payloadMissing)
        let told = try scene.town.move(.decline, scene.referral(), reason: "other", document: true)
        #expect(try scene.berg.submit(told)?.outcome == .accepted)
    }

    @Test("a document about another patient is refused")
    func otherPatient() throws {
        let scene = try Scene()
        try scene.make(.accept, by: scene.berg)
        var note = try scene.town.move(.note, scene.referral())
        scene.town.attach(about: Town.patient(2), to: &note)
        #expect(try scene.berg.submit(note)?.refusal?.code == .payloadMismatch)
    }

    @Test("moves without what their kind needs are refused")
    func details() throws {
        let scene = try Scene()
        try scene.make(.accept, by: scene.berg)
        let schedule = try scene.town.move(.schedule, scene.referral())
        #expect(try scene.berg.submit(schedule)?.refusal?.code == .invalidField)
        let note = try scene.town.move(.note, scene.referral())
        #expect(try scene.berg.submit(note)?.refusal?.code == .payloadMissing)
        let redirect = try scene.town.move(
            .redirect, scene.referral(), reason: "wrong-service")
        #expect(try scene.berg.submit(redirect)?.refusal?.code == .invalidField)
    }

    @Test("a second open referral for the same is refused unless it is meant")
    func possibleDuplicate() throws {
        let scene = try Scene()
        #expect(
            try scene.adams.submit(scene.town.request())?.refusal?.code == .possibleDuplicate)
        var meant = scene.town.request()
        meant.request.allowsDuplicate = true
        #expect(try scene.adams.submit(meant)?.outcome == .accepted)
        let elsewhere = scene.town.request(to: .service(Town.imaging))
        #expect(try scene.adams.submit(elsewhere)?.outcome == .accepted)
    }

    @Test("referring again right behind the cancellation is no duplicate, also in one step")
    func cancelAndReferInOneStep() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let request = town.request()
        let referral = try #require(try town.referral(try adams.submit(request)?.referral))
        let cancel = town.completeMove(.cancel, referral)
        let items = try adams.say(.submit(cancel), .submit(town.request())).receipts
        #expect(items.map(\.outcome) == [.accepted, .accepted])
    }

    @Test("requests that lack something are refused with what is lacking")
    func requestChecks() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        func code(_ change: (inout Submission) -> Void) throws -> RefusalCode? {
            var request = town.request()
            change(&request)
            return try adams.submit(request)?.refusal?.code
        }
        #expect(try code { $0.request.terms.reason = nil } == .reasonRequired)
        #expect(
            try code { $0.request.terms.reason = ReasonCode("capacity") } == .reasonRequired)
        #expect(try code { $0.document = nil } == .payloadMissing)
        #expect(try code { $0.request.to = nil } == .unknownRecipient)
        let nobody = Mailbox.agent(AgentID(unchecked: "x"))
        #expect(try code { $0.request.to = nobody } == .unknownRecipient)
        #expect(try code { $0.request.replyTo = .service(Town.cardiology) } == .notAllowed)
        #expect(
            try code { $0.request.previous = ReferralID(town.fresh()) } == .unknownReferral)
        let request = town.request()
        _ = try adams.submit(request)
        let taken = request.request.referral
        #expect(try code { $0.request.referral = taken } == .referralExists)
        let namesake = namesake(of: taken)
        #expect(try code { $0.request.referral = namesake } == .referralExists)
    }

    @Test("two referrals with one number: the second is refused, also in the same step")
    func numbers() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let first = town.request()
        var second = town.request(for: Town.patient(2))
        second.request.referral = namesake(of: first.request.referral)
        let items = try adams.say(.submit(first), .submit(second)).receipts
        #expect(items.map(\.refusal?.code) == [nil, .referralExists])
        var again = town.request(for: Town.patient(2))
        again.request.referral = ReferralID(town.fresh())
        #expect(try adams.submit(again)?.outcome == .accepted)
        // A new leg is a referral like any other.
        let berg = try town.connected(Town.berg)
        let referral = try #require(try town.referral(first.request.referral))
        try berg.ackAll(berg.deliveries)
        let received = try #require(try town.referral(referral.id))
        var redirect = town.completeMove(.redirect, received)
        redirect.change.next = namesake(of: again.request.referral)
        #expect(try berg.submit(redirect)?.refusal?.code == .referralExists)
        #expect(try town.referral(referral.id)?.state == .received)
    }

    /// Another id with the same number, which is made of the last 55 bits.
    private func namesake(of id: ReferralID) -> ReferralID {
        ReferralID(UUIDBytes(high: id.uuid.high + 1, low: id.uuid.low))
    }

    @Test("a redirection opens a new leg with the same document, if consent allows the new place")
    func redirect() throws {
        let scene = try Scene()
        let redirect = try scene.town.completeMove(.redirect, scene.referral())
        #expect(try scene.berg.submit(redirect)?.state == .redirected)
        let old = try scene.referral()
        let leg = try #require(try scene.town.referral(redirect.change.next))
        #expect(old.next == leg.id)
        #expect(leg.previous == old.id)
        #expect(leg.state == .requested)
        #expect(leg.to == .service(Town.imaging))
        let messages = try scene.town.trail(of: leg.id).map(\.message)
        let first = try #require(try scene.town.trail(of: old.id).first?.message)
        #expect(messages.map(\.payloadHash) == [first.payloadHash])
        let stored = try scene.town.broker.store.payload(of: try #require(messages.first).number)
        #expect(try stored == scene.town.broker.store.payload(of: first.number))
        let chen = try scene.town.connected(Town.chen)
        #expect(chen.deliveries.map(\.mailbox) == [.service(Town.imaging)])
    }

    @Test("a redirection to where consent does not reach changes nothing")
    func redirectWithoutConsent() throws {
        let scene = try Scene()
        let named = BusinessIdentifier(system: "urn:careloop:service", value: "imaging")
        let imaging = ConsentProvision(
            type: .deny, actors: [ConsentActor(identifiers: named.map { [$0] } ?? [])])
        scene.town.broker.shelf.standing = [.rule(.permit, exceptions: [imaging])]
        let redirect = try scene.town.completeMove(.redirect, scene.referral())
        #expect(try scene.berg.submit(redirect)?.refusal?.code == .consentRefused)
        #expect(try scene.referral().state == .received)
        #expect(try scene.town.referral(redirect.change.next) == nil)
    }

    @Test("referring again ties the legs together, once")
    func referAgain() throws {
        let scene = try Scene()
        try scene.make(.decline, by: scene.berg)
        var again = scene.town.request()
        again.request.previous = scene.id
        #expect(try scene.adams.submit(again)?.outcome == .accepted)
        #expect(try scene.referral().next == again.referral)
        #expect(try scene.town.referral(again.referral)?.previous == scene.id)
        var third = scene.town.request(to: .service(Town.imaging))
        third.request.previous = scene.id
        #expect(try scene.adams.submit(third)?.refusal?.code == .illegalMove)
    }
}
