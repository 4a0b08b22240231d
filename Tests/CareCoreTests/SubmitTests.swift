import CareCore
import CareModel
import CareStore
import CareTestKit
import Testing

@Suite("Submissions")
struct SubmitTests {
    @Test("a request is written, receipted and delivered by one step, and only after its commit")
    func oneStep() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        let request = town.request()
        let plan = try town.broker.step([adams.input(.submit(request), request: 3)])

        let receipt = try #require(plan.outgoing.first { $0.peer == adams.peer })
        var item = ReceiptItem(message: request.id, outcome: .accepted)
        item.referral = request.referral
        item.state = .requested
        item.version = 1
        #expect(receipt.saying == .receipt([item]))

        let deliver = try #require(plan.outgoing.first { $0.peer == berg.peer })
        guard case .deliver(let delivery, let message, let referral, _, let lease) = deliver.saying
        else {
            Issue.record("no delivery but \(deliver)")
            return
        }
        #expect(delivery.state == .sending)
        #expect(delivery.fence == Fence(1))
        #expect(delivery.attempts == 1)
        #expect(delivery.mailbox == .service(Town.cardiology))
        #expect(delivery.agent == Town.berg)
        #expect(message.id == request.id)
        #expect(message.kind == .move(.request))
        #expect(message.sender == Town.adams)
        #expect(message.organisation == Town.practice)
        #expect(message.payloadHash == request.document?.hash)
        #expect(message.details.actingAs == .initiator)
        #expect(message.details.patient == request.patient?.identifier)
        #expect(message.expiresAt == town.broker.clock.wall + .seconds(5 * 24 * 3600))
        #expect(referral?.id == request.referral)
        #expect(referral?.state == .requested)
        #expect(lease == .seconds(30))
        #expect(try town.delivery(delivery.id) == delivery)
    }

    @Test("the receipts of one step to one connection come in one frame, in order")
    func oneFrame() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let requests = (1...5).map { town.request(for: Town.patient($0)) }
        try town.broker.step(requests.map { adams.input(.submit($0)) })
        let frames = adams.read()
        #expect(frames.count == 1)
        #expect(frames.receipts.map(\.message) == requests.map(\.id))
    }

    @Test("the same submission again gets the same answer, marked, and is done once")
    func duplicate() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let request = town.request()
        let first = try #require(try adams.submit(request))
        let second = try #require(try adams.submit(request))
        #expect(!first.isDuplicate)
        #expect(second.isDuplicate)
        var expected = first
        expected.isDuplicate = true
        #expect(second == expected)
        #expect(try town.trail(of: request.referral).count == 1)

        try town.broker.restart()
        try adams.connect()
        #expect(try adams.submit(request) == expected)
        #expect(try town.trail(of: request.referral).count == 1)
    }

    @Test("the same submission twice in one step is done once")
    func duplicateInOneStep() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let request = town.request()
        let items = try adams.say(.submit(request), .submit(request)).receipts
        #expect(items.map(\.outcome) == [.accepted, .accepted])
        #expect(items.map(\.isDuplicate) == [false, true])
        #expect(try town.trail(of: request.referral).count == 1)
    }

    @Test("other content under an id that was used is a conflict, whatever became of the first")
    func conflict() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        var request = town.request()
        request.request.terms.reason = nil
        #expect(try adams.submit(request)?.refusal?.code == .reasonRequired)
        request.request.terms.reason = ReasonCode("assessment")
        request.contentHash = [1]
        #expect(try adams.submit(request)?.refusal?.code == .duplicateConflict)
        try town.broker.restart()
        try adams.connect()
        #expect(try adams.submit(request)?.refusal?.code == .duplicateConflict)
    }

    @Test("a message id that another sender has used is a conflict, also after a restart")
    func sameIDOfTwoSenders() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        let request = town.request()
        let referral = try #require(try town.referral(try adams.submit(request)?.referral))
        var accept = town.move(.accept, referral)
        accept.id = request.id
        #expect(accept.id == request.id)
        try berg.ackAll(berg.read())
        accept.change.expectedVersion = 2
        #expect(try berg.submit(accept)?.refusal?.code == .duplicateConflict)
        try town.broker.restart()
        try berg.connect()
        #expect(try berg.submit(accept)?.refusal?.code == .duplicateConflict)
    }

    @Test("a broker without room refuses submissions as busy, forgets that, and takes answers")
    func busy() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        _ = try adams.submit(town.request())
        let held = try #require(berg.read().deliveries.first)
        town.broker.hasRoom = false
        let request = town.request(for: Town.patient(2))
        let refused = try #require(try adams.submit(request))
        #expect(refused.refusal?.code == .busy)
        #expect(refused.refusal?.retryAfter == .seconds(30))
        #expect(try berg.ack(held).settled == [.acknowledged])
        town.broker.hasRoom = true
        let accepted = try #require(try adams.submit(request))
        #expect(accepted.outcome == .accepted)
        #expect(!accepted.isDuplicate)
    }

    @Test("what could not be read is refused, names its referral, and is remembered")
    func unreadable() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let id = ReferralID(town.fresh())
        let refusal = Refusal(.invalidField, "The field to is missing.")
        let body = UnreadableSubmission(kind: .report, referral: id, refusal: refusal)
        let submission = town.submission(.unreadable(body))
        let item = try #require(try adams.submit(submission))
        #expect(item.outcome == .refused)
        #expect(item.refusal == refusal)
        #expect(item.referral == id)
        #expect(try adams.submit(submission)?.isDuplicate == true)
    }

    @Test("what inspection found wrong with a document is the answer")
    func payloadRefusal() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        var request = town.request()
        request.document?.refusal = Refusal(.payloadMismatch, "not-fhir: no")
        #expect(try adams.submit(request)?.refusal == Refusal(.payloadMismatch, "not-fhir: no"))
        #expect(try town.referral(request.referral) == nil)
    }

    @Test("times that make no sense are refused")
    func times() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let now = town.broker.clock.wall
        for expiry in [now, now + .seconds(-1), now + .seconds(367 * 24 * 3600)] {
            var request = town.request()
            request.expiresAt = expiry
            #expect(try adams.submit(request)?.refusal?.code == .implausibleTime)
        }
        for due in [now + .seconds(-367 * 86400), now + .seconds(1831 * 86400)] {
            var request = town.request()
            request.request.terms.dueAt = due
            #expect(try adams.submit(request)?.refusal?.code == .implausibleTime)
            request = town.request()
            request.request.terms.appointment = Appointment(start: due, end: due)
            #expect(try adams.submit(request)?.refusal?.code == .implausibleTime)
        }
        var request = town.request()
        request.expiresAt = now + .seconds(366 * 24 * 3600)
        #expect(try adams.submit(request)?.outcome == .accepted)
    }

    @Test("a crash between commit and send loses no submission and tells nobody twice")
    func crash() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        let request = town.request()
        try town.broker.step([adams.input(.submit(request))], crash: true)
        #expect(adams.read().receipts.isEmpty)
        try adams.connect()
        let item = try #require(try adams.submit(request))
        #expect(item.outcome == .accepted)
        #expect(item.isDuplicate)
        let berg = town.process(of: Town.berg)
        #expect(try berg.ackAll(berg.connect()).count == 1)
        #expect(try town.trail(of: request.referral).map(\.delivery.state) == [.acknowledged])
    }
}
