import CareCore
import CareModel
import CareStore
import CareTestKit
import Testing

/// Sets up an asker with one role in one relation, and asks for one thing.
struct AccessScene {
    enum Outcome: Equatable {
        case allowed
        case refused(RefusalCode)
    }

    private let cell: AccessTests.Cell
    private let town: Town
    private let asker: ScriptedAgent
    private let patient = Town.patient(1)
    private let request: Submission
    private let consent = ConsentID(UUIDBytes(high: 1, low: 2))
    private let dead: DeliveryID
    private let glass: BreakGlassID?

    private static let id = AgentID(unchecked: "asker")
    private static let clinic = OrganisationID(unchecked: "clinic")

    /// Nil where the relation has no meaning for the verb: nobody can stand in it.
    init?(_ cell: AccessTests.Cell) throws {
        guard cell.verb.relations.contains(cell.relation) else { return nil }
        // Only who has the role can have broken the glass.
        guard cell.relation != .emergency || cell.role == .emergency else { return nil }
        self.cell = cell
        var policy = BrokerPolicy()
        policy.failuresMax = 1
        town = try Town(policy: policy)
        try town.enrol(.enrolOrganisation(Organisation(id: Self.clinic, name: "Clinic")))
        let organisation = Self.organisation(cell)
        try town.enrol(.enrolAgent(Self.agent(organisation, [cell.role])))
        request = try Self.referral(in: town, about: patient)
        dead = try Self.deadLetter(in: town)
        glass = try Self.override(in: town, of: cell)
        let adams = try town.connected(Town.adams)
        _ = try adams.submit(town.consent(.permitAll, for: patient, id: consent))
        try adams.say(.bye)
        if cell.relation == .careTeam, cell.verb != .reviewBreakGlass {
            try Self.addClinicToCareTeam(of: patient, in: town)
        }
        if cell.relation == .own, cell.verb == .checkConsent {
            try Self.refer(patient, from: Self.clinic, in: town)
        }
        asker = try town.connected(Self.id)
        if cell.relation == .emergency { _ = try asker.submit(town.breakGlass(for: patient)) }
    }

    /// Whether the asker may know that what it asks for exists.
    var mayKnow: Bool {
        switch cell.verb {
        case .move, .read: AccessTable.allows(cell.role, .see, cell.relation)
        case .breakGlass: cell.relation == .emergency
        default: false
        }
    }

    func ask() throws -> Outcome {
        try ask(patient: patient, request: request, consent: consent, dead: dead, glass: glass)
    }

    /// The same for something that does not exist.
    func askForNothing() throws -> Outcome {
        var nothing = town.request(for: Town.patient(9))
        nothing.request.referral = ReferralID(town.fresh())
        return try ask(
            patient: Town.patient(9), request: nothing, consent: ConsentID(town.fresh()),
            dead: DeliveryID(9_999), glass: BreakGlassID(town.fresh()))
    }

    private func ask(
        patient: PatientKey, request: Submission, consent: ConsentID, dead: DeliveryID,
        glass: BreakGlassID?
    ) throws -> Outcome {
        switch cell.verb {
        case .refer:
            return try submit(town.request(for: patient, to: .service(Town.imaging)))
        case .move: return try move(request)
        case .see: return try read(.referral(request.referral ?? ReferralID(town.fresh())))
        case .read: return try query(.content(request.id))
        case .timeline: return try query(.timeline(patient))
        case .recordConsent:
            return try submit(
                town.consent(.permitAll, for: patient, id: ConsentID(town.fresh())))
        case .changeConsent: return try submit(town.revocation(of: consent))
        case .checkConsent:
            return try query(.consentCheck(patient, to: .service(Town.cardiology)))
        case .breakGlass: return try submit(town.breakGlass(for: patient))
        case .reviewBreakGlass:
            let review = OverrideReview(
                breakGlass: glass ?? BreakGlassID(town.fresh()), finding: .justified)
            return try submit(town.submission(.overrideReview(review)))
        case .disclosures: return try query(.disclosures(patient))
        case .deadLetters: return try deadLetters(dead)
        case .replay: return try submit(town.replay(dead))
        }
    }

    /// Makes a move that somebody in the asker's place may make, if there is one; else any.
    private func move(_ request: Submission) throws -> Outcome {
        guard let referral = try town.referral(request.referral) else {
            let unknown = request.referral ?? ReferralID(town.fresh())
            return try submit(
                town.submission(.change(ReferralChange(.accept, of: unknown, at: 1))))
        }
        let allowed = town.broker.core.allowedMoves(for: Self.id, in: referral)
        return try submit(town.completeMove(allowed.first ?? .accept, referral))
    }

