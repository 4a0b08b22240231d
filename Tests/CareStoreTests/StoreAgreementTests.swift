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
        var store: SQLiteStore? = try SQLiteStore(
            directory: folder.path, keys: TestKeys.shared.keys)
        _ = try reference.start()
        _ = try store?.start()
        for step in 1...150 {
            let writes = history.next()
            try reference.commit(writes)
            try store?.commit(writes)
            if step % 40 == 0 {
                store = nil
                store = try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
                reference = reference.restarted()
                #expect(try store?.start() == reference.start(), "seed \(seed), step \(step)")
                history.forgetLeases()
            }
            let keys = history.keys
            #expect(try store?.load(keys) == reference.load(keys), "seed \(seed), step \(step)")
        }
        for number in history.messages {
            #expect(try store?.payload(of: number) == reference.payload(of: number))
        }
        for patient in history.patients {
            #expect(try store?.consentEpoch(of: patient) == reference.consentEpoch(of: patient))
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
    private var lastDocument: Int64 = 0
    private var consents: [ConsentRecord] = []
    private var glasses: [BreakGlass] = []
    private var epochs: [PatientKey: UInt32] = [:]

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
        keys.threads = Set(referrals.map { .referral($0.id) })
        keys.requests = Set(referrals.map(\.id))
        keys.openReferrals = Set(
            referrals.map {
                OpenReferralKey(patient: $0.patient, to: $0.to, initiator: $0.initiator)
            })
        keys.keptBackBy = now
        keys.careTeams = Set(patients)
        keys.waiting = Set(patients)
        for patient in patients { keys.timelines[patient] = MessageNumber(lastMessage / 3) }
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
        switch roll(16) {
        case 0: return refer()
        case 1...3: return send()
        case 4...7: return settle()
        case 8...9: return move()
        case 10: return direct()
        case 11...12: return [.appendAudit(event())]
        case 13: return breakGlass()
        case 14: return judge()
        default: return roll(8) == 0 ? [.shred(patient(), at: now)] : direct()
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
        let thread = referral.map { ThreadID.referral($0.id) }
        let patient = referral?.patient ?? patient()
        lastMessage += 1
        var details = MessageDetails()
        if roll(2) == 0 {
            details.patient = BusinessIdentifier(system: "urn:x", value: "\(lastMessage)")
        }
        let message = Message(
            number: MessageNumber(lastMessage),
            id: MessageID(UUIDBytes(version7At: now, random: (draw(), draw()))),
            kind: roll(3) == 0 ? .report : .move(.note), acceptedAt: now, sender: nil,
            organisation: nil, thread: thread, patient: patient, state: nil, version: 0,
            reason: nil, expiresAt: now, details: details)
        let delivery = Delivery(
            id: DeliveryID(Int64(deliveries.count) + 1), message: message.number,
            mailbox: mailboxes[roll(2)], thread: thread, queuedAt: now,
            expiresAt: now + .seconds(roll(120)), state: roll(4) == 0 ? .held : .queued)
        deliveries.append(delivery)
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
        let epoch = (epochs[record.patient] ?? 0) + 1
        epochs[record.patient] = epoch
        return [.putConsent(record), .raiseConsentEpoch(record.patient, to: epoch)]
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
        return [.putBreakGlass(glass)]
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
        return [.putBreakGlass(glasses[index])]
    }

    private mutating func patient() -> PatientKey { Self.patient(roll(3)) }

    private static func patient(_ number: Int) -> PatientKey {
        guard let key = PatientKey(bytes: Array(repeating: UInt8(number), count: 32)) else {
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
