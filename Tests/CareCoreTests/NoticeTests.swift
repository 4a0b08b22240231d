import CareCore
import CareModel
import CareTestKit
import Testing

@Suite("An operator can read what happens")
struct NoticeTests {
    @Test("a session's begin and end are noticed, with how it ended and after how long")
    func sessions() throws {
        let town = try Town()
        var notices: [Notice] = []
        town.broker.onStep = { _, plan, _ in notices += plan.notices }
        let berg = try town.connected(Town.berg)
        #expect(notices == [.sessionBegan(Town.berg)])
        try town.broker.advance(by: .seconds(2))
        _ = try berg.say(.bye)
        guard case .sessionEnded(Town.berg, .said, let age)? = notices.last else {
            Issue.record("no end among \(notices)")
            return
        }
        #expect(age >= .seconds(2) && age <= town.broker.clock.uptime)
    }

    @Test("a session that falls silent is noticed as lost")
    func silence() throws {
        let town = try Town()
        _ = try town.connected(Town.berg)
        var notices: [Notice] = []
        town.broker.onStep = { _, plan, _ in notices += plan.notices }
        try town.broker.advance(by: .seconds(60))
        #expect(
            notices.contains {
                if case .sessionEnded(Town.berg, .lost, _) = $0 { true } else { false }
            })
    }

    @Test("a delivery that ends without acknowledgement is noticed by its number and code")
    func failures() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        _ = try adams.submit(town.request())
        let delivery = try #require(berg.read().deliveries.first)
        var notices: [Notice] = []
        town.broker.onStep = { _, plan, _ in notices += plan.notices }
        _ = try berg.say(.refuse(delivery.id, delivery.fence, reason: "wrong-desk"))
        #expect(notices == [.deliveryFailed(delivery.id, .refused, code: "wrong-desk")])
    }

    @Test("a damaged document is noticed")
    func damage() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg, messages: 0)
        var notices: [Notice] = []
        town.broker.onStep = { _, plan, _ in notices += plan.notices }
        _ = try adams.submit(town.request())
        try town.broker.damage(MessageNumber(1))
        try berg.grant(1)
        #expect(
            notices == [
                .quarantined(DeliveryID(1)),
                .deliveryFailed(DeliveryID(1), .undeliverable, code: "payload-corrupt"),
            ])
    }
}
