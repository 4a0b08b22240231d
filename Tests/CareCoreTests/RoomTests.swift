import CareModel
import CareStore
import CareTestKit
import Testing

@testable import CareCore

@Suite("Each room of the core keeps its own state")
struct RoomTests {
    private let one = Peer([1])
    private let two = Peer([2])
    private let berg = Mailbox.agent(Town.berg)
    private let cardiology = Mailbox.service(Town.cardiology)

    private func session(
        _ peer: Peer, _ agent: AgentID = Town.berg, instance: UInt64 = 1,
        at uptime: Duration = .zero
    ) -> Session {
        Session(
            peer: peer, id: UUIDBytes(high: 1, low: UInt64(peer.routingID[0])), agent: agent,
            instance: UUIDBytes(high: 9, low: instance), mailboxes: [berg, cardiology], at: uptime)
    }

    @Test("a mailbox is deserted when the last session that works it ends")
    func deserted() {
        var sessions = Sessions()
        sessions.open(session(one))
        sessions.open(session(two, Town.chen))
        #expect(sessions.working(cardiology).map(\.peer) == [one, two])
        let first = sessions.close(one)
        #expect(first?.deserted.isEmpty == true)
        let second = sessions.close(two)
        #expect(second?.deserted == [berg, cardiology])
        let third = sessions.close(two)
        #expect(third == nil)
        #expect(sessions.isEmpty && !sessions.isWorked(cardiology))
    }

    @Test("followers of a stream are counted by session, once each")
    func followers() {
        var sessions = Sessions()
        let stream = StreamName.mailbox(cardiology)
        sessions.open(session(one))
        sessions.open(session(two, Town.chen))
        for peer in [one, one, two] { sessions.follow(stream, on: peer) }
        #expect(sessions.following(stream).count == 2)
        _ = sessions.close(one)
        #expect(sessions.isFollowed(stream))
        _ = sessions.close(two)
        #expect(!sessions.isFollowed(stream) && sessions.followed.isEmpty)
    }

    @Test("a hello ends the sessions of its process and of its connection, nobody else's")
    func fenced() {
        var sessions = Sessions()
        sessions.open(session(one, instance: 1))
        sessions.open(session(two, Town.chen, instance: 1))
        let hello = Hello(
            agent: Town.berg, instance: UUIDBytes(high: 9, low: 1), versions: [1], program: "")
        #expect(sessions.fenced(by: hello, of: Town.berg, on: Peer([3])).map(\.peer) == [one])
        #expect(sessions.fenced(by: hello, of: Town.berg, on: two).map(\.peer) == [one, two])
    }

    @Test("credit is capped, spent and given back")
    func credit() {
        var session = session(one)
        session.grant(messages: .max, byteCount: .max, under: BrokerPolicy())
        #expect(session.creditMessages == BrokerPolicy().creditMessagesMax)
        #expect(session.creditBytes == BrokerPolicy().creditBytesMax)
        session.spend(byteCount: 100, alone: true)
        #expect(!session.hasCredit)
        session.endIsolation()
        let short = session.correct(spent: 100, to: 40)
        #expect(short == 40)
        #expect(session.creditBytes == BrokerPolicy().creditBytesMax - 40)
        // A copy that is longer takes what there is, and gives no more back.
        let long = session.correct(spent: 40, to: .max)
        #expect(long == Int(BrokerPolicy().creditBytesMax))
        #expect(session.creditBytes == 0)
        session.refund(byteCount: long, under: BrokerPolicy())
        #expect(session.creditBytes == BrokerPolicy().creditBytesMax)
        // What was granted meanwhile counts too.
        session.refund(byteCount: 60, under: BrokerPolicy())
        #expect(session.creditMessages == BrokerPolicy().creditMessagesMax)
        #expect(session.creditBytes == BrokerPolicy().creditBytesMax)
    }

