import CareModel
import CareStore
import CareStoreSQLite
import CareTestKit
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
        var store: SQLiteStore? = try SQLiteStore(
            directory: folder.path, keys: TestKeys.shared.keys)
        try reference.start()
        try store?.start()
        for step in 1...150 {
            let writes = history.next()
            let expected = try reference.commit(writes)
            let numbering = try store?.commit(writes)
            #expect(numbering?.lastMessage == expected.lastMessage, "seed \(seed), step \(step)")
            #expect(numbering?.lastDelivery == expected.lastDelivery, "seed \(seed), step \(step)")
            #expect(numbering?.events == expected.events, "seed \(seed), step \(step)")
            if step % 40 == 0 {
                store = nil
                store = try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
                reference = reference.restarted()
                let state = try store?.start(as: .test, at: history.now)
                let told = try reference.start(as: .test, at: history.now)
                #expect(state?.unversioned == told.unversioned, "seed \(seed), step \(step)")
                history.forgetLeases()
            }
            let keys = history.keys
            #expect(
                try store?.load(keys).unversioned == reference.load(keys).unversioned,
                "seed \(seed), step \(step)")
        }
        for number in history.messages {
            #expect(try store?.payload(of: number) == reference.payload(of: number))
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

// A version of the registry is a store's own.

extension BrokerState {
    fileprivate var unversioned: BrokerState {
        var state = self
        state.registry.version = 0
        return state
    }
}

extension Facts {
    fileprivate var unversioned: Facts {
        var facts = self
        facts.registry?.version = 0
        return facts
    }
}

/// Makes up what a broker might write; the seed decides everything.
private struct History {
    private var random: SplitMix64
    private(set) var now = Timestamp(milliseconds: 1_790_000_000_000)
    private var referrals: [Referral] = []
    private var deliveries: [Delivery] = []
    private var lastMessage: Int64 = 0
    private var lastDocument: Int64 = 0
    private var consents: [ConsentRecord] = []
    private var glasses: [BreakGlass] = []
    private var epochs: [PatientKey: UInt32] = [:]
    private var streams: [StreamName] = []
    /// How the store will number what the next transaction adds.
    private var numbering = Numbering(lastMessage: MessageNumber(0), lastDelivery: DeliveryID(0))

    private let practice = OrganisationID(unchecked: "hillside")
    private let clinic = OrganisationID(unchecked: "city")
    private let desk = AgentID(unchecked: "desk")
    private let mailboxes = [
        Mailbox.service(ServiceID(unchecked: "heart")), .agent(AgentID(unchecked: "desk")),
    ]

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

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
        keys.threads = Set(referrals.map { .referral($0.id) })
        keys.requests = Set(referrals.map(\.id))
        keys.openReferrals = Set(
            referrals.map {
                OpenReferralKey(patient: $0.patient, to: $0.to, initiator: $0.initiator)
            })
        keys.keptBackBy = now
        keys.careTeams = Set(patients)
        for patient in patients {
            keys.waiting[patient] = DeliveryID(Int64(deliveries.count) / 4)
            keys.timelines[patient] = MessageNumber(lastMessage / 3)
        }
        keys.keptBackAfter = DeliveryID(Int64(deliveries.count) / 5)
        keys.lapsedBy = now
        keys.overridesDueBy = now
        keys.overridesOf = [desk, AgentID(unchecked: "kim"), AgentID(unchecked: "nobody")]
        keys.patients = Set(patients)
        keys.heads = Set(mailboxes.map(StreamName.mailbox))
        keys.threads.formUnion(consents.map { .directive($0.id) })
        keys.consentVersions = Set(consents.map(\.id))
        keys.threads.formUnion(glasses.map { .override($0.id) })
        keys.messages = Set(messages)
        return keys
    }

    var messages: [MessageNumber] { (0...lastMessage).map { MessageNumber($0) } }

    var patients: [PatientKey] { (0...3).map(Self.patient) }

    var questions: [Question] {
        [
            .worklist(.open), .worklist(.all), .worklist(.inbox(mailboxes)), .deadLetters,
            .breakGlasses,
        ] + patients.flatMap { [.disclosures($0), .consents($0)] }
            + referrals.flatMap { [.referral($0.id), .referralTrail($0.id)] }
    }

    /// Takes back what a start takes back.
    mutating func forgetLeases() {
        for index in deliveries.indices where deliveries[index].state.isLeased {
            if let lease = deliveries[index].lease, lease.owner != .test, now < lease.until {
                continue
            }
            deliveries[index].state = .queued
        }
    }

    mutating func next() -> [Write] {
        now = now + .seconds(roll(5))
        numbering = Numbering(
            lastMessage: MessageNumber(lastMessage),
            lastDelivery: DeliveryID(Int64(deliveries.count)))
        var writes: [Write] = []
        for _ in 0...roll(3) { writes += change() }
        return writes
    }

    private mutating func change() -> [Write] {
        switch roll(20) {
        case 0: return refer()
        case 1...3: return send()
        case 4...7: return settle()
        case 8...9: return move()
        case 10: return direct()
        case 11...12: return [.appendAudit(event())]
        case 13: return breakGlass()
        case 14: return judge()
        case 15...16: return publish()
        case 17:
            return [.reconsider(patient(), after: roll(2) == 0 ? nil : DeliveryID(Int64(roll(99))))]
        case 18: return roll(4) == 0 ? shred() : enrol()
        default: return direct()
        }
    }

    private mutating func shred() -> [Write] {
        let patient = patient()
        return [.shred(patient, at: now), raise(patient)]
    }

    private mutating func raise(_ patient: PatientKey) -> Write {
        let epoch = (epochs[patient] ?? 0) + 1
        epochs[patient] = epoch
        return .raiseConsentEpoch(patient, to: epoch)
    }

    private mutating func enrol() -> [Write] {
        [
            .putAgent(
                Agent(
                    id: desk, organisation: practice, name: "Desk \(roll(99))", publicKey: "",
                    roles: [.coordinator], services: []))
        ]
    }

    private mutating func publish() -> [Write] {
        let name = StreamName.mailbox(mailboxes[roll(2)])
        let event = Write.appendEvent(name, Event(kind: .arrival, at: now, subject: nil))
        guard !streams.contains(name) else { return [event] }
        streams.append(name)
        let stream = CareModel.Stream(
            name: name, token: [UInt8](repeating: 1, count: 16),
            key: [UInt8](repeating: 2, count: 32), epoch: 1)
        return [.putStream(stream), event]
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
        let thread = referral.map { ThreadID.referral($0.id) }
        let patient = referral?.patient ?? patient()
        lastMessage += 1
        var details = MessageDetails()
        if roll(2) == 0 {
            details.patient = BusinessIdentifier(system: "urn:x", value: "\(lastMessage)")
        }
        let message = Message(
            number: .provisional(lastMessage - numbering.lastMessage.number),
            id: MessageID(UUIDBytes(version7At: now, random: (draw(), draw()))),
            kind: roll(3) == 0 ? .report : .move(.note), acceptedAt: now, sender: nil,
            organisation: nil, thread: thread, patient: patient, state: nil, version: 0,
            reason: nil, expiresAt: now, details: details)
        let delivery = Delivery(
            id: .provisional(Int64(deliveries.count) + 1 - numbering.lastDelivery.number),
            message: message.number,
            mailbox: mailboxes[roll(2)], thread: thread, queuedAt: now,
            expiresAt: now + .seconds(roll(120)), state: roll(4) == 0 ? .held : .queued)
        deliveries.append(delivery.numbered(by: numbering))
        return [.insertMessage(message, payload()), .insertDelivery(delivery)]
    }

    private mutating func payload() -> MessagePayload {
        switch roll(3) {
        case 0: return .none
        case 1 where lastDocument > 0: return .same(MessageNumber(lastDocument))
        default:
            lastDocument = lastMessage
            return .document(Payload(Array(repeating: UInt8(roll(256)), count: roll(5_000))))
        }
    }

    private mutating func settle() -> [Write] {
        guard !deliveries.isEmpty else { return send() }
        let index = roll(deliveries.count)
        deliveries[index].state = DeliveryState.allCases[roll(DeliveryState.allCases.count)]
        deliveries[index].notBefore = now + .seconds(roll(10) - 5)
        if deliveries[index].state.isLeased, roll(4) > 0 {
            deliveries[index].lease = DeliveryLease(
                owner: roll(2) == 0 ? .test : BrokerID(unchecked: "other"),
                until: now + .seconds(roll(40)))
        }
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

    /// Records, replaces or withdraws a directive and counts it.
    private mutating func direct() -> [Write] {
        guard lastMessage > 0 else { return send() }
        var record: ConsentRecord
        if let old = consents.last, roll(2) == 0 {
            record = old
            record.revokedAt = now
        } else {
            let old = roll(2) == 0 ? consents.last : nil
            let id = ConsentID(UUIDBytes(version7At: now, random: (draw(), draw())))
            record = ConsentRecord(
                id: old?.id ?? id, patient: old?.patient ?? patient(),
                version: (old?.version ?? 0) + 1, message: MessageNumber(lastMessage),
                recordedBy: desk, organisation: practice, recordedAt: now)
        }
        consents.append(record)
        return [.putConsent(record), raise(record.patient)]
    }

    private mutating func event() -> AuditEvent {
        let kinds = AuditEvent.Kind.allCases
        var event = AuditEvent(kinds[roll(kinds.count)], at: now, outcome: "\(roll(9))")
        event.patient = roll(4) == 0 ? nil : patient()
        event.agent = roll(2) == 0 ? nil : desk
        event.message = roll(2) == 0 ? nil : MessageNumber(lastMessage)
        event.purpose = roll(2) == 0 ? nil : "COC"
        event.epoch = roll(2) == 0 ? nil : UInt32(roll(1_000))
        return event
    }

    private mutating func breakGlass() -> [Write] {
        let glass = BreakGlass(
            id: BreakGlassID(UUIDBytes(version7At: now, random: (draw(), draw()))),
            patient: patient(), patientIdentifier: .erased, agent: AgentID(unchecked: "kim"),
            organisation: clinic, custodians: roll(3) == 0 ? [] : [practice],
            reason: "reason \(roll(100))", startedAt: now, endsAt: now + .seconds(60))
        glasses.append(glass)
        return [.putBreakGlass(glass), raise(glass.patient)]
    }

    private mutating func judge() -> [Write] {
        guard !glasses.isEmpty else { return breakGlass() }
        let index = roll(glasses.count)
        if roll(2) == 0 {
            glasses[index].endedAt = now
        } else {
            glasses[index].review = BreakGlass.Review(
                reviewer: desk, organisation: practice, at: now, finding: .justified)
        }
        return [.putBreakGlass(glasses[index]), raise(glasses[index].patient)]
    }

    private mutating func patient() -> PatientKey { Self.patient(roll(3)) }

    private static func patient(_ number: Int) -> PatientKey {
        guard let key = PatientKey(bytes: Array(repeating: UInt8(number), count: 32)) else {
            preconditionFailure("32 bytes make a key")
        }
        return key
    }

    private mutating func roll(_ count: Int) -> Int { Int(draw() % UInt64(count)) }

    private mutating func draw() -> UInt64 { random.next() }
}
