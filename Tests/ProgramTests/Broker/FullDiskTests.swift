import CareModel
import CareWire
import Foundation
import Testing

@Suite("A disk that fills up", .serialized)
struct FullDiskTests {
    @Test("refuses new messages as busy, still takes acknowledgements, and recovers by itself")
    func nearlyFull() throws {
        let broker = try BrokerProcess(
            "full", environment: ["CARELOOPD_CONSENT_IMPLICIT": "basic-normal"])
        try broker.start()
        let sender = try broker.enrol("desk", organisation: "lakeside", roles: [.referrer])
        let receiver = try broker.enrol(
            "heart", organisation: "northside", roles: [.specialist], services: ["cardiology"])
        let request = Sample.request(of: "1", to: "cardiology")
        do {
            let desk = try WireAgent("desk", keys: sender, broker: broker)
            try desk.open()
            let receipt = try desk.submit(request, payload: Sample.referral(of: "1"))
            #expect(receipt.outcome == "accepted")
        }
        #expect(broker.stop() == 0)

        // More is kept in reserve than any disk has, so that this one counts as nearly full.
        try broker.start(adding: ["CARELOOPD_DISK_RESERVE_MEGABYTES": "1000000000"])
        do {
            let desk = try WireAgent("desk", keys: sender, broker: broker)
            try desk.open()
            let other = Sample.request(of: "2", to: "cardiology")
            let refusal = try desk.submit(other, payload: Sample.referral(of: "2")).refusal
            #expect(refusal.code == "busy" && refusal.retriable && refusal.retryAfterMs > 0)
            let heart = try WireAgent("heart", keys: receiver, broker: broker)
            try heart.open()
            try heart.credit()
            let (deliver, _) = try heart.delivery()
            #expect(try heart.acknowledge(deliver) == "acknowledged")
            #expect(broker.stop() == 0)

            try broker.start()
            try desk.open()
            let receipt = try desk.submit(other, payload: Sample.referral(of: "2"))
            #expect(receipt.outcome == "accepted", "busy must not be remembered as the answer")
        }
    }
}
