import CareCore
import CareModel
import CareTestKit
import Testing

@Suite("Timeline, disclosures and shredding")
struct TimelineTests {
    private let patient = Town.patient(1)
    private let look = AgentSaying.query(.timeline(Town.patient(1)), page: Page())

    @Test(
        "an agent of the care team sees the documents it may have, in order; each is a disclosure")
    func order() throws {
        let town = try Town()
        let first = try town.takeIntoCare(patient)
        let adams = try town.connected(Town.adams)
        var second = town.request(for: patient, to: .service(Town.imaging))
        second.request.allowsDuplicate = true
        _ = try adams.submit(second)
        let hana = try town.connected(Town.hana)
        let before = town.audit.count
        let timeline = try #require(try hana.say(look).timelines.first)
        #expect(timeline.entries.map(\.message.id) == [first.id, second.id])
        #expect(timeline.cursor.isEmpty)
        let events = town.audit[before...]
        #expect(events.filter { $0.kind == .disclosureSent }.count == 2)
        #expect(events.last?.kind == .timelineRead)
        #expect(events.last?.outcome == "2 documents")
    }

    @Test("strangers and unknown patients look the same, and the question is noted")
    func strangers() throws {
        let town = try Town()
        try town.takeIntoCare(patient)
        let eva = try town.connected(Town.eva)
        #expect(try eva.say(look).errors == [.unknownPatient])
        let unknown = AgentSaying.query(.timeline(Town.patient(9)), page: Page())
        #expect(try eva.say(unknown).errors == [.unknownPatient])
        #expect(town.audit.suffix(2).map(\.kind) == [.accessRefused, .accessRefused])
        let audrey = try town.connected(Town.audrey)
        #expect(try audrey.say(look).errors == [.notAllowed])
    }

    @Test("what consent keeps from the asker is left out, and admitted only by policy")
    func filtered() throws {
        for admits in [false, true] {
            var policy = BrokerPolicy()
            policy.admitsWithholding = admits
            let town = try Town(policy: policy)
            try town.takeIntoCare(patient)
            town.broker.shelf.standing = []
            let hana = try town.connected(Town.hana)
            let timeline = try #require(try hana.say(look).timelines.first)
            #expect(timeline.entries.isEmpty)
            #expect(timeline.isPartial == admits)
            #expect(town.audit.contains { $0.kind == .disclosureWithheld })
            // One's own words are no disclosure.
            let nora = try town.connected(Town.nora)
            #expect(try nora.say(look).timelines.first?.entries.count == 1)
        }
    }

    @Test("a referral entered in error is nobody's history")
    func wrongPatient() throws {
        let town = try Town()
        let request = try town.takeIntoCare(patient)
        let adams = try town.connected(Town.adams)
        let referral = try #require(try town.referral(request.referral))
        _ = try adams.submit(town.completeMove(.enterInError, referral))
        #expect(try adams.say(look).errors == [.unknownPatient])
    }

    @Test("a long history comes in parts")
    func parts() throws {
        let town = try Town()
        var ids = [try town.takeIntoCare(patient).id]
        let adams = try town.connected(Town.adams)
        for _ in 0..<(FactKeys.timelineMax + 6) {
            var request = town.request(for: patient)
            request.request.allowsDuplicate = true
            _ = try adams.submit(request)
            ids.append(request.id)
        }
        var seen: [MessageID] = []
        var cursor = ""
        repeat {
            let page = Page(cursor: cursor)
            let part = try adams.say(.query(.timeline(patient), page: page)).timelines.first
            let timeline = try #require(part)
            #expect(!timeline.entries.isEmpty)
            seen += timeline.entries.map(\.message.id)
            cursor = timeline.cursor
        } while !cursor.isEmpty
        #expect(seen == ids)
    }

    @Test("a part is no longer than one document may be")
    func partSize() throws {
        var policy = BrokerPolicy()
        policy.payloadBytesMax = 1_000
        let town = try Town(policy: policy)
        try town.takeIntoCare(patient)
        let adams = try town.connected(Town.adams)
        for _ in 0..<3 {
            var request = town.request(for: patient, byteCount: 600)
            request.request.allowsDuplicate = true
            _ = try adams.submit(request)
        }
        let first = try #require(try adams.say(look).timelines.first)
        #expect(first.entries.count == 2)
        #expect(!first.cursor.isEmpty)
    }

    @Test("who may read the accounting of disclosures, and that it was read, is in the log")
    func disclosures() throws {
        let town = try Town()
        try town.takeIntoCare(patient)
        let ask = AgentSaying.query(.disclosures(patient), page: Page())
        let audrey = try town.connected(Town.audrey)
        let plan = try town.broker.step([audrey.input(ask, request: 4)])
        #expect(plan.inquiries.count == 1)
        #expect(town.audit.last?.kind == .accountingRead)
        let berg = try town.connected(Town.berg)
        #expect(try berg.say(ask).errors == [.notAllowed])
        let unknown = AgentSaying.query(.disclosures(Town.patient(9)), page: Page())
        #expect(try audrey.say(unknown).errors == [.unknownPatient])
    }

