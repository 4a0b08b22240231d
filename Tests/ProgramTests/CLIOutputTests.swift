import ArgumentParser
import CareAgent
import CareModel
import Foundation
import Testing

@testable import careloop

private let referralID = ReferralID(
    UUIDBytes(high: 0x01a2_03f1_3a84_7855, low: 0x8200_fbec_a569_edcf))

private var sample: ReferralView {
    var referral = ReferralView(id: referralID)
    referral.state = Coded(.scheduled)
    referral.version = 4
    referral.priority = Coded(.urgent)
    referral.reason = ReasonCode("assessment")
    referral.initiator = OrganisationID(unchecked: "practice")
    referral.recipient = OrganisationID(unchecked: "hospital")
    referral.to = .service(ServiceID(unchecked: "cardiology"))
    referral.replyTo = .agent(AgentID(unchecked: "dr-ann"))
    referral.requestedAt = Timestamp(milliseconds: 1_795_363_200_000)
    referral.appointment = Appointment(
        start: Timestamp(milliseconds: 1_796_119_200_000),
        end: Timestamp(milliseconds: 1_796_121_000_000))
    referral.waitsFor = Coded(.recipient)
    referral.worklist = Coded(.booked)
    referral.allowedMoves = [Coded(.note)]
    return referral
}

@Suite("A result that does not get out is no success")
struct CLIUnwritableTests {
    @Test(
        "on a full disk the program says so and ends with 1",
        arguments: [["context", "show"], ["context", "show", "--json"], ["--help"]])
    func fullDisk(arguments: [String]) throws {
        let program = try CLIProgram()
        #expect(try program.makeContext().status == 0)
        let process = Process()
        let complaint = Pipe()
        process.executableURL = try CLIProgram.executable("careloop")
        process.arguments = arguments
        process.environment = ["CARELOOP_HOME": program.home.path + "/people"]
        process.standardOutput = try FileHandle(forWritingTo: URL(filePath: "/dev/full"))
        process.standardError = complaint
        try process.run()
        let said = try complaint.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 1)
        #expect(String(decoding: said, as: UTF8.self).contains("cannot be written"))
    }
}

@Suite("The JSON for scripts keeps its shape")
struct CLIOutputTests {
    @Test("a referral is written with the members that are known, in a stable order")
    func writesReferral() throws {
        #expect(
            try JSONText.line(
                ReferralOutput(
                    sample, patient: PatientLook(label: "ann", documents: [], at: .noon)))
                == #"{"allowedMoves":["note"],"appointment":{"end":"2026-12-01T10:30:00.000Z","#
                + #""start":"2026-12-01T10:00:00.000Z"},"id":"01a203f1-3a84-7855-8200-fbeca569edcf","#
                + #""initiator":"practice","number":"R-07VX-JJPK-VEF2","patient":"ann","#
                + #""priority":"urgent","reason":"assessment","recipient":"hospital","#
                + #""replyTo":"agent:dr-ann","requestedAt":"2026-11-22T16:00:00.000Z","#
                + #""state":"scheduled","to":"service:cardiology","version":4,"#
                + #""waitsFor":"recipient","worklist":"booked"}"#)
    }

    @Test("a queued message says so and names its referral")
    func writesQueued() throws {
        var draft = Draft(message: MessageID(referralID.uuid), kind: .move(.request))
        draft.referral = referralID
        #expect(
            try JSONText.line(SentOutput(queued: draft))
                == #"{"duplicate":false,"kind":"request","#
                + #""message":"01a203f1-3a84-7855-8200-fbeca569edcf","number":"R-07VX-JJPK-VEF2","#
                + #""outcome":"queued","referral":"01a203f1-3a84-7855-8200-fbeca569edcf"}"#)
    }

    @Test("an answered message carries where the referral stands")
    func writesAnswered() throws {
        let draft = Draft(.move(.accept))
        var receipt = Receipt(message: draft.message, outcome: Coded(.accepted))
        receipt.referral = referralID
        receipt.state = Coded(.accepted)
        receipt.version = 3
        let output = SentOutput(draft, receipt)
        #expect(output.outcome == "accepted")
        #expect(output.number == "R-07VX-JJPK-VEF2")
        #expect(output.state == "accepted")
        #expect(output.version == 3)
        #expect(output.consent == nil)
    }

    @Test("what a hook gets are ids and codes only")
    func writesArrival() throws {
        var envelope = Envelope(
            message: MessageID(referralID.uuid), kind: Coded(.move(.request)))
        envelope.patient = BusinessIdentifier(system: "", value: "3478526985")
        let arrival = Arrival(
            delivery: DeliveryID(1), fence: Fence(1),
            mailbox: .service(ServiceID(unchecked: "cardiology")), envelope: envelope)
        let line = try JSONText.line(ArrivalOutput(arrival))
        #expect(
            line == #"{"kind":"request","mailbox":"service:cardiology","#
                + #""message":"01a203f1-3a84-7855-8200-fbeca569edcf"}"#)
    }