    private func submit(_ submission: Submission) throws -> Outcome {
        let item = try #require(try asker.submit(submission))
        return item.refusal.map { .refused($0.code) } ?? .allowed
    }

    private func query(_ question: Question) throws -> Outcome {
        let plan = try town.broker.step(
            [asker.input(.query(question, page: Page()), request: 5)])
        try town.broker.settle()
        if let code = asker.read().errors.first { return .refused(code) }
        guard let inquiry = plan.inquiries.first else { return .allowed }
        return try answer(inquiry).refusal.map { .refused($0.code) } ?? .allowed
    }

    private func read(_ question: Question) throws -> Outcome { try query(question) }

    /// Whether the list holds the dead letter: a list nobody may see is refused, others are cut.
    private func deadLetters(_ dead: DeliveryID) throws -> Outcome {
        let plan = try town.broker.step(
            [asker.input(.query(.deadLetters, page: Page()), request: 5)])
        if let code = asker.read().errors.first { return .refused(code) }
        let inquiry = try #require(plan.inquiries.first)
        let found = try answer(inquiry)
        if let refusal = found.refusal { return .refused(refusal.code) }
        let isThere = found.trail.contains { $0.delivery.id == dead }
        return isThere ? .allowed : .refused(.unknownDelivery)
    }

    private func answer(_ inquiry: Inquiry) throws -> Answer {
        guard case .question(let question, let page) = inquiry.subject,
            let who = inquiry.asker
        else { return Answer() }
        return try town.broker.store.makeReader().answer(
            question, asker: who, page: page, now: town.broker.clock.wall)
    }
}

// MARK: - The scene

extension AccessScene {
    /// The asker's organisation: that of one side, or one of its own.
    private static func organisation(_ cell: AccessTests.Cell) -> OrganisationID {
        switch (cell.verb, cell.relation) {
        case (.checkConsent, .own): clinic
        case (.reviewBreakGlass, .own): Town.emergencyRoom
        case (.reviewBreakGlass, .careTeam): Town.practice
        case (_, .own): Town.practice
        case (_, .party): Town.hospital
        default: clinic
        }
    }

    private static func agent(_ organisation: OrganisationID, _ roles: Set<Role>) -> Agent {
        Town.agent(
            id, organisation, roles,
            organisation == Town.hospital ? [Town.cardiology, Town.imaging] : [])
    }

    /// The practice's referral to cardiology, collected there.
    private static func referral(in town: Town, about patient: PatientKey) throws -> Submission {
        try town.takeIntoCare(patient)
    }

    /// A request of another patient that became a dead letter in cardiology.
    private static func deadLetter(in town: Town) throws -> DeliveryID {
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        _ = try adams.submit(town.request(for: Town.patient(2)))
        let delivery = try #require(berg.deliveries.last)
        try town.broker.step([.unreachable(berg.peer)])
        try town.broker.settle()
        #expect(try town.delivery(delivery.id)?.state == .deadLettered)
        try adams.say(.bye)
        return delivery.id
    }

    /// Somebody else's override, where there is one to judge.
    private static func override(
        in town: Town, of cell: AccessTests.Cell
    ) throws -> BreakGlassID? {
        guard cell.verb == .reviewBreakGlass else { return nil }
        let eva = try town.connected(Town.eva)
        return try eva.submit(town.breakGlass(for: Town.patient(1)))?.breakGlass
    }

    /// A referral that nobody has collected yet makes nobody one of those who care for the patient.
    private static func refer(
        _ patient: PatientKey, from organisation: OrganisationID, in town: Town
    ) throws {
        let colleague = Town.agent(AgentID(unchecked: "colleague"), organisation, [.referrer])
        try town.enrol(.enrolAgent(colleague))
        let agent = try town.connected(colleague.id)
        #expect(
            try agent.submit(town.request(for: patient, to: .service(Town.cardiology)))?.outcome
                == .accepted)
        try agent.say(.bye)
    }

    /// A referral from the clinic makes it one of those who care for the patient.
    private static func addClinicToCareTeam(
        of patient: PatientKey, in town: Town
    ) throws {
        try refer(patient, from: clinic, in: town)
        let chen = try town.connected(Town.chen)
        try chen.ackAll(chen.deliveries)
        try chen.say(.bye)
    }
}