    @Test("who a party is, is remembered as long as the directory is the same")
    func parties() throws {
        let town = try Town()
        let directory = town.broker.core.directory
        var parties = Parties(directory)
        let sender = Sender(try #require(directory.agents[Town.adams]))
        for _ in 1...2 {
            for collector in [nil, Town.berg] {
                let recipient = parties.recipient(cardiology, collectedBy: collector)
                #expect(recipient == directory.party(of: cardiology, collectedBy: collector))
            }
            let found = parties.sender(sender)
            #expect(found == directory.party(of: sender))
        }
        var core = town.broker.core
        _ = core.parties.recipient(cardiology, collectedBy: nil)
        let identifier = try #require(BusinessIdentifier(system: "urn:x", value: "1"))
        core.directory.organisations[Town.hospital] = Organisation(
            id: Town.hospital, name: "Mercy", identifiers: [identifier])
        let recipient = core.parties.recipient(cardiology, collectedBy: nil)
        #expect(recipient.names.contains { $0.identifiers == [identifier] })
    }

    @Test("who is silent is not who is quiet")
    func silence() {
        var sessions = Sessions()
        sessions.open(session(one))
        #expect(sessions.quiet(for: .seconds(5), at: .seconds(6)) == [one])
        sessions.change(one) { $0.ping(at: .seconds(6)) }
        #expect(sessions.quiet(for: .seconds(5), at: .seconds(10)).isEmpty)
        #expect(sessions.silent(for: .seconds(15), at: .seconds(16)) == [one])
        sessions.change(one) { $0.hear(at: .seconds(16)) }
        #expect(sessions.silent(for: .seconds(15), at: .seconds(16)).isEmpty)
    }

    @Test("leases belong to their holder, lapse in order, and take the store's numbers")
    func leases() {
        var leases = Leases()
        func lease(_ peer: Peer, _ seconds: Int) -> Lease {
            Lease(holder: peer, deadline: .seconds(seconds), redaction: nil, byteCount: 7)
        }
        leases.grant(DeliveryID(4), lease(one, 30))
        leases.grant(.provisional(2), lease(one, 30))
        leases.grant(DeliveryID(3), lease(two, 10))
        leases.renumber(Numbering(lastMessage: MessageNumber(7), lastDelivery: DeliveryID(5)))
        #expect(leases.held(by: one) == [DeliveryID(4), DeliveryID(7)])
        leases.extend(DeliveryID(3), until: .seconds(20))
        #expect(leases.lapsed(at: .seconds(19)).isEmpty)
        #expect(leases.lapsed(at: .seconds(30)) == [3, 4, 7].map { DeliveryID($0) })
        let ended = leases.end(DeliveryID(3))
        #expect(ended?.holder == two)
        let again = leases.end(DeliveryID(3))
        #expect(again == nil && leases.count(of: two) == 0)
        let all = leases.endAll(of: one)
        #expect(all == [DeliveryID(4), DeliveryID(7)])
        #expect(leases.lapsed(at: .seconds(99)).isEmpty)
    }

    @Test("only mailboxes that somebody works are looked at, and a look is never put off")
    func looks() {
        var scheduler = MailboxScheduler()
        scheduler.look(at: berg, by: .zero)
        #expect(scheduler.due(at: .seconds(9)).isEmpty && scheduler.isDry(berg, at: .seconds(9)))
        scheduler.open(berg, at: .seconds(1))
        #expect(scheduler.due(at: .seconds(1)) == [berg])
        scheduler.starve(berg)
        scheduler.beginLook(at: berg, at: .seconds(1))
        #expect(!scheduler.isStarved(berg) && scheduler.due(at: .seconds(1)).isEmpty)
        scheduler.look(at: berg, by: .seconds(5))
        #expect(scheduler.due(at: .seconds(2)) == [berg])
        #expect(scheduler.nextLook(before: .seconds(9)) { _ in false } == .seconds(9))
        #expect(scheduler.nextLook(before: .seconds(9)) { _ in true } == .seconds(2))
        scheduler.close(berg)
        #expect(scheduler.due(at: .seconds(9)).isEmpty)
    }

    @Test("those behind are counted until the last has gone")
    func order() throws {
        var scheduler = MailboxScheduler()
        let delivery = Delivery(
            id: DeliveryID(1), message: MessageNumber(1), mailbox: berg,
            thread: .referral(ReferralID(UUIDBytes(high: 1, low: 1))),
            queuedAt: Timestamp(milliseconds: 0), expiresAt: .distantFuture)
        let key = try #require(OrderKey(delivery))
        scheduler.follow(key)
        scheduler.follow(key)
        let moves = [scheduler.advance(key), scheduler.advance(key), scheduler.advance(key)]
        #expect(moves == [true, true, false])
    }

    @Test("a look at a patient's deliveries is remembered only while it is unfinished")
    func reconsiderations() {
        let patient = Town.patient(1)
        var rooms = Reconsiderations([Town.patient(2): DeliveryID(9)])
        #expect(rooms.everybodyAfter == DeliveryID(0))
        rooms.advanceEverybody(to: nil)
        #expect(rooms.next == [Town.patient(2): DeliveryID(9)])
        let done = rooms.advance(Town.patient(2), to: nil)
        #expect(done == .reconsider(Town.patient(2), after: nil))
        #expect(rooms.isEmpty)
        rooms.begin(patient)
        let unneeded = rooms.advance(patient, to: nil)
        #expect(unneeded == nil)
        rooms.begin(patient)
        let partly = rooms.advance(patient, to: DeliveryID(3))
        #expect(partly == .reconsider(patient, after: DeliveryID(3)))
        #expect(rooms.cursor(of: patient) == DeliveryID(3))
        let finished = rooms.advance(patient, to: nil)
        #expect(finished == .reconsider(patient, after: nil))
        for number in 1...9 { rooms.begin(Town.patient(number)) }
        #expect(rooms.next.count == Reconsiderations.patientsMax)
    }

    @Test("one operator's wish is forgotten in time")
    func pendingShreds() {
        let patient = Town.patient(1)
        var shreds = PendingShreds()
        let end = Timestamp(milliseconds: 10)
        shreds.note(.init(operatorName: "anna", until: end), for: patient)
        #expect(shreds.wish(for: patient, at: Timestamp(milliseconds: 9))?.operatorName == "anna")
        #expect(shreds.wish(for: patient, at: end) == nil)
        shreds.settle(patient)
        #expect(shreds.wish(for: patient, at: Timestamp(milliseconds: 0)) == nil)
    }

    @Test("streams whose token or key is another are told apart from new ones")
    func streams() {
        func stream(_ mailbox: Mailbox, _ token: UInt8) -> CareModel.Stream {
            CareModel.Stream(name: .mailbox(mailbox), token: [token], key: [0], epoch: 1)
        }
        let old = stream(berg, 1)
        var table = StreamTable([old.name: old])
        let renewed = stream(berg, 2)
        let new = stream(cardiology, 3)
        let changed = table.replace(with: [renewed.name: renewed, new.name: new])
        #expect(changed == [renewed])
        #expect(table[new.name] == new)
    }
}
