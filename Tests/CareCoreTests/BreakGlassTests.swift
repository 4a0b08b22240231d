import CareCore
import CareModel
import CareTestKit
import Testing

@Suite("Break-glass")
struct BreakGlassTests {
    private let patient = Town.patient(1)

    /// A town in which the practice and the hospital treat the patient, who permits coordination
    /// of care to them alone.
    private func town(_ more: [ConsentDirective] = []) throws -> (Town, Submission) {
        let town = try Town(consents: false)
        let permit = ConsentDirective.rule(
            .permit,
            to: [.organisation(Town.practice), .organisation(Town.hospital)])
        town.broker.shelf.standing = [permit] + more
        let request = try town.takeIntoCare(patient)
        return (town, request)
    }

    private let look = AgentSaying.query(.timeline(Town.patient(1)), page: Page())

    @Test("an eligible agent sees the patient's history for four hours, and not a minute more")
    func fourHours() throws {
        let (town, request) = try town()
        let eva = try town.connected(Town.eva)
        #expect(try eva.say(look).errors == [.unknownPatient])
        let receipt = try eva.submit(town.breakGlass(for: patient))
        #expect(receipt?.outcome == .accepted)
        #expect(receipt?.breakGlass != nil)
        let seen = try #require(try eva.say(look).timelines.first)
        #expect(seen.entries.map(\.message.id) == [request.id])
        let disclosure = try #require(town.audit.last { $0.kind == .disclosureSent })
        #expect(disclosure.purpose == "BTG")
        #expect(disclosure.agent == Town.eva)
        #expect(town.audit.last { $0.kind == .timelineRead }?.purpose == "BTG")
        try town.broker.advance(by: .seconds(4 * 3600 - 60))
        let later = try town.connected(Town.eva)
        #expect(try later.say(look).timelines.count == 1)
        try town.broker.advance(by: .seconds(61))
        let late = try town.connected(Town.eva)
        #expect(try late.say(look).errors == [.unknownPatient])
        let ends = town.audit.filter { $0.kind == .breakGlassEnded }
        #expect(ends.map(\.outcome) == ["expired"])
    }

    @Test("it needs the role, a patient and a reason in words")
    func eligibility() throws {
        let (town, _) = try town()
        let berg = try town.connected(Town.berg)
        #expect(try berg.submit(town.breakGlass(for: patient))?.refusal?.code == .notAllowed)
        let eva = try town.connected(Town.eva)
        for words in [nil, "", "help"] {
            let refusal = try eva.submit(town.breakGlass(for: patient, words: words))?.refusal
            #expect(refusal?.code == .reasonRequired)
        }
        #expect(!town.audit.contains { $0.kind == .breakGlassStarted })
    }

    @Test("it cannot be renewed while it holds; afterwards it is another one")
    func renewal() throws {
        let (town, _) = try town()
        let eva = try town.connected(Town.eva)
        let first = try eva.submit(town.breakGlass(for: patient))?.breakGlass
        #expect(try eva.submit(town.breakGlass(for: patient))?.refusal?.code == .breakGlassHolds)
        #expect(try eva.submit(ending(first, town))?.outcome == .accepted)
        #expect(try eva.submit(ending(first, town))?.outcome == .unchanged)
        #expect(try eva.say(look).errors == [.unknownPatient])
        let second = try eva.submit(town.breakGlass(for: patient))?.breakGlass
        #expect(second != nil && second != first)
    }

    @Test("those who may judge it are told at once, in every organisation of the care team")
    func custodians() throws {
        let (town, _) = try town()
        let nora = try town.connected(Town.nora)
        let audrey = try town.connected(Town.audrey)
        let adams = try town.connected(Town.adams)
        let eva = try town.connected(Town.eva)
        let glass = try eva.submit(town.breakGlass(for: patient))?.breakGlass
        for reviewer in [nora, audrey] {
            let notice = try #require(reviewer.read().messages.first)
            #expect(notice.kind == .breakGlassNotice)
            #expect(notice.thread?.override == glass)
            #expect(notice.details.patient?.value == "p")
        }
        #expect(adams.deliveries.isEmpty)
    }

    @Test("only another person with the role closes the review, and only once")
    func review() throws {
        let (town, _) = try town()
        let eva = try town.connected(Town.eva)
        let glass = try eva.submit(town.breakGlass(for: patient))?.breakGlass
        let audrey = try town.connected(Town.audrey)
        let adams = try town.connected(Town.adams)
        #expect(try eva.submit(review(glass, town))?.refusal?.code == .notAllowed)
        #expect(try adams.submit(review(glass, town))?.refusal?.code == .notAllowed)
        #expect(try audrey.submit(review(glass, town))?.outcome == .accepted)
        #expect(try audrey.submit(review(glass, town))?.outcome == .unchanged)
        let other = try audrey.submit(review(glass, town, .unjustified))?.refusal
        #expect(other?.code == .notAllowed)
        #expect(other?.message.contains("justified") == true)
        #expect(town.audit.last { $0.kind == .breakGlassReviewed }?.agent == Town.audrey)
        // Found justified, it goes on.
        #expect(try eva.say(look).timelines.count == 1)
    }

