@testable import CareCore
import CareModel
import CareTestKit
import Testing

@Suite("Enrolment")
struct DirectoryTests {
    @Test("enrolling anew changes, the same again does not, and both are told")
    func enrol() throws {
        let town = try Town()
        let clinic = Organisation(id: OrganisationID(unchecked: "clinic"), name: "Clinic")
        #expect(try town.enrol(.enrolOrganisation(clinic)) == .done)
        #expect(try town.enrol(.enrolOrganisation(clinic)) == .unchanged)
        #expect(town.broker.core.streams[.organisation(clinic.id)]?.token.count == 16)
        #expect(town.audit.last?.kind == .enrolled)
    }

    @Test("services and agents belong to an enrolled organisation, and stay there")
    func belonging() throws {
        let town = try Town()
        let nowhere = OrganisationID(unchecked: "nowhere")
        func code(_ command: AdminCommand) throws -> RefusalCode? {
            guard case .refused(let refusal) = try town.enrol(command) else { return nil }
            return refusal.code
        }
        let id = AgentID(unchecked: "new")
        #expect(
            try code(.enrolAgent(Town.agent(id, nowhere, [.referrer]))) == .invalidField)
        #expect(
            try code(.enrolAgent(Town.agent(id, Town.practice, [.referrer], [Town.cardiology])))
                == .invalidField)
        #expect(
            try code(.enrolAgent(Town.agent(Town.berg, Town.practice, [.referrer])))
                == .alreadyEnrolled)
        let moved = Service(id: Town.cardiology, organisation: Town.practice, name: "x")
        #expect(try code(.enrolService(moved)) == .alreadyEnrolled)
        let copy = Agent(
            id: id, organisation: Town.practice, name: "x", publicKey: "key of dr-berg",
            roles: [.referrer], services: [])
        #expect(try code(.enrolAgent(copy)) == .alreadyEnrolled)
    }

    @Test("a revoked agent is sent away, gives back what it holds, and stays revoked")
    func revoke() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        _ = try adams.submit(town.request())
        let held = try #require(berg.read().deliveries.first)
        #expect(try town.enrol(.revokeAgent(Town.berg)) == .done)
        #expect(town.broker.plan.directoryChanged)
        #expect(berg.read() == [.bye(Refusal(.revoked))])
        #expect(try town.delivery(held.id)?.state == .queued)
        #expect(try berg.say(berg.hello) == [.bye(Refusal(.revoked))])
        #expect(try town.enrol(.revokeAgent(Town.berg)) == .unchanged)
        let again = Town.agent(Town.berg, Town.hospital, [.specialist], [Town.cardiology])
        guard case .refused(let refusal) = try town.enrol(.enrolAgent(again)) else {
            Issue.record("a revoked agent came back")
            return
        }
        #expect(refusal.code == .alreadyEnrolled)
    }

    @Test("an agent whose rights change says hello again, and gives back what it holds")
    func rights() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        _ = try adams.submit(town.request())
        let held = try #require(berg.read().deliveries.first)
        try town.enrol(.enrolAgent(Town.agent(Town.berg, Town.hospital, [.specialist])))
        #expect(berg.read() == [.resync])
        #expect(try town.delivery(held.id)?.state == .queued)
        try berg.connect()
        #expect(berg.deliveries.count == 1)
        let chen = try town.connected(Town.chen)
        #expect(chen.deliveries.map(\.id) == [held.id])
    }

    @Test("an operator may list everybody, ask how the broker is, and end it")
    func operatorCommands() throws {
        let town = try Town()
        guard case .directory(let entries) = try town.enrol(.directory) else {
            Issue.record("no directory")
            return
        }
        #expect(entries.count == 10)
        #expect(try town.enrol(.status) == nil)
        #expect(town.broker.plan.inquiries.first?.subject == .status(sessions: 0))
        #expect(try town.enrol(.stop) == .done)
        #expect(town.broker.plan.stops)
    }

    @Test("what is enrolled is there after a restart")
    func restart() throws {
        let town = try Town()
        let before = town.broker.core.directory
        let streams = town.broker.core.streams
        try town.broker.restart()
        #expect(town.broker.core.directory == before)
        #expect(town.broker.core.streams == streams)
    }
}
