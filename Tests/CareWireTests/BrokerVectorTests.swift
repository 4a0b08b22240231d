import CareModel
import CareWire
import Foundation
import SwiftProtobuf
import Testing

@Suite("What the broker says has the published bytes")
struct BrokerVectorTests {
    private let encoder = BrokerFrameEncoder(
        terms: SessionTerms(
            heartbeat: .seconds(5), payloadByteCountMax: 8 << 20, creditMax: 1_024,
            lease: .seconds(30), program: "careloopd 0.1",
            eventsEndpoint: "tcp://broker.example:7702"),
        now: Story.start, sign: { _ in "" }, allowedMoves: { _, _ in [.cancel] })

    private func expect(
        _ saying: BrokerSaying, request: UInt64 = 0, _ verb: String, _ name: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let vector = try Vector.named(name, verb, in: "broker")
        let header = encoder.header(saying, request: request)
        #expect(header == vector.header, "\(verb): \(name)", sourceLocation: sourceLocation)
    }

    private func stream() -> CareModel.Stream {
        CareModel.Stream(
            name: .organisation(Story.practice), token: Array(0xA0..<0xB0),
            key: Array(0x40..<0x60), epoch: 1, head: 2)
    }

    private func asker() -> Asker { Asker(agent()) }

    private func agent() -> Agent {
        Agent(
            id: Story.ann, organisation: Story.practice, name: "Ann Example", publicKey: "",
            roles: [.referrer], services: [ServiceID(unchecked: "front-desk")])
    }

    @Test("a session opens, lives and ends")
    func session() throws {
        let own = CareModel.Stream(
            name: .mailbox(.agent(Story.ann)), token: [], key: [], epoch: 1)
        let session: MessageID = try Story.id("019b76da-9c48-7001-8002-000000000003")
        let welcome = Welcome(
            session: session.uuid, version: 1, agent: agent(), now: Story.start,
            streams: [own, stream()])
        try expect(.welcome(welcome), request: 1, "Welcome", "opens a session")
        try expect(.resync, request: 12, "Resync", "say hello again")
        try expect(.ping, "Ping", "are you there?")
        try expect(.pong, request: 23, "Pong", "is there, as asked")
        try expect(.bye(Refusal(.revoked)), "Bye", "over")
        try expect(
            .error(Refusal(.unsupportedVerb)), request: 22, "ErrorReport", "a verb it does not know"
        )
        try expect(
            .errorAbout(DeliveryID(7), Refusal(.unknownDelivery), request: 9), "ErrorReport",
            "a delivery it does not know")
    }

    @Test("receipts say what became of a message")
    func receipts() throws {
        let referral = try Story.referral()
        var accepted = ReceiptItem(message: try Story.request(), outcome: .accepted)
        accepted.referral = referral.id
        accepted.state = .requested
        accepted.version = 1
        try expect(.receipt([accepted]), "Receipt", "one accepted")

        var illegal = ReceiptItem(message: try Story.other(), outcome: .refused)
        var refusal = Refusal(
            .illegalMove, "\(referral.number) is requested. You can: accept, decline, fail.")
        refusal.state = .requested
        refusal.version = 1
        refusal.allowedMoves = [.accept, .decline, .fail]
        illegal.referral = referral.id
        illegal.refusal = refusal
        accepted.isDuplicate = true
        try expect(.receipt([accepted, illegal]), "Receipt", "one again, one refused")

        var busy = ReceiptItem(message: try Story.other(), outcome: .refused)
        busy.refusal = Refusal(.busy)
        busy.refusal?.retryAfter = .seconds(30)
        try expect(.receipt([busy]), "Receipt", "not now")

        var consent = ReceiptItem(message: try Story.other(), outcome: .accepted)
        consent.consent = try Story.consent()
        var replayed = ReceiptItem(message: try Story.other(), outcome: .accepted)
        replayed.delivery = DeliveryID(18)
        try expect(.receipt([consent, replayed]), "Receipt", "a directive and a replay")
    }

    private func request() throws -> CareModel.Message {
        let vector = try Vector.named("a document again", "Result", in: "broker")
        let frame = try WireBrokerFrame(serializedBytes: vector.header)
        var details = MessageDetails()
        details.actingAs = .initiator
        details.patient = try Story.patientIdentifier()
        return CareModel.Message(
            number: MessageNumber(1), id: try Story.request(), kind: .move(.request),
            acceptedAt: Story.start + .milliseconds(5), sender: Story.ann,
            organisation: Story.practice, thread: .referral(try Story.referral().id),
            patient: try Story.patient(), state: .requested, version: 1,
            reason: ReasonCode("assessment"), expiresAt: Story.days(5), details: details,
            payloadType: Story.fhir, payloadHash: Array(frame.result.content.payloadSha256),
            payloadByteCount: vector.frames[1].count)
    }

    private func delivery(of message: CareModel.Message, fence: Int64) -> Delivery {
        var delivery = Delivery(
            id: DeliveryID(1), message: message.number, mailbox: Story.cardiology,
            thread: message.thread, queuedAt: message.acceptedAt, expiresAt: message.expiresAt)
        delivery.fence = Fence(fence)
        delivery.attempts = UInt32(fence)
        return delivery
    }

    @Test("deliveries carry lease and envelope")
    func deliveries() throws {
        let referral = try Story.referral()
        let message = try request()
        for (fence, name) in [
            (Int64(1), "a referral with its document"), (2, "the same again under a new lease"),
        ] {
            let delivery = delivery(of: message, fence: fence)
            try expect(
                .deliver(delivery, message, referral, nil, lease: .seconds(30)), "Deliver", name)
        }
        let id = DeliveryID(1)
        try expect(.settled(id, .acknowledged), "Settled", "it counts")
        try expect(.staleLease(id, newest: Fence(2)), "StaleLease", "somebody else has it")
        try expect(.drained(waiting: 0), request: 13, "Drained", "nothing left")
        try expect(.content(message, referral, nil), request: 36, "Result", "a document again")
        try expect(.recall(DeliveryID(3), Fence(1)), "Recall", "the copy must not be kept")
    }

