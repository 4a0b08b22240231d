import CareModel
import CareTestKit
import CareVault
import CareWire
import Foundation
import SwiftProtobuf
import Testing
import ZeroMQ

@Suite("A broker of today takes over what an earlier version left", .serialized)
struct KeptBrokerTests {
    @Test("it starts, its log is sound, its agents know it", arguments: KeptDatabase.all)
    func takesOver(kept: KeptDatabase) throws {
        let machine = try OperatorMachine()
        try kept.copy(to: machine.data)
        let control = "ipc://\(machine.data)/ctl"
        try machine.start(["CARELOOPD_CONTROL_ENDPOINT": control])
        #expect(try machine.run("list").output == kept.parties())
        try expectReferrals(kept, at: control)
        let doctor = try machine.run("doctor", "--json").object()
        let findings = try #require(doctor["findings"] as? [[String: Any]])
        let failed = findings.filter { $0["result"] as? String == "fail" }
        // The limit for core files is the machine's, not the data's.
        #expect(failed.allSatisfy { $0["check"] as? String == "core files" }, "\(failed)")
        #expect(findings.contains { $0["check"] as? String == "wrapping" })
        try machine.stop()

        let verified = try machine.run("audit", "verify")
        #expect(verified.status == 0 && verified.output.contains("sound"), "\(verified.output)")
        let exported = try machine.run("audit", "export").output.split(separator: "\n")
        let lines = try kept.auditLines()
        #expect(Array(exported.prefix(lines.count)) == lines)
        #expect(exported.count > lines.count)
        #expect(exported.contains { $0.contains("schema=") }, "the start says which schema")
    }

    /// The referrals as their initiator's agent is told them.
    private func expectReferrals(_ kept: KeptDatabase, at control: String) throws {
        let secret = try #require(CurveSecretKey(z85: kept.key("agent-desk.key")))
        let brokerKey = try #require(CurveSecretKey(z85: kept.key("broker.key"))).publicKey()
        let desk = try WireAgent(
            "desk", keys: try CurveKeyPair(secretKey: secret), control: control,
            brokerKey: brokerKey)
        try desk.open()
        for (name, referral) in try kept.expected().referrals {
            let answer = try desk.ask(.referral(.with { $0.number = referral.number })).result
            let found = try #require(answer.referrals.first, "\(name)")
            #expect(found.number == referral.number)
            // Time has passed: what nobody collected in its days has expired.
            #expect([referral.state, "expired"].contains(found.state), "\(name): \(found.state)")
        }
        let closed = try #require(kept.expected().referrals["closed"]?.deliveries.first)
        let id = try #require(MessageID(closed.message))
        let content = try desk.ask(.content(.with { $0.messageID = Data(id.bytes) }))
        let document = try #require(content.payload)
        let hash = try kept.expected().documents[closed.message]
        #expect(ContentHash.of(Payload(document)).hexText == hash)
    }
}
