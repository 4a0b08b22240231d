import CareModel
import CareWire
import Foundation
import SwiftProtobuf
import Testing
import ZeroMQ

/// Says to a broker of today only what the golden frames of the first version say, with names and
/// times put into them: no field that was added since.
@Suite("An agent one version older still works", .serialized)
struct OlderAgentTests {
    private let region: Region

    init() throws { region = try Region("older") }

    /// A frame of `Tests/Fixtures/wire/1`, by its words.
    private func frame(_ verb: String, _ name: String) throws -> WireAgentFrame {
        let root = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(contentsOf: root.appending(path: "Fixtures/wire/1/agent/\(verb).json"))
        let file = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        let cases = try #require(file["cases"] as? [[String: Any]])
        let found = try #require(cases.first { $0["name"] as? String == name })
        let decoded = try #require(found["decoded"])
        return try WireAgentFrame(jsonUTF8Bytes: JSONSerialization.data(withJSONObject: decoded))
    }

    private func connect(_ id: String) throws -> WireAgent {
        let agent = try WireAgent(id, keys: try #require(region.keys[id]), broker: region.broker)
        var hello = try frame("Hello", "opens a session")
        hello.hello.agent = id
        try agent.send(hello.serializedBytes())
        _ = try agent.next("Welcome") { frame, _ in
            if case .welcome(let welcome) = frame.body { welcome } else { nil }
        }
        return agent
    }

    private func submission(
        _ name: String, of referral: Data = Data(), version: UInt32 = 0
    ) throws -> WireSubmit {
        var submit = try frame("Submit", name).submit
        submit.messageID = Sample.uuid()
        if !referral.isEmpty { submit.referralID = referral }
        submit.expectedVersion = version
        if submit.hasPatient { submit.patient = Chart.wirePatient }
        let inAWeek = Int64(Date().timeIntervalSince1970 * 1_000) + 7 * 86_400_000
        if submit.expiresAtMs != 0 { submit.expiresAtMs = inAWeek }
        if submit.dueAtMs != 0 { submit.dueAtMs = inAWeek }
        return submit
    }

    @Test("it records consent, refers, collects, accepts, asks and leaves")
    func plays() throws {
        let desk = try connect("desk")
        var consent = try submission("records a directive")
        consent.consentID = Sample.uuid()
        let permit = Chart.permit("lakeside", "northside")
        #expect(try desk.submit(consent, payload: permit).outcome == "accepted")
        let referral = Sample.uuid()
        var request = try submission("refers a patient", of: referral)
        request.replyTo = ""
        #expect(try desk.submit(request, payload: Chart.referral()).outcome == "accepted")

        let heart = try connect("heart")
        try heart.send(frame("Credit", "allows 64 deliveries").serializedBytes())
        let (deliver, payload) = try heart.delivery()
        #expect(payload == Chart.referral())
        #expect(deliver.envelope.referralID == referral)
        var ack = try frame("Ack", "has stored a delivery")
        ack.ack.deliveryID = deliver.deliveryID
        ack.ack.fence = deliver.fence
        try heart.send(ack.serializedBytes())
        let settled = try heart.next("Settled") { frame, _ in
            if case .settled(let settled) = frame.body { settled.state } else { nil }
        }
        #expect(settled == "acknowledged")
        let accept = try submission("accepts, without a document", of: referral, version: 2)
        #expect(try heart.submit(accept).outcome == "accepted")

        try desk.send(frame("Credit", "allows 64 deliveries").serializedBytes())
        #expect(try desk.delivery().0.envelope.kind == "accept")
        try desk.send(frame("Query", "open referrals").serializedBytes())
        let open = try desk.next("Result") { frame, _ in
            if case .result(let result) = frame.body { result.referrals } else { nil }
        }
        #expect(open.map(\.referralID) == [referral] && open.map(\.state) == ["accepted"])
        try desk.send(frame("Bye", "goes").serializedBytes())
    }
}
