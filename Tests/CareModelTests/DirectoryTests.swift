import CareModel
import Testing

@Suite("The directory knows whose a mailbox is, and who may see what")
struct DirectoryTests {
    private let practice = OrganisationID(unchecked: "practice")
    private let clinic = OrganisationID(unchecked: "clinic")

    private func agent(_ name: String, of organisation: OrganisationID, _ roles: Set<Role>) -> Agent
    {
        Agent(
            id: AgentID(unchecked: name), organisation: organisation, name: name, publicKey: "",
            roles: roles, services: [])
    }

    @Test("agents and services lead to their organisation, strangers and the revoked to none")
    func organisations() throws {
        var directory = Directory()
        let ann = agent("ann", of: practice, [.referrer])
        var bob = agent("bob", of: clinic, [.specialist])
        let service = Service(
            id: ServiceID(unchecked: "cardiology"), organisation: clinic, name: "Cardiology")
        directory.services[service.id] = service
        directory.agents = [ann.id: ann, bob.id: bob]
        #expect(directory.organisation(of: .agent(ann.id)) == practice)
        #expect(directory.organisation(of: .agent(bob.id)) == clinic)
        #expect(directory.organisation(of: .service(service.id)) == clinic)
        #expect(directory.organisation(of: .service(ServiceID(unchecked: "ann"))) == nil)
        #expect(directory.organisation(of: .agent(AgentID(unchecked: "cardiology"))) == nil)
        bob.isActive = false
        directory.agents[bob.id] = bob
        #expect(directory.organisation(of: .agent(bob.id)) == nil)
    }

    @Test("both organisations of a referral may see it, and no other, whatever its roles")
    func visibility() throws {
        let referral = try Sample.referral()
        let stranger = OrganisationID(unchecked: "other")
        for roles: Set<Role> in [[.referrer], [.auditor], Set(Role.allCases)] {
            #expect(Asker(agent("a", of: practice, roles)).maySee(referral))
            #expect(Asker(agent("a", of: clinic, roles)).maySee(referral))
            #expect(!Asker(agent("a", of: stranger, roles)).maySee(referral))
        }
    }

    @Test("who has no role, or only that for emergencies, sees no referral")
    func rolesCount() throws {
        let referral = try Sample.referral()
        for roles: Set<Role> in [[], [.emergency]] {
            #expect(!Asker(agent("a", of: practice, roles)).maySee(referral))
            #expect(!Asker(agent("a", of: clinic, roles)).maySee(referral))
        }
    }

    private func glass(by name: String, of organisation: OrganisationID) throws -> BreakGlass {
        BreakGlass(
            id: BreakGlassID(try Sample.referralID(2).uuid), patient: try Sample.patient(),
            patientIdentifier: try #require(BusinessIdentifier(system: "", value: "T-1")),
            agent: AgentID(unchecked: name), organisation: organisation, custodians: [clinic],
            reason: "Unconscious.", startedAt: Sample.start, endsAt: Sample.start + .seconds(60))
    }

    @Test("an override is judged by its organisation or a custodian, never by who began it")
    func review() throws {
        let glass = try glass(by: "ann", of: practice)
        let judges = Role.allCases.filter { Asker(agent("bob", of: clinic, [$0])).mayReview(glass) }
        #expect(Set(judges) == [.coordinator, .auditor, .administrator])
        let everything = Set(Role.allCases)
        #expect(Asker(agent("amy", of: practice, everything)).mayReview(glass))
        #expect(!Asker(agent("ann", of: practice, everything)).mayReview(glass))
        let other = OrganisationID(unchecked: "other")
        #expect(!Asker(agent("eve", of: other, everything)).mayReview(glass))
    }

    @Test("dead letters are for coordinators, auditors and administrators")
    func deadLetters() {
        let allowed = Role.allCases.filter {
            Asker(agent("a", of: practice, [$0])).maySeeDeadLetters
        }
        #expect(Set(allowed) == [.coordinator, .auditor, .administrator])
        #expect(!Asker(agent("a", of: practice, [])).maySeeDeadLetters)
    }

    @Test("an asker has what its agent has")
    func asker() {
        let agent = agent("ann", of: practice, [.referrer, .coordinator])
        let asker = Asker(agent)
        #expect(asker.agent == agent.id)
        #expect(asker.organisation == practice)
        #expect(asker.roles == agent.roles)
        #expect(asker.mailboxes == agent.mailboxes)
    }
}

@Suite("A delivery begins waiting and knows when it is done")
struct DeliveryTests {
    @Test("a new delivery waits, was never leased, and may leave at once")
    func beginning() throws {
        let delivery = Delivery(
            id: DeliveryID(1), message: MessageNumber(1),
            mailbox: .agent(AgentID(unchecked: "ann")), thread: .referral(try Sample.referralID(1)),
            queuedAt: Sample.start, expiresAt: Sample.start + .seconds(60))
        #expect(delivery.state == .queued)
        #expect(delivery.fence == Fence(0))
        #expect(delivery.notBefore == Sample.start)
        #expect(delivery.attempts == 0)
        #expect(delivery.failures == 0)
        #expect(delivery.crashes == 0)
        #expect(delivery.agent == nil)
        #expect(delivery.replayOf == nil)
    }

    @Test("leased, acknowledged and settled exclude each other as they should")
    func states() {
        #expect(DeliveryState.allCases.filter(\.isLeased) == [.sending, .delivered])
        #expect(DeliveryState.allCases.filter(\.isAcknowledged) == [.acknowledged, .displayed])
        for state in DeliveryState.allCases {
            if state.isLeased { #expect(!state.isSettled) }
            if state.isAcknowledged { #expect(state.isSettled) }
        }
    }

    @Test("an event's summary says what a board shows of a referral")
    func summary() throws {
        var referral = try Sample.referral(.infoRequested, after: [.received])
        referral.dueAt = Sample.start + .seconds(60)
        referral.version = 3
        let summary = ReferralSummary(referral)
        #expect(summary.id == referral.id)
        #expect(summary.state == .infoRequested)
        #expect(summary.version == 3)
        #expect(summary.dueAt == referral.dueAt)
        #expect(summary.waitsFor == .initiator)
        #expect(summary.initiator == referral.initiator)
        #expect(summary.recipient == referral.recipient)
        #expect(summary.to == referral.to)
        #expect(summary.priority == .routine)
    }
}