    @Test("nobody judges what they did themselves, whatever their roles")
    func ownReview() throws {
        let (town, _) = try town()
        let both = Town.agent(Town.eva, Town.emergencyRoom, [.emergency, .auditor])
        try town.enrol(.enrolAgent(both))
        let eva = try town.connected(Town.eva)
        let glass = try eva.submit(town.breakGlass(for: patient))?.breakGlass
        #expect(try eva.submit(review(glass, town))?.refusal?.code == .unknownBreakGlass)
    }

    @Test("an id that was used cannot begin another override")
    func sameID() throws {
        let (town, _) = try town()
        let eva = try town.connected(Town.eva)
        let first = town.breakGlass(for: patient)
        _ = try eva.submit(first)
        let audrey = try town.connected(Town.audrey)
        let glass = BreakGlassID(first.id.uuid)
        _ = try audrey.submit(review(glass, town, .unjustified))
        let dora = AgentID(unchecked: "dora")
        try town.enrol(.enrolAgent(Town.agent(dora, Town.emergencyRoom, [.emergency])))
        let second = try town.connected(dora)
        var again = town.breakGlass(for: Town.patient(2))
        again.id = first.id
        #expect(try second.submit(again)?.refusal?.code == .duplicateConflict)
        try town.broker.restart()
        #expect(try town.broker.patientsInEmergency().isEmpty)
    }

    @Test("it ends when its agent gets a new key or loses the role")
    func reEnrolled() throws {
        for roles: Set<Role> in [[.specialist], [.specialist, .emergency]] {
            let (town, _) = try town()
            let eva = try town.connected(Town.eva)
            _ = try eva.submit(town.breakGlass(for: patient))
            let agent = Agent(
                id: Town.eva, organisation: Town.emergencyRoom, name: "eva", publicKey: "new",
                roles: roles, services: [])
            try town.enrol(.enrolAgent(agent))
            #expect(try town.broker.patientsInEmergency().isEmpty)
            #expect(town.audit.contains { $0.kind == .breakGlassEnded })
        }
    }

    @Test("found unjustified, it ends at once")
    func unjustified() throws {
        let (town, _) = try town()
        let eva = try town.connected(Town.eva)
        let glass = try eva.submit(town.breakGlass(for: patient))?.breakGlass
        let audrey = try town.connected(Town.audrey)
        #expect(try audrey.submit(review(glass, town, .unjustified))?.outcome == .accepted)
        #expect(try eva.say(look).errors == [.unknownPatient])
    }

    @Test("it does not overrule a directive that forbids every use, or break-glass itself")
    func forbidden() throws {
        for purposes in [[], [Coding.breakGlass]] {
            let never = ConsentDirective(
                name: "never", version: "1",
                rule: .stated(
                    base: .deny,
                    root: ConsentProvision(
                        actors: [.organisation(Town.emergencyRoom)], purposes: purposes)))
            let (town, _) = try town([never])
            let eva = try town.connected(Town.eva)
            #expect(try eva.submit(town.breakGlass(for: patient))?.outcome == .accepted)
            #expect(try eva.say(look).timelines.first?.entries.isEmpty == true)
            #expect(town.audit.contains { $0.kind == .disclosureWithheld })
        }
    }

    @Test("it survives a restart, and ends with its agent's key")
    func restart() throws {
        let (town, _) = try town()
        let eva = try town.connected(Town.eva)
        _ = try eva.submit(town.breakGlass(for: patient))
        try town.broker.restart()
        let again = try town.connected(Town.eva)
        #expect(try again.say(look).timelines.first?.entries.count == 1)
        try town.enrol(.revokeAgent(Town.eva))
        #expect(town.audit.last { $0.kind == .breakGlassEnded }?.outcome == "revoked")
    }

    @Test("what was withheld from a mailbox goes to who broke the glass, and comes back at the end")
    func withheld() throws {
        let town = try Town(consents: false)
        town.broker.shelf.standing = [.rule(.permit, to: [.organisation(Town.hospital)])]
        let both = Town.agent(
            Town.berg, Town.hospital, [.specialist, .emergency], [Town.cardiology])
        try town.enrol(.enrolAgent(both))
        let request = try town.takeIntoCare(patient)
        #expect(try town.referral(request.referral)?.state == .received)
        let adams = try town.connected(Town.adams)
        town.broker.shelf.standing = []
        let second = town.request(for: patient, to: .service(Town.cardiology))
        #expect(try adams.submit(second)?.refusal != nil)
        let berg = try town.connected(Town.berg)
        _ = try berg.submit(town.breakGlass(for: patient))
        var third = town.request(for: patient)
        third.request.allowsDuplicate = true
        #expect(try adams.submit(third)?.outcome == .accepted)
        let copy = try #require(berg.deliveries.last)
        #expect(try town.broker.patientsInEmergency() == [patient])
        try town.broker.advance(by: .seconds(4 * 3600 + 2))
        let delivery = try #require(try town.delivery(copy.id))
        #expect(delivery.state == .withheld)
    }

    private func ending(_ glass: BreakGlassID?, _ town: Town) -> Submission {
        let glass = glass ?? BreakGlassID(town.fresh())
        return town.submission(.overrideEnd(OverrideEnd(breakGlass: glass)))
    }

    private func review(
        _ glass: BreakGlassID?, _ town: Town, _ finding: BreakGlass.Finding = .justified
    ) -> Submission {
        let glass = glass ?? BreakGlassID(town.fresh())
        return town.submission(
            .overrideReview(OverrideReview(breakGlass: glass, finding: finding)))
    }
}
