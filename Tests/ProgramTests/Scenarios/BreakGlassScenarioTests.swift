import CareWire
import Foundation
import SwiftProtobuf
import Testing

@Suite("Scenario: an emergency", .serialized)
struct BreakGlassScenarioTests {
    private let region: Region

    init() throws { region = try Region("glass") }

    /// The chart's patient in the care of lakeside and northside.
    private func takeIntoCare() throws {
        let desk = try region.agent("desk")
        try desk.record(Chart.permit("lakeside", "northside"), as: Sample.uuid())
        try desk.refer(to: "cardiology", Chart.referral())
        _ = try region.agent("heart").collect()
    }

    private func breakGlass(_ agent: borrowing WireAgent) throws -> WireReceiptItem {
        try agent.submit(
            .with {
                $0.messageID = Sample.uuid()
                $0.kind = "break-glass"
                $0.patient = Chart.wirePatient
                $0.words = "found unconscious, no history at hand"
            })
    }

    @Test("a stranger sees nothing, then the history, and the custodian knows at once and judges")
    func emergency() throws {
        try takeIntoCare()
        let cora = try region.agent("cora")
        try cora.credit()
        var casualty = try region.agent("casualty")
        #expect(try casualty.timeline().refusal == "unknown-patient")

        let receipt = try breakGlass(casualty)
        #expect(receipt.outcome == "accepted" && receipt.breakGlassID.count == 16)
        let (notice, payload) = try cora.delivery()
        #expect(notice.envelope.kind == "break-glass-notice" && payload == nil)
        #expect(notice.envelope.breakGlassID == receipt.breakGlassID)
        #expect(notice.envelope.patient == Chart.wirePatient)
        #expect(try cora.acknowledge(notice) == "acknowledged")
        #expect(try casualty.timeline().payload == Chart.referral())
        #expect(try breakGlass(casualty).refusal.code == "break-glass-holds")

        region.broker.kill()
        try region.broker.start()
        casualty = try region.agent("casualty")
        #expect(try casualty.timeline().payload == Chart.referral(), "it holds over a restart")
        try review(receipt.breakGlassID, by: casualty)
    }

    private func review(_ glass: Data, by casualty: borrowing WireAgent) throws {
        func judge(_ agent: borrowing WireAgent) throws -> WireReceiptItem {
            try agent.submit(
                .with {
                    $0.messageID = Sample.uuid()
                    $0.kind = "break-glass-review"
                    $0.breakGlassID = glass
                    $0.finding = "unjustified"
                })
        }
        #expect(try judge(casualty).refusal.code == "not-allowed")
        let cora = try region.agent("cora")
        let open = try cora.ask(.breakGlasses(WireBreakGlassQuestion())).result.breakGlasses
        #expect(open.map(\.breakGlassID) == [glass] && open.map(\.finding) == [""])
        #expect(open.map(\.agent) == ["casualty"] && open.first?.words.isEmpty == false)
        #expect(try judge(cora).outcome == "accepted")
        let closed = try cora.ask(.breakGlasses(WireBreakGlassQuestion())).result.breakGlasses
        #expect(closed.map(\.finding) == ["unjustified"])
        #expect(closed.map(\.reviewer) == ["cora"])
        #expect(try judge(cora).outcome == "unchanged")
        #expect(try casualty.timeline().refusal == "unknown-patient", "unjustified ends it")

        let told = try cora.ask(.disclosures(.with { $0.patient = Chart.wirePatient })).result
        let events = told.disclosures.filter { $0.event.hasPrefix("break-glass") }
        #expect(
            events.map(\.event) == [
                "break-glass-started", "break-glass-ended", "break-glass-reviewed",
            ] || Set(events.map(\.event)).count == 3)
        let seen = told.disclosures.filter {
            $0.event == "disclosure-sent" && $0.agent == "casualty"
        }
        #expect(seen.count == 2 && Set(seen.map(\.purpose)) == ["BTG"])
    }

    @Test("who is no emergency role cannot break the glass, and a few letters are no reason")
    func needs() throws {
        try takeIntoCare()
        let lab = try region.agent("lab")
        #expect(try breakGlass(lab).refusal.code == "not-allowed")
        let casualty = try region.agent("casualty")
        let item = try casualty.submit(
            .with {
                $0.messageID = Sample.uuid()
                $0.kind = "break-glass"
                $0.patient = Chart.wirePatient
                $0.words = "urgent"
            })
        #expect(item.refusal.code == "reason-required")
        #expect(try casualty.timeline().refusal == "unknown-patient")
    }
}
