import CareModel
import CareStore
import Foundation
import Testing
import ZeroMQ

@testable import CareBroker
@testable import CareCore

@Suite("The parts of the broker's shell keep their word")
struct ShellPartsTests {
    @Test("the clock never runs behind what is stored, nor backwards")
    func clock() {
        let ahead = BrokerClock.wall() + .seconds(3_600)
        var clock = BrokerClock(lastSeen: ahead)
        let first = clock.moment(hasRoom: true, isCrowded: false)
        let second = clock.moment(hasRoom: false, isCrowded: true)
        #expect(first.wall >= ahead)
        #expect(second.wall >= first.wall && second.uptime >= first.uptime)
        #expect(first.hasRoom && !first.isCrowded && !second.hasRoom && second.isCrowded)
        #expect(first.random != second.random)
    }

    @Test("refused connections are told together, at most once in ten seconds")
    func refusals() {
        var counter = RefusalCounter()
        let none = counter.due(at: .zero)
        #expect(none == nil)
        counter.count(2)
        let two = counter.due(at: .zero)
        #expect(two == 2)
        counter.count(3)
        let early = counter.due(at: .seconds(9))
        #expect(early == nil)
        counter.count(1)
        let four = counter.due(at: .seconds(10))
        #expect(four == 4)
        let late = counter.due(at: .seconds(99))
        #expect(late == nil)
    }

    @Test("a process with few descriptors open has room for sessions")
    func descriptors() {
        var descriptors = DescriptorGuard()
        let first = descriptors.isCrowded(at: .zero)
        let second = descriptors.isCrowded(at: .milliseconds(500))
        #expect(!first && !second)
    }

    @Test("a process with four fifths of its descriptors open has none, and looks once a second")
    func crowdedDescriptors() throws {
        // This process has some open, at least the standard ones.
        var few = DescriptorGuard(limit: 4)
        let isFewCrowded = few.isCrowded(at: .zero)
        #expect(isFewCrowded)
        var descriptors = DescriptorGuard(limit: 4_000)
        var answers = [descriptors.isCrowded(at: .zero)]
        let files = try (0..<3_300).map { _ in
            try #require(FileHandle(forReadingAtPath: "/dev/null"))
        }
        answers.append(descriptors.isCrowded(at: .milliseconds(999)))
        answers.append(descriptors.isCrowded(at: .seconds(1)))
        for file in files { try file.close() }
        answers.append(descriptors.isCrowded(at: .seconds(2)))
        #expect(answers == [false, false, true, false])
    }

    @Test("questions are answered on another thread, and too many at once are refused as busy")
    func inquirer() throws {
        let wakeUp = try WakeUp()
        let inquirer = Inquirer(wakeUp: wakeUp, metrics: MetricsRecorder())
        func inquiry(_ request: UInt64) -> Inquiry {
            Inquiry(asker: nil, peer: Peer([1]), request: request, subject: .status(sessions: 3))
        }
        // Nobody answers yet: the queue fills.
        for request in 1...1_024 as ClosedRange<UInt64> {
            #expect(inquirer.ask(inquiry(request)) == nil)
        }
        let refused = try #require(inquirer.ask(inquiry(1_025)))
        #expect(refused.saying == .administered(.refused(Refusal(.busy))))
        let reader = try InMemoryStore().makeReader()
        inquirer.start(reader, now: BrokerClock.wall)
        defer { inquirer.stop() }
        var poller = Poller()
        _ = poller.add(wakeUp)
        var answers: [Outgoing] = []
        while answers.count < 1_024 {
            let ready = try poller.wait(timeout: .seconds(30))
            try #require(ready > 0, "no answer came in time")
            _ = wakeUp.drain()
            answers += inquirer.takeAnswers()
        }
        #expect(answers.map(\.request) == Array(1...1_024))
        guard case .administered(.status(let status)) = answers[0].saying else {
            Issue.record("not a status")
            return
        }
        #expect(status.sessions == 3)
    }

    @Test("a question the reader cannot answer is an internal error, in the words of its socket")
    func unanswerable() throws {
        let wakeUp = try WakeUp()
        let inquirer = Inquirer(wakeUp: wakeUp, metrics: MetricsRecorder())
        inquirer.start(try InMemoryStore().makeReader(), now: BrokerClock.wall)
        defer { inquirer.stop() }
        let asker = Asker(
            Agent(
                id: AgentID(unchecked: "a"), organisation: OrganisationID(unchecked: "o"), name: "",
                publicKey: "", roles: [], services: []))
        let patient = try #require(PatientKey(bytes: Array(repeating: 1, count: 32)))
        let question = Question.timeline(patient)
        _ = inquirer.ask(
            Inquiry(
                asker: asker, peer: Peer([1]), request: 4, subject: .question(question, Page())))
        var poller = Poller()
        _ = poller.add(wakeUp)
        let ready = try poller.wait(timeout: .seconds(30))
        #expect(ready > 0)
        let answer = try #require(inquirer.takeAnswers().first)
        #expect(answer.saying == .error(Refusal(.internalError)))
        #expect(answer.request == 4)
    }
}
