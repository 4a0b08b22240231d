import CareWire
import Foundation
import SwiftProtobuf
import Testing

@Suite("Scenario: who saw what, and why", .serialized)
struct TimelineScenarioTests {
    private let region: Region

    init() throws { region = try Region("history") }

    /// Two referrals to two organisations, each answered with a note; the first note has what
    /// lakeside may not see.
    private func history() throws {
        let desk = try region.agent("desk")
        try desk.record(Chart.permit("northside", "eastside"), as: Sample.uuid())
        try desk.record(Chart.permit("lakeside", except: "HIV"), as: Sample.uuid())
        let first = try desk.refer(to: "cardiology", Chart.referral())
        let heart = try region.agent("heart")
        _ = try heart.collect()
        try heart.move("accept", first.referralID)
        try heart.move(
            "note", first.referralID, Chart.note("seen by the heart", withCondition: true))
        let second = try desk.refer(to: "laboratory", Chart.referral())
        let lab = try region.agent("lab")
        _ = try lab.collect()
        try lab.move("accept", second.referralID)
        try lab.move("note", second.referralID, Chart.note("seen by the lab"))
    }

    @Test("the history of two organisations comes in order and redacted, and each look is told")
    func timeline() throws {
        try history()
        let desk = try region.agent("desk")
        let collected = try desk.collect()
        #expect(Haystack.marks([Chart.sensitive], in: collected.bytes) == [])
        let answer = try desk.timeline()
        let entries = answer.result.timeline
        #expect(
            entries.map(\.envelope.fromOrganisation) == [
                "lakeside", "northside", "lakeside", "eastside",
            ])
        #expect(entries.map(\.envelope.kind) == ["request", "note", "request", "note"])
        let times = entries.map(\.envelope.acceptedAtMs)
        #expect(times == times.sorted())
        let payload = try #require(answer.payload)
        #expect(entries.map(\.payloadBytes).reduce(0, +) == UInt64(payload.count))
        #expect(Haystack.marks([Chart.sensitive, "86406008"], in: payload) == [])
        #expect(String(decoding: payload, as: UTF8.self).contains("seen by the lab"))

        let cora = try region.agent("cora")
        let told = try cora.ask(.disclosures(.with { $0.patient = Chart.wirePatient })).result
        let looks = told.disclosures.filter {
            $0.event == "disclosure-sent" && $0.agent == "desk"
                && $0.recipient == "agent:desk"
        }
        let seen = Set(entries.map(\.envelope.messageID))
        #expect(seen.isSubset(of: Set(looks.map(\.messageID))), "a look without its line")
        #expect(told.disclosures.map(\.atMs) == told.disclosures.map(\.atMs).sorted())
        let again = try cora.ask(.disclosures(.with { $0.patient = Chart.wirePatient })).result
        #expect(again.disclosures.contains { $0.event == "accounting-read" && $0.agent == "cora" })
        #expect(Haystack.marks(Chart.marks, in: try again.serializedBytes() as [UInt8]) == [])
    }

    @Test("a check says what would be decided, by which directive, and what would change it")
    func check() throws {
        try history()
        let desk = try region.agent("desk")
        func decision(_ mailbox: String) throws -> WireConsentDecision {
            try desk.ask(
                .consentCheck(
                    .with {
                        $0.patient = Chart.wirePatient
                        $0.to = mailbox
                    })
            ).result.decision
        }
        let permitted = try decision("service:cardiology")
        #expect(permitted.effective == "permit" && !permitted.rule.isEmpty)
        #expect(permitted.reasons.filter(\.applies).map(\.effect) == ["permit"])
        let denied = try decision("agent:casualty")
        #expect(denied.effective == "deny" && denied.decision == "no-consent")
        #expect(denied.breakGlass == "permit")
        #expect(denied.reasons.count == 2 && denied.reasons.allSatisfy { !$0.applies })
        #expect(denied.reasons.allSatisfy { $0.failed == ["recipient"] && !$0.text.isEmpty })
        #expect(!denied.remedies.isEmpty)
        #expect(Haystack.marks(Chart.marks, in: try denied.serializedBytes() as [UInt8]) == [])
        let limited = try decision("agent:desk")
        #expect(limited.effective == "permit" && limited.limitsContent)
        // Nothing was sent to anybody, and it is known that somebody asked.
        let cora = try region.agent("cora")
        let told = try cora.ask(.disclosures(.with { $0.patient = Chart.wirePatient })).result
        #expect(told.disclosures.filter { $0.event == "consent-checked" }.count == 3)
    }

    @Test("the data directory holds no name, identifier or word of the patient")
    func nothingOnDisk() throws {
        try history()
        let desk = try region.agent("desk")
        _ = try desk.timeline()
        // Nobody collects this one: it waits on the disk.
        try desk.refer(to: "cardiology", Chart.referral(withCondition: true))
        let words = Chart.marks + ["seen by the heart", "urn:example:chart"]
        let running = try Haystack.search(region.broker.directory, for: words)
        #expect(running.found == [] && running.fileCount > 2)
        #expect(region.broker.stop() == 0)
        let stopped = try Haystack.search(region.broker.directory, for: words)
        #expect(stopped.found == [] && stopped.fileCount > 1)
    }

    @Test("the search finds a word that is there, in either width")
    func searchFinds() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("x \(Chart.name) y", to: "a")
        let wide = try #require(Chart.narrative.data(using: .utf16LittleEndian))
        try wide.write(to: URL(fileURLWithPath: folder.path + "/b"))
        let found = try Haystack.search(folder.path, for: Chart.marks).found
        #expect(found.sorted() == ["\(Chart.name) in a", "\(Chart.narrative) in b"])
    }
}