    @Test("a report says what did not arrive, and nothing of a patient")
    func report() throws {
        var details = MessageDetails()
        details.report = DeliveryReport(
            message: try Story.request(), mailbox: Story.cardiology, state: .expired,
            code: "not-collected")
        let report = CareModel.Message(
            number: MessageNumber(2), id: try Story.id("019b90af-9000-7fed-8cba-987654321000"),
            kind: .report, acceptedAt: Story.days(5), sender: nil, organisation: nil,
            thread: .referral(try Story.referral().id), patient: nil, state: .expired, version: 2,
            reason: nil, expiresAt: Story.days(371), details: details)
        var delivery = Delivery(
            id: DeliveryID(2), message: report.number, mailbox: .agent(Story.ann),
            thread: report.thread, queuedAt: report.acceptedAt, expiresAt: report.expiresAt)
        delivery.fence = Fence(1)
        delivery.attempts = 1
        try expect(
            .deliver(delivery, report, nil, nil, lease: .seconds(30)), "Deliver",
            "a report, without a document")
    }

    @Test("answers have their rows")
    func answers() throws {
        var referral = try Story.referral()
        referral.state = .accepted
        referral.version = 3
        referral.assignee = Story.bob
        referral.updatedAt = Story.start + .seconds(600)
        referral.dueAt = Story.days(14)
        var page = Answer()
        page.referrals = [referral]
        page.cursor = "c2"
        try expect(.answer(page, asker: asker()), request: 30, "Result", "a page of a worklist")
        page.cursor = ""
        page.messages = [try request()]
        try expect(.answer(page, asker: asker()), request: 32, "Result", "one referral")

        var delivery = try delivery(of: request(), fence: 1)
        delivery.state = .displayed
        delivery.agent = Story.bob
        delivery.sentAt = Story.start + .milliseconds(6)
        delivery.settledAt = Story.start + .milliseconds(20)
        delivery.displayedAt = Story.start + .seconds(300)
        var trail = Answer()
        trail.trail = [TrailEntry(message: try request(), delivery: delivery)]
        try expect(.answer(trail, asker: asker()), request: 34, "Result", "a trail")

        var consents = Answer()
        consents.consents = [
            ConsentRecord(
                id: try Story.consent(), patient: try Story.patient(), version: 1,
                message: MessageNumber(1), recordedBy: Story.ann, organisation: Story.practice,
                recordedAt: Story.days(-1))
        ]
        try expect(
            .answer(consents, asker: asker()), request: 38, "Result", "a patient's directives")
        try expect(.answer(Answer(), asker: asker()), request: 40, "Result", "nothing")
    }

    @Test("the directory and the status go to operators as to agents")
    func operators() throws {
        let entry = DirectoryEntry(
            mailbox: Story.cardiology, name: "Cardiology", organisation: Story.clinic,
            organisationName: "Example Clinic", roles: [], isActive: true)
        var directory = Answer()
        directory.directory = [entry]
        try expect(
            .answer(directory, asker: asker()), request: 37, "Result", "part of the directory")
        try expect(.administered(.directory([entry])), request: 54, "Administered", "a list")
        var status = BrokerStatus()
        status.sessions = 2
        status.messages = 12
        status.queued = 1
        status.leased = 1
        status.deadLetters = 4
        status.keptBack = 3
        status.keysToRewrap = 5
        status.auditEvents = 98
        status.oldestQueuedAt = Story.days(-1)
        status.metrics = [
            MetricReading(
                name: "commit-us",
                figure: .spread(
                    MetricReading.Spread(count: 40, median: 310, p90: 820, p99: 1_500, max: 2_200))),
            MetricReading(name: "refusals", label: "busy", figure: .count(3)),
            MetricReading(name: "sessions", figure: .level(2)),
        ]
        try expect(.administered(.status(status)), request: 55, "Administered", "how it is")
        try expect(.administered(.done), request: 57, "Administered", "done")
        try expect(
            .administered(.awaitsSecond(until: Story.days(1))), request: 58, "Administered",
            "somebody else must ask the same")
        try expect(
            .administered(.refused(Refusal(.unknownPatient))), request: 59, "Administered",
            "not done")
    }

    private func event(_ move: ReferralMove, _ state: ReferralState, _ place: Int64) throws -> Event
    {
        var referral = try Story.referral()
        referral.state = state
        referral.version = UInt32(place)
        return Event(
            kind: .referral, at: Story.start + .seconds(place * 60),
            subject: .referral(ReferralSummary(referral)), move: move)
    }

    @Test("streams and events look the same on both sockets")
    func events() throws {
        let stream = stream()
        let events = try [(ReferralMove.request, ReferralState.requested), (.receive, .received)]
            .enumerated().map { offset, entry in
                SequencedEvent(
                    stream: stream.name, sequence: UInt64(offset + 1),
                    event: try event(entry.0, entry.1, Int64(offset + 1)))
            }
        try expect(.topic(stream), request: 20, "Topic", "where a stream is")
        try expect(.events(stream, events), request: 21, "Events", "missed events")
        for entry in events {
            let vector = try Vector.named("sealed event \(entry.sequence)", "EventFrame", in: "evt")
            let plaintext: [UInt8] = try entry.event.wire.serializedBytes()
            #expect(plaintext == vector.plaintext)
        }
    }
}
