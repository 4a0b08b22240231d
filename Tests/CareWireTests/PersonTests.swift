import CareModel
import CareWire
import Foundation
import SwiftProtobuf
import Testing

@Suite("On whose behalf an agent says something")
struct PersonTests {
    private let patient: PatientKey

    init() throws { patient = try Story.patient() }

    private func hear(_ verb: String, _ name: String) throws -> HeardFromAgent {
        let vector = try Vector.named(name, verb, in: "agent")
        return HeardFromAgent(header: vector.header, payload: nil, patientKey: { _ in patient })
    }

    private func hear(_ change: (inout WirePerson) -> Void) throws -> HeardFromAgent {
        var frame = WireAgentFrame()
        frame.version = WireLimits.version
        frame.query.deadLetters = WireDeadLetterQuestion()
        frame.actingFor.identifier.value = "S-117"
        change(&frame.actingFor)
        let header: [UInt8] = try frame.serializedBytes()
        return HeardFromAgent(header: header, payload: nil, patientKey: { _ in patient })
    }

    @Test("the person of the golden frames is understood beside what is said")
    func golden() throws {
        let submit = try hear("Submit", "accepts on behalf of a person")
        #expect(submit.actingFor == (try Story.nora()))
        guard case .submit(let submission) = submit.saying else {
            Issue.record("\(submit.saying)")
            return
        }
        #expect(submission.refusal == nil)
        let ack = try hear("Ack", "a person it names has opened it")
        #expect(ack.actingFor == (try Story.nora(name: nil, role: nil)))
        #expect(ack.saying == .ack(DeliveryID(1), Fence(1), displayed: true))
        let query = try hear("Query", "a patient's history, on behalf of a person")
        #expect(query.actingFor == (try Story.nora()))
        #expect(try hear("Submit", "accepts, without a document").actingFor == nil)
    }

    @Test("what is written is read back")
    func roundTrip() throws {
        let identifier = try #require(BusinessIdentifier(system: "", value: "7"))
        let bare = try #require(Person(identifier: identifier))
        for person in [try Story.nora(), bare] {
            #expect(Person(stored: person.wire) == person)
            #expect(try hear { $0 = person.wire }.actingFor == person)
        }
    }

    @Test("parts of 1 to 200 bytes are taken, others are refused by the field's name")
    func limits() throws {
        let longest = String(repeating: "ä", count: 100)
        for take: (inout WirePerson) -> Void in [
            { $0.name = longest }, { $0.identifier.value = longest },
            { $0.identifier.system = longest }, { $0.role = "nurse-2" },
        ] { #expect(try hear(take).actingFor != nil) }
        let secret = "jane-doe-1970"
        let wrong: [(inout WirePerson) -> Void] = [
            { $0.identifier.value = "" }, { $0.identifier.value = " " }, { $0.name = "\u{3000}" },
            { $0.clearIdentifier() },
            { $0.name = longest + "a" }, { $0.identifier.value = longest + "a" },
            { $0.identifier.system = longest + "a" }, { $0.name = "Nora\nadmin" },
            { $0.name = "\u{202E}aroN" }, { $0.identifier.value = "\(secret)\u{0}" },
            { $0.role = "Nurse" }, { $0.role = String(repeating: "a", count: 65) },
        ]
        for change in wrong {
            let heard = try hear(change)
            #expect(heard.actingFor == nil)
            guard case .unusable(let refusal) = heard.saying else {
                Issue.record("\(heard.saying) was taken")
                continue
            }
            #expect(refusal.code == .invalidField)
            #expect(refusal.message.contains("acting_for"))
            #expect(!refusal.message.contains(secret))
        }
    }

    @Test("a submission for somebody who cannot be read is refused in a receipt")
    func submission() throws {
        var frame = WireAgentFrame()
        frame.version = WireLimits.version
        frame.submit.messageID = Data(try Story.request().bytes)
        frame.submit.kind = "accept"
        frame.actingFor.name = "Nora"
        let header: [UInt8] = try frame.serializedBytes()
        let heard = HeardFromAgent(header: header, payload: nil, patientKey: { _ in patient })
        guard case .submit(let submission) = heard.saying else {
            Issue.record("\(heard.saying)")
            return
        }
        #expect(submission.refusal?.code == .invalidField)
    }
}
