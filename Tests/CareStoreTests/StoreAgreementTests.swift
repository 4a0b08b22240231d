import CareModel
import CareStore
import CareStoreSQLite
import Testing

/// Lets both stores live through the same random history and compares everything they tell.
@Suite("Both stores tell the same")
struct StoreAgreementTests {
    @Test(
        "stores agree after every step of a random history",
        arguments: 1...12 as ClosedRange<UInt64>)
    func storesAgree(seed: UInt64) throws {
        let folder = try TemporaryFolder()
        var history = History(seed: seed)
        var reference = InMemoryStore()
        var store: SQLiteStore? = try SQLiteStore(directory: folder.path)
        _ = try reference.start()
        _ = try store?.start()
        for step in 1...150 {
            let writes = history.next()
            try reference.commit(writes)
            try store?.commit(writes)
            if step % 40 == 0 {
                store = nil
                store = try SQLiteStore(directory: folder.path)
                reference = reference.restarted()
                #expect(try store?.start() == reference.start(), "seed \(seed), step \(step)")
                history.forgetLeases()
            }
            let keys = history.keys
            #expect(try store?.load(keys) == reference.load(keys), "seed \(seed), step \(step)")
        }
        let readers = (try #require(try store?.makeReader()), try reference.makeReader())
        #expect(try readers.0.status() == readers.1.status())
        for question in history.questions {
            let page = Page(limit: 3)
            let found = try readers.0.answer(
                question, asker: history.asker, page: page, now: history.now)
            let expected = try readers.1.answer(
                question, asker: history.asker, page: page, now: history.now)
            #expect(found == expected, "seed \(seed), \(question)")
        }
    }
}

/// Makes up what a broker might write; the seed decides everything.
private struct History {
    private var random: UInt64
    private(set) var now = Timestamp(milliseconds: 1_790_000_000_000)
    private var referrals: [Referral] = []
    private var deliveries: [Delivery] = []
    private var lastMessage: Int64 = 0

    private let practice = OrganisationID(unchecked: "hillside")
    private let clinic = OrganisationID(unchecked: "city")
    private let desk = AgentID(unchecked: "desk")
    private let mailboxes = [
        Mailbox.service(ServiceID(unchecked: "heart")), .agent(AgentID(unchecked: "desk")),
    ]

    init(seed: UInt64) { random = seed }

    var asker: Asker {
        Asker(
            Agent(
                id: desk, organisation: practice, name: "", publicKey: "",
                roles: [.coordinator], services: []))
    }

    var keys: FactKeys {
        var keys = FactKeys()
        keys.now = now
        for mailbox in mailboxes { keys.queues[mailbox] = 5 }
        keys.expiredBy = now
        keys.referrals = Set(referrals.map(\.id))
        keys.requests = keys.referrals
        keys.openReferrals = Set(
            referrals.map {
                OpenReferralKey(patient: $0.patient, to: $0.to, initiator: $0.initiator)
            })
        return keys
    }

    var questions: [Question] {
        [.worklist(.open), .worklist(.all), .worklist(.inbox(mailboxes)), .deadLetters]
            + referrals.flatMap { [.referral($0.id), .referralTrail($0.id)] }
    }

    mutating func forgetLeases() {
        for index in deliveries.indices where deliveries[index].state.isLeased {
            deliveries[index].state = .queued
        }
    }

    mutating func next() -> [Write] {
        now = now + .seconds(roll(5))
        var writes: [Write] = []
        for _ in 0...roll(3) { writes += change() }
        return writes
    }

    private mutating func change() -> [Write] {
        switch roll(10) {
        case 0: return refer()
        case 1...3: return send()
        case 4...7: return settle()
        case 8: return move()
        default: return release()
        }
    }

    private mutating func refer() -> [Write] {
        let referral = Referral(
            id: ReferralID(UUIDBytes(version7At: now, random: (draw(), draw()))),
            patient: patient(), initiator: practice, replyTo: mailboxes[1], recipient: clinic,
            to: mailboxes[0], priority: .routine, reason: ReasonCode("advice"), requestedAt: now)
        referrals.append(referral)
        return [.putReferral(referral)]
    }

    private mutating func send() -> [Write] {
        guard !referrals.isEmpty else { return refer() }
        let referral = roll(6) == 0 ? nil : referrals[roll(referrals.count)]
        lastMessage += 1
        let message = Message(
            number: MessageNumber(lastMessage),
            id: MessageID(UUIDBytes(version7At: now, random: (draw(), draw()))), kind: .report,
            acceptedAt: now, sender: nil, organisation: nil, referral: referral?.id,
            patient: referral?.patient, state: nil, version: 0, reason: nil, expiresAt: now)
        let delivery = Delivery(
            id: DeliveryID(Int64(deliveries.count) + 1), message: message.number,
            mailbox: mailboxes[roll(2)], referral: referral?.id, queuedAt: now,
            expiresAt: now + .seconds(roll(120)), state: roll(4) == 0 ? .held : .queued)
        deliveries.append(delivery)
        return [.insertMessage(message, .none), .insertDelivery(delivery)]
    }

    private mutating func settle() -> [Write] {
        guard !deliveries.isEmpty else { return send() }
        let index = roll(deliveries.count)
        deliveries[index].state = DeliveryState.allCases[roll(DeliveryState.allCases.count)]
        deliveries[index].notBefore = now + .seconds(roll(10) - 5)
        return [.updateDelivery(deliveries[index])]
    }

    private mutating func move() -> [Write] {
        guard !referrals.isEmpty else { return refer() }
        let index = roll(referrals.count)
        referrals[index].state = ReferralState.allCases[roll(ReferralState.allCases.count)]
        referrals[index].assignee = roll(2) == 0 ? desk : nil
        referrals[index].updatedAt = now
        return [.putReferral(referrals[index])]
    }

    private mutating func release() -> [Write] {
        let patient = patient()
        let own = Set(referrals.filter { $0.patient == patient }.map(\.id))
        for index in deliveries.indices {
            guard let referral = deliveries[index].referral, own.contains(referral),
                [.held, .withheld].contains(deliveries[index].state)
            else { continue }
            deliveries[index].state = .queued
            deliveries[index].notBefore = now
        }
        return [.release(patient, at: now)]
    }

    private mutating func patient() -> PatientKey {
        let byte = UInt8(roll(3))
        guard let key = PatientKey(bytes: Array(repeating: byte, count: 32)) else {
            preconditionFailure("32 bytes make a key")
        }
        return key
    }

    private mutating func roll(_ count: Int) -> Int { Int(draw() % UInt64(count)) }

    /// SplitMix64.
    private mutating func draw() -> UInt64 {
        random &+= 0x9E37_79B9_7F4A_7C15
        var word = random
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
