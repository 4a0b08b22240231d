import CareModel
import CareVault
import CareWire
import Foundation
import Testing

@Suite("Scenario: one document, two recipients", .serialized)
struct RedactionScenarioTests {
    private let region: Region

    init() throws { region = try Region("copies") }

    @Test("who is denied HIV gets a copy without the unlabelled condition, another gets the whole")
    func copies() throws {
        let desk = try region.agent("desk")
        try desk.record(Chart.permit("northside", except: "HIV"), as: Sample.uuid())
        try desk.record(Chart.permit("eastside"), as: Sample.uuid())
        let whole = Chart.referral(withCondition: true)
        try desk.refer(to: "cardiology", whole)
        try desk.refer(to: "laboratory", whole)

        let heart = try region.agent("heart")
        let heard = try heart.collect()
        let (deliver, copy) = try #require(heard.deliveries.first)
        let bytes = try #require(copy)
        #expect(Haystack.marks([Chart.sensitive, "86406008"], in: heard.bytes) == [])
        #expect(Haystack.marks([Chart.name, Chart.wirePatient.value], in: bytes).count == 2)
        #expect(Array(deliver.envelope.payloadSha256) == ContentHash.of(Payload(bytes)))
        #expect(!deliver.envelope.redacted, "not admitted unless the deployment says so")
        let types = try Self.resourceTypes(bytes)
        #expect(types == ["Patient", "ServiceRequest"])

        let lab = try region.agent("lab")
        let other = try #require(try lab.collect().deliveries.first)
        #expect(other.payload == whole)
        #expect(Array(other.deliver.envelope.payloadSha256) == ContentHash.of(Payload(whole)))
    }

    @Test("where the deployment says so, a copy admits that something is missing, and never what")
    func admitted() throws {
        let region = try Region(
            "admits", environment: ["CARELOOPD_CONSENT_ADMIT_WITHHOLDING": "true"])
        let desk = try region.agent("desk")
        try desk.record(Chart.permit("northside", except: "HIV"), as: Sample.uuid())
        try desk.refer(to: "cardiology", Chart.referral(withCondition: true))
        let heard = try region.agent("heart").collect()
        let (deliver, copy) = try #require(heard.deliveries.first)
        #expect(deliver.envelope.redacted)
        let text = String(decoding: try #require(copy), as: UTF8.self)
        #expect(text.contains("REDACTED"))
        #expect(!text.contains("HIV") && !text.contains("Condition"))
        #expect(Haystack.marks([Chart.sensitive], in: heard.bytes) == [])
    }

    @Test("a document of which nothing sensible is left does not go, and its sender learns why")
    func nothingLeft() throws {
        let desk = try region.agent("desk")
        try desk.record(Chart.permit("northside", except: "R"), as: Sample.uuid())
        // Unlabelled content counts as restricted, so a rule about R takes all of it out.
        var request = Sample.request(of: Chart.wirePatient.value, to: "cardiology")
        request.patient = Chart.wirePatient
        let item = try desk.submit(request, payload: Chart.referral())
        #expect(item.outcome == "refused")
        #expect(
            ["consent-leaves-nothing", "consent-refused"].contains(item.refusal.code),
            "\(item.refusal.code)")
        #expect(!item.refusal.rule.isEmpty)
    }

    static func resourceTypes(_ bytes: [UInt8]) throws -> [String] {
        let value = try JSONSerialization.jsonObject(with: Data(bytes))
        let bundle = try #require(value as? [String: Any])
        let entries = try #require(bundle["entry"] as? [[String: Any]])
        return entries.compactMap { ($0["resource"] as? [String: Any])?["resourceType"] as? String }
    }
}