    @Test("times go to the millisecond and back")
    func writesTimes() throws {
        let time = Timestamp(milliseconds: 1_795_363_200_123)
        #expect(JSONText.time(time) == "2026-11-22T16:00:00.123Z")
        #expect(JSONText.timestamp("2026-11-22T16:00:00.123Z") == time)
        for milliseconds in [Int64(1), 999, 1_795_363_200_001, -1, -1_000] {
            let time = Timestamp(milliseconds: milliseconds)
            #expect(JSONText.timestamp(JSONText.time(time)) == time)
        }
        #expect(JSONText.time(Timestamp?.none) == nil)
        #expect(JSONText.timestamp("never") == nil)
    }
}

@Suite("A coordinator's list is grouped by why a referral is open")
struct CLIOpenListTests {
    private func referral(
        _ worklist: Worklist, priority: Priority = .routine, age: Int64 = 0
    ) -> ReferralView {
        var referral = sample
        referral.worklist = Coded(worklist)
        referral.priority = Coded(priority)
        referral.updatedAt = Timestamp(milliseconds: 1_795_363_200_000 - age * 1_000)
        return referral
    }

    @Test("worklists come in their order, within each the urgent, then the old")
    func sorts() throws {
        let referrals = [
            referral(.notAcknowledged, priority: .stat), referral(.awaitingTriage, age: 10),
            referral(.awaitingTriage, age: 20), referral(.awaitingTriage, priority: .urgent),
            referral(.awaitingReceipt),
        ]
        let sorted = OpenList.sorted(referrals)
        #expect(
            sorted.map(\.worklist?.code) == [
                "awaiting receipt", "awaiting triage", "awaiting triage", "awaiting triage",
                "result not acknowledged",
            ])
        #expect(sorted[1].priority == .urgent)
        #expect(try #require(sorted[2].updatedAt) < #require(sorted[3].updatedAt))
    }

    @Test("each state that is open names the next step")
    func namesNextSteps() {
        for state in ReferralState.allCases {
            var referral = ReferralView(id: referralID)
            referral.state = Coded(state)
            let isOver = state.hasEnded && state != .declined && state != .expired
            #expect(OpenList.nextStep(referral).isEmpty == isOver, "\(state)")
        }
    }

    @Test("whose move is next can be told from the state alone, as the model has it")
    func tellsNextSide() throws {
        for state in ReferralState.allCases {
            var referral = ReferralView(id: referralID)
            referral.state = Coded(state)
            var model = try modelled()
            model.state = state
            #expect(referral.nextSide == model.waitsFor, "\(state)")
        }
        #expect(sample.nextSide == .recipient)
    }

    private func modelled() throws -> Referral {
        Referral(
            id: referralID,
            patient: try #require(PatientKey(bytes: Array(repeating: 0, count: 32))),
            initiator: OrganisationID(unchecked: "practice"),
            replyTo: .agent(AgentID(unchecked: "dr-ann")),
            recipient: OrganisationID(unchecked: "hospital"),
            to: .service(ServiceID(unchecked: "cardiology")), priority: .routine,
            reason: ReasonCode("assessment"), requestedAt: Timestamp(milliseconds: 0))
    }
}

@Suite("Moves are told and suggested in words that can be typed")
struct CLIMoveTextTests {
    @Test("every move but the broker's own names a command that exists")
    func suggestsCommands() throws {
        let number = ReferralNumber(referralID)
        let names = Set(
            CareloopCommand.configuration.groupedSubcommands.flatMap(\.subcommands)
                .compactMap { $0.configuration.commandName })
        for move in ReferralMove.allCases where ![.request, .receive, .expire].contains(move) {
            let line = MoveCommand.line(move, number, to: "service:cardiology")
            let name = try #require(line.split(separator: " ").first.map { String($0) })
            #expect(names.contains(name), "\(line)")
            #expect(line.contains(number.description))
        }
    }

    @Test("a no-op is told as one")
    func tellsNoOp() {
        let referral = sample
        var receipt = Receipt(
            message: MessageID(referralID.uuid), outcome: Coded(.unchanged))
        receipt.state = Coded(.accepted)
        #expect(
            MoveReport.sentence(.accept, referral, receipt)
                == "R-07VX-JJPK-VEF2 was accepted already; nothing was changed.")
        receipt.outcome = Coded(.accepted)
        #expect(
            MoveReport.sentence(.accept, referral, receipt)
                == "R-07VX-JJPK-VEF2 is accepted now; practice will be told.")
    }
}