    @Test("shredding takes two operators, or one who is sure; what waits ends and its sender knows")
    func shred() throws {
        let town = try Town()
        try town.takeIntoCare(patient)
        let adams = try town.connected(Town.adams)
        var waiting = town.request(for: patient)
        waiting.request.allowsDuplicate = true
        _ = try adams.submit(waiting)
        func shred(_ name: String, sure: Bool = false) throws -> Administered? {
            defer { try? town.broker.settle() }
            return try town.enrol(.shred(patient, operatorName: name, isSure: sure))
        }
        guard case .awaitsSecond = try #require(try shred("anna")) else {
            Issue.record("one operator is not enough")
            return
        }
        guard case .awaitsSecond = try #require(try shred("anna")) else {
            Issue.record("the same operator twice is one")
            return
        }
        let wishes = town.audit.filter { $0.kind == .patientShredded }
        #expect(wishes.map(\.outcome) == ["requested", "requested"])
        #expect(try shred("ben") == .done)
        let event = try #require(town.audit.last { $0.kind == .patientShredded })
        #expect(event.rule == "operators anna and ben")
        let report = adams.read().messages.compactMap(\.details.report).first
        #expect(report?.code == "patient-shredded")
        #expect(report?.state == .undeliverable)
    }

    @Test("a second operator who comes too late is a first one")
    func shredLate() throws {
        let town = try Town()
        try town.takeIntoCare(patient)
        _ = try town.enrol(.shred(patient, operatorName: "anna", isSure: false))
        try town.broker.advance(by: .seconds(24 * 3600 + 1))
        let second = try town.enrol(.shred(patient, operatorName: "ben", isSure: false))
        guard case .awaitsSecond = second else {
            Issue.record("the first wish was over")
            return
        }
        #expect(try town.enrol(.shred(patient, operatorName: "ben", isSure: true)) == .done)
        let unknown = try town.enrol(.shred(Town.patient(9), operatorName: "ben", isSure: true))
        guard case .refused(let refusal) = unknown else {
            Issue.record("an unknown patient cannot be shredded")
            return
        }
        #expect(refusal.code == .unknownPatient)
    }

    @Test("nobody joins a patient's care by a word of their own alone")
    func selfMadeCare() throws {
        let town = try Town()
        let adams = try town.connected(Town.adams)
        _ = try adams.submit(town.request(for: patient))
        #expect(try adams.say(look).errors == [.unknownPatient], "nobody has collected it")
        let both = Town.agent(
            Town.berg, Town.hospital, [.specialist, .referrer], [Town.cardiology])
        try town.enrol(.enrolAgent(both))
        let berg = try town.connected(Town.berg)
        let other = Town.patient(2)
        _ = try berg.submit(town.request(for: other))
        try berg.ackAll(berg.deliveries)
        let own = AgentSaying.query(.timeline(other), page: Page())
        #expect(try berg.say(own).errors == [.unknownPatient], "a referral to oneself")
    }

    @Test("what is submitted in the step of a shredding does not leave")
    func shredInTheSameStep() throws {
        let town = try Town()
        try town.takeIntoCare(patient)
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        var request = town.request(for: patient)
        request.request.allowsDuplicate = true
        let shred = Input.administer(
            Town.operatorPeer, request: 7, .shred(patient, operatorName: "anna", isSure: true),
            secret: [])
        try town.broker.step([adams.input(.submit(request)), shred])
        try town.broker.settle()
        #expect(berg.deliveries.isEmpty)
        #expect(try town.trail(of: request.referral).first?.delivery.state == .undeliverable)
    }

    @Test("a copy that cannot be made is not sent, and the log says so")
    func uncopyable() throws {
        let town = try Town(consents: false)
        town.broker.shelf.standing = [RedactionTests.noObservations]
        town.broker.shelf.canCopy = false
        let adams = try town.connected(Town.adams)
        let berg = try town.connected(Town.berg)
        var request = town.request(for: patient)
        request.document?.contents?.append(
            ContentItem(resource: ContentResource(type: "Observation"), need: .none))
        _ = try adams.submit(request)
        #expect(berg.deliveries.isEmpty)
        let delivery = try #require(try town.trail(of: request.referral).first?.delivery)
        #expect(delivery.state == .withheld)
        #expect(delivery.code == "consent-leaves-nothing")
        #expect(delivery.attempts == 0)
        #expect(!town.audit.contains { $0.kind == .disclosureSent })
        let withheld = try #require(town.audit.last { $0.kind == .disclosureWithheld })
        #expect(withheld.outcome == "consent-leaves-nothing")
        #expect(adams.heard.messages.last?.details.report?.state == .withheld)
    }

    @Test("a new key, other services or other roles end what the old ones could follow")
    func reEnrolment() throws {
        let town = try Town()
        let chen = try town.connected(Town.chen)
        let stream = StreamName.mailbox(.service(Town.cardiology))
        _ = try chen.say(.subscribe(stream))
        try town.enrol(
            .enrolAgent(Town.agent(Town.berg, Town.hospital, [.specialist], [Town.imaging])),
            salt: 9)
        guard case .topic(let renewed) = try #require(chen.read().first) else {
            Issue.record("no new topic")
            return
        }
        #expect(renewed.name == stream)
    }

    @Test("a revoked agent's streams get another token and key, which those who stay learn")
    func renewedStreams() throws {
        let town = try Town()
        let chen = try town.connected(Town.chen)
        let stream = StreamName.mailbox(.service(Town.cardiology))
        let heard = try chen.say(.subscribe(stream))
        guard case .topic(let old) = try #require(heard.first) else {
            Issue.record("no topic")
            return
        }
        try town.enrol(.revokeAgent(Town.berg), salt: 7)
        guard case .topic(let renewed) = try #require(chen.read().first) else {
            Issue.record("no new topic")
            return
        }
        #expect(renewed.name == stream)
        #expect(renewed.token != old.token)
        #expect(renewed.key != old.key)
        #expect(renewed.head >= old.head)
    }
}
