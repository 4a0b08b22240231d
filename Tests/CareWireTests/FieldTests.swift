import CareModel
import CareWire
import Foundation
import SwiftProtobuf
import Testing

@Suite("A field that cannot be read is refused by its name")
struct FieldTests {
    private let patient: PatientKey

    init() throws { patient = try Story.patient() }

    private func hear(_ change: (inout WireAgentFrame) -> Void) throws -> AgentSaying {
        var frame = WireAgentFrame()
        frame.version = WireLimits.version
        change(&frame)
        let header: [UInt8] = try frame.serializedBytes()
        return HeardFromAgent(header: header, payload: nil, patientKey: { _ in patient }).saying
    }

    private func submit(_ change: (inout WireSubmit) -> Void) throws -> AgentSaying {
        var submit = WireSubmit()
        submit.messageID = Data(try Story.request().bytes)
        submit.kind = "accept"
        submit.referralID = Data(try Story.referral().id.bytes)
        change(&submit)
        return try hear { $0.submit = submit }
    }

    private func refusal(_ saying: AgentSaying) -> Refusal? {
        switch saying {
        case .unusable(let refusal): refusal
        case .submit(let submission): submission.payloadRefusal
        default: nil
        }
    }

    @Test("a submission that can be named is refused in a receipt")
    func namedSubmission() throws {
        let wrong: [(String, (inout WireSubmit) -> Void)] = [
            ("referral_id", { $0.referralID = Data([1, 2, 3]) }),
            ("to", { $0.to = "cardiology" }),
            ("reply_to", { $0.replyTo = "organisation:a" }),
            ("priority", { $0.priority = "soon" }),
            ("reason", { $0.reason = String(repeating: "a", count: 513) }),
            ("on_behalf_of", { $0.onBehalfOf = "broker" }),
            ("on_behalf_of", { $0.onBehalfOf = "nobody" }),
            ("other_leg_id", { $0.otherLegID = Data(count: 15) }),
            ("consent_id", { $0.consentID = Data(count: 17) }),
            ("patient", { $0.patient = WireBusinessIdentifier() }),
            (
                "appointment_end_ms",
                {
                    $0.appointmentStartMs = 2
                    $0.appointmentEndMs = 1
                }
            ),
        ]
        for (field, change) in wrong {
            let saying = try submit(change)
            guard case .submit(let submission) = saying else {
                Issue.record("\(field) was not refused in a receipt")
                continue
            }
            #expect(submission.id == (try Story.request()))
            #expect(submission.payloadRefusal?.code == .invalidField)
            #expect(submission.payloadRefusal?.message.contains("field \(field) ") == true)
        }
    }

    @Test("a submission without a name or a known kind is refused in an error")
    func unnamedSubmission() throws {
        for saying in [
            try submit { $0.messageID = Data() }, try submit { $0.messageID = Data(count: 15) },
            try submit { $0.kind = "" }, try submit { $0.kind = "teleport" },
        ] {
            guard case .unusable(let refusal) = saying else {
                Issue.record("\(saying) was taken")
                continue
            }
            #expect(refusal.code == .invalidField)
        }
    }

    @Test("other verbs are refused in an error")
    func otherVerbs() throws {
        let long = String(repeating: "a", count: 513)
        let wrong: [(inout WireAgentFrame) -> Void] = [
            { $0.hello = .with { $0.agent = "Ann" } },
            { $0.hello = .with { $0.agent = "ann" } },
            { $0.query = WireQuery() },
            { $0.query = .with { $0.worklist = .with { $0.list = "mine" } } },
            { $0.query = .with { $0.content = .with { $0.messageID = Data(count: 3) } } },
            { $0.query = .with { $0.directory = .with { $0.text = long } } },
            { $0.query = .with { $0.consents = WireConsentListQuestion() } },
            { $0.subscribe = .with { $0.stream = "practice" } },
            { $0.fetch = WireFetch() },
            { $0.refuse = .with { $0.reason = long } },
        ]
        for change in wrong { #expect(try refusal(hear(change))?.code == .invalidField) }
    }

    @Test("no refusal repeats what it was given")
    func nothingRepeated() throws {
        let secret = "jane-doe-1970"
        let sayings = [
            try submit { $0.kind = secret }, try submit { $0.to = "service:\(secret)!" },
            try submit { $0.priority = secret }, try submit { $0.onBehalfOf = secret },
            try hear { $0.subscribe = .with { $0.stream = secret } },
            try hear { $0.query = .with { $0.worklist = .with { $0.list = secret } } },
        ]
        for saying in sayings {
            let message = try #require(refusal(saying)).message
            #expect(!message.contains(secret))
        }
    }

    @Test("numbers beyond what a broker gives name nothing, and end nothing")
    func hugeNumbers() throws {
        let ack = try hear {
            $0.ack = .with {
                $0.deliveryID = .max
                $0.fence = .max
            }
        }
        #expect(ack == .ack(DeliveryID(.max), Fence(.max), displayed: false))
        let query = try hear {
            $0.query = .with {
                $0.limit = .max
                $0.deadLetters = WireDeadLetterQuestion()
            }
        }
        #expect(query == .query(.deadLetters, page: Page(limit: Page.limitMax)))
    }

    @Test("an appointment without an end ends when it begins")
    func appointment() throws {
        let saying = try submit {
            $0.kind = "schedule"
            $0.appointmentStartMs = 5
        }
        guard case .submit(let submission) = saying else { throw Unexpected(saying: saying) }
        let instant = Timestamp(milliseconds: 5)
        #expect(submission.appointment == Appointment(start: instant, end: instant))
    }

    private struct Unexpected: Error {
        let saying: AgentSaying
    }
}
