import CareCore
import CareModel
import CareStore
import CareTestKit

/// Runs a town in which everything goes wrong at random, then heals it and looks what is left.
final class Simulation {
    let town: Town
    /// The town's broker, and the others that share its store.
    let brokers: [TestBroker]
    var ledger: Ledger
    var random: SplitMix64
    var agents: [SimulatedAgent]
    var isCalm = false
    private var frames: [Frame] = []
    private var homes: [Peer: Int] = [:]
    /// Whether another broker is at work while one commits.
    private var isContested = false
    private var heardCount: [Peer: Int] = [:]
    private var late: [Frame] = []
    private var consents: [ConsentID: Bool] = [:]
    private let rootID = Town.root

    /// Is something on its way to one of the brokers.
    private struct Frame {
        let broker: Int
        let input: Input
    }

    /// Permits everything but observations.
    static let noObservations = ConsentDirective.rule(
        .permit,
        exceptions: [
            ConsentProvision(
                type: .deny, content: ContentCondition(classes: [.resourceType("Observation")]))
        ])
    static let patients = (1...4).map { Town.patient($0) }

    init(seed: UInt64, brokerCount: Int) throws {
        var policy = BrokerPolicy()
        policy.failuresMax = 4
        policy.backoffMax = .seconds(8)
        policy.expiry = .seconds(400)
        random = SplitMix64(seed: seed)
        let broker = try TestBroker(policy: policy, clock: VirtualClock(seed: seed ^ 0xC10C))
        town = try Town(broker, consents: false)
        brokers =
            [broker]
            + (try (1..<brokerCount).map {
                try broker.sibling(named: BrokerID(unchecked: "b\($0)"))
            })
        ledger = Ledger(policy: policy)
        agents = []
        let ids = [
            Town.adams, Town.berg, Town.chen, Town.nora, Town.hana, Town.root, Town.audrey,
            Town.eva,
        ]
        for id in ids { agents.append(SimulatedAgent(id, instance: town.fresh())) }
        for index in brokers.indices { watch(index) }
    }

    private func watch(_ index: Int) {
        let broker = brokers[index]
        let name = broker.policy.name
        broker.onStep = { [unowned self] inputs, plan, moment in
            note(inputs, plan, moment, by: broker)
        }
        broker.onRestart = { [unowned self, unowned broker] in
            ledger.restart(name, at: broker.clock.wall)
            contest(broker)
        }
        contest(broker)
    }

    /// Has the other broker work while one is about to commit.
    private func contest(_ broker: TestBroker) {
        guard brokers.count > 1 else { return }
        (broker.store as? InMemoryStore)?.onCommit = { [unowned self, unowned broker] in
            guard !isContested, random.once(in: 6) else { return }
            isContested = true
            defer { isContested = false }
            guard let other = brokers.firstIndex(where: { $0 !== broker }) else { return }
            _ = try? brokers[other].step(take(random.next() % 4 + 1, for: other))
        }
    }

    private func note(
        _ inputs: [Input], _ plan: Plan, _ moment: Moment, by broker: TestBroker
    ) {
        ledger.note(inputs, plan, at: moment, by: broker.policy.name)
        for item in plan.outgoing {
            guard case .drained(let waiting) = item.saying else { continue }
            checkDrained(item.peer, waiting, at: moment, by: broker)
        }
        if random.once(in: 40), !isCalm, !isContested, let message = ledger.messages.keys.max() {
            try? broker.damage(message)
        }
    }

    private func checkDrained(
        _ peer: Peer, _ waiting: Int, at moment: Moment, by broker: TestBroker
    ) {
        guard let agent = agents.first(where: { $0.peer == peer }),
            let enrolled = broker.core.directory.agents[agent.id]
        else { return }
        let left = ledger.deliveries.values.filter { delivery in
            enrolled.works(delivery.mailbox) && ledger.couldLeave(delivery, at: moment.wall)
        }
        if waiting == 0, !left.isEmpty {
            ledger.fail(13, "\(agent.id) was told that nothing is left, but \(left.count) wait")
        }
    }
}

// MARK: - Trouble

extension Simulation {
    /// Goes on for so many rounds of trouble.
    func trouble(rounds: Int) throws {
        for _ in 0..<rounds {
            for index in agents.indices { act(index) }
            if random.once(in: 25) { administer() }
            try deliverFrames()
            hearAll()
            switch Int.random(in: 0..<60, using: &random) {
            case 0: try crash()
            case 1:
                anyBroker.clock.stepWall(by: .seconds(Int.random(in: -90...90, using: &random)))
            case 2: try advance(by: .seconds(Int.random(in: 10...60, using: &random)))
            case 3: anyBroker.hasRoom.toggle()
            case 4: town.broker.shelf.canCopy.toggle()
            default: try advance(by: .milliseconds(Int.random(in: 0...1_500, using: &random)))
            }
            hearAll()
        }
    }

    private var anyBroker: TestBroker {
        brokers[Int.random(in: brokers.indices, using: &random)]
    }

    /// Time passes for all of them alike.
    private func advance(by duration: Duration) throws {
        for broker in brokers { try broker.advance(by: duration) }
    }

    private func crash() throws {
        let index = Int.random(in: brokers.indices, using: &random)
        try brokers[index].step(take(random.next() % 6, for: index), crash: true)
    }

    private func deliverFrames() throws {
        while let next = frames.first?.broker {
            try brokers[next].step(take(random.next() % 12 + 1, for: next))
            if random.once(in: 2) { try brokers[next].settle() }
        }
        if random.once(in: 8) {
            frames += late.shuffled(using: &random)
            late = []
        }
    }

    /// The next inputs of a broker.
    private func take(_ count: UInt64, for broker: Int) -> [Input] {
        var batch: [Input] = []
        frames.removeAll { frame in
            guard frame.broker == broker, batch.count < Int(count) else { return false }
            batch.append(frame.input)
            return true
        }
        return batch
    }

    private func home(of peer: Peer) -> Int { homes[peer] ?? 0 }

    /// Puts a frame on its way to the broker: it may be lost, come twice, or come late.
    private func post(_ saying: AgentSaying, from index: Int) {
        guard let peer = agents[index].peer else { return }
        let frame = Frame(
            broker: home(of: peer),
            input: .said(peer, agents[index].id, request: random.next() % 1_000, saying))
        guard !isCalm else { return frames.append(frame) }
        switch Int.random(in: 0..<40, using: &random) {
        case 0: break
        case 1: frames += [frame, frame]
        case 2: late.append(frame)
        default: frames.append(frame)
        }
    }

    private func hearAll() {
        for index in agents.indices {
            guard let peer = agents[index].peer else { continue }
            let all = brokers[home(of: peer)].sent[peer] ?? []
            let news = all[min(heardCount[peer] ?? 0, all.count)...]
            heardCount[peer] = all.count
            for item in news {
                if !isCalm, random.once(in: 40) { continue }
                let answers = agents[index].hear(item.saying, &random, isCalm: isCalm)
                for answer in answers { post(answer, from: index) }
                if !isCalm, random.once(in: 50) {
                    post(.credit(messages: 2, byteCount: 500, drain: true), from: index)
                }
            }
        }
    }

    private func act(_ index: Int) {
        guard agents[index].peer != nil, agents[index].isWelcome else {
            if random.once(in: 2) { connect(index) }
            return
        }
        switch Int.random(in: 0..<60, using: &random) {
        case 0: connect(index)
        case 1:
            agents[index].instance = town.fresh()
            agents[index].unacknowledged = []
            vanish(index)
        case 2:
            post(.bye, from: index)
            vanish(index)
        case 3...6:
            for (delivery, fence) in agents[index].unacknowledged {
                post(.ack(delivery, fence, displayed: false), from: index)
            }
        case 7...46: submit(index)
        case 52 where agents[index].id == Town.eva:
            let patient = random.pick(Self.patients) ?? Town.patient(1)
            post(.query(.timeline(patient), page: Page()), from: index)
        case 47...50:
            post(.credit(messages: 3, byteCount: 900, drain: random.once(in: 2)), from: index)
        case 51: for submission in agents[index].outbox { post(.submit(submission), from: index) }
        default: break
        }
    }

    private func vanish(_ index: Int) {
        if let peer = agents[index].peer, random.once(in: 2) {
            frames.append(Frame(broker: home(of: peer), input: .unreachable(peer)))
        }
        agents[index].peer = nil
        agents[index].isWelcome = false
    }

    private func connect(_ index: Int) {
        if agents[index].peer == nil || random.once(in: 2) { agents[index].peer = newPeer() }
        agents[index].isWelcome = false
        post(agents[index].hello, from: index)
    }

    /// A connection to any of the brokers.
    private func newPeer() -> Peer {
        let peer = town.newPeer()
        homes[peer] = Int.random(in: brokers.indices, using: &random)
        return peer
    }
}

// MARK: - What agents do

extension Simulation {
    private func submit(_ index: Int) {
        guard let submission = submission(of: agents[index]) else { return }
        agents[index].outbox.append(submission)
        post(.submit(submission), from: index)
        if random.once(in: 30) {
            var forged = submission
            forged.contentHash = town.fresh().bytes
            post(.submit(forged), from: index)
        }
    }

    private func submission(of agent: SimulatedAgent) -> Submission? {
        if agent.id == Town.adams, random.once(in: 3) { return request() }
        if agent.id == Town.adams, random.once(in: 5) { return consent() }
        if agent.id == rootID { return replay() }
        if agent.id == Town.eva { return emergency() }
        return move(of: agent)
    }

    private func request() -> Submission? {
        guard let patient = random.pick(Self.patients),
            let mailbox = random.pick([
                Mailbox.service(Town.cardiology), .service(Town.imaging), .agent(Town.berg),
            ])
        else { return nil }
        var request = town.request(
            for: patient, to: mailbox, byteCount: Int.random(in: 16...300, using: &random))
        if random.once(in: 2) {
            request.document?.contents?.append(
                ContentItem(resource: ContentResource(type: "Observation"), need: .none))
        }
        request.request.allowsDuplicate = !random.once(in: 3)
        if random.once(in: 4) {
            request.expiresAt =
                town.broker.clock.wall + .seconds(Int.random(in: 100...400, using: &random))
        }
        return request
    }

    private func consent() -> Submission? {
        let missing = (1...4).filter {
            consents[ConsentID(UUIDBytes(high: 0xC0, low: UInt64($0)))] == nil
        }
        guard let number = missing.first ?? (1...4).randomElement(using: &random) else {
            return nil
        }
        let id = ConsentID(UUIDBytes(high: 0xC0, low: UInt64(number)))
        if consents[id] == true, !random.once(in: 3) {
            consents[id] = false
            return town.revocation(of: id)
        }
        consents[id] = true
        let directive = random.once(in: 3) ? Self.noObservations : ConsentDirective.permitAll
        return town.consent(directive, for: Town.patient(number), id: id)
    }

    /// Breaks the glass, or ends that.
    private func emergency() -> Submission? {
        guard random.once(in: 6) else { return nil }
        let open = ledger.openOverrides(of: Town.eva)
        if let glass = random.pick(open), random.once(in: 2) {
            return town.submission(.overrideEnd(OverrideEnd(breakGlass: glass)))
        }
        return random.pick(Self.patients).map { town.breakGlass(for: $0) }
    }

    private func replay() -> Submission? {
        let dead = ledger.deliveries.values.filter { $0.state == .deadLettered }.map(\.id)
        return random.pick(dead.sorted()).map(town.replay)
    }

    private func move(of agent: SimulatedAgent) -> Submission? {
        guard let id = random.pick(agent.known.sorted()), var referral = ledger.referrals[id],
            let enrolled = town.broker.core.directory.agents[agent.id]
        else { return nil }
        let allowed = town.broker.core.allowedMoves(for: enrolled.id, in: referral)
        let name = random.once(in: 10) ? random.pick(ReferralMove.allCases) : random.pick(allowed)
        guard let name, name != .request else { return nil }
        if random.once(in: 10) { referral.version += 1 }
        return town.completeMove(name, referral)
    }

    private func administer() {
        let services: Set<ServiceID> =
            random.once(in: 2) ? [Town.cardiology] : [Town.cardiology, Town.imaging]
        let chen = Town.agent(Town.chen, Town.hospital, [.specialist], services)
        var command = AdminCommand.enrolAgent(chen)
        if random.once(in: 4) {
            let patient = random.pick(Self.patients) ?? Town.patient(1)
            command = .shred(patient, operatorName: "olga", isSure: random.once(in: 2))
        } else if random.once(in: 4), let chores = town.broker.store as? any StoreChores,
            let version = try? chores.rotateMasterKey(at: town.broker.clock.wall)
        {
            command = .rotateKeys(version: version)
        }
        frames.append(
            Frame(
                broker: Int.random(in: brokers.indices, using: &random),
                input: .administer(
                    Town.operatorPeer, request: 1, command,
                    secret: Array(repeating: 7, count: Input.secretByteCount))))
    }
}

// MARK: - Healing

extension Simulation {
    /// Lets everybody be well and waits until all has come to an end.
    func heal() throws {
        isCalm = true
        frames = late
        late = []
        town.broker.shelf.canCopy = true
        // Somebody sets the clocks right: what one broker puts off, another must not wait longer for.
        let latest = brokers.map(\.clock.wall).max() ?? town.broker.clock.wall
        for broker in brokers {
            broker.hasRoom = true
            broker.clock.stepWall(by: latest - broker.clock.wall + .seconds(600))
        }
        for index in agents.indices {
            agents[index].peer = newPeer()
            agents[index].isWelcome = false
            agents[index].instance = town.fresh()
        }
        let chen = Town.agent(
            Town.chen, Town.hospital, [.specialist], [Town.cardiology, Town.imaging])
        try town.enrol(.enrolAgent(chen))
        for index in agents.indices { post(agents[index].hello, from: index) }
        try pass(.seconds(1), times: 60)
        checkNothingWaits()
        try pass(.seconds(4), times: 110)
    }

    private func pass(_ duration: Duration, times: Int) throws {
        for _ in 0..<times {
            repeat {
                for (index, broker) in brokers.enumerated() {
                    try broker.step(take(64, for: index))
                    try broker.settle()
                }
                hearAll()
            } while !frames.isEmpty
            try advance(by: duration)
            hearAll()
        }
    }

    /// Whatever may leave has left within a minute of everybody being well.
    private func checkNothingWaits() {
        let now = town.broker.clock.wall
        for delivery in ledger.deliveries.values
        where ledger.couldLeave(delivery, at: now) || delivery.state.isLeased {
            ledger.fail(13, "\(delivery.id) still is \(delivery.state) though nobody is busy")
        }
    }

    /// Checks what can only be seen once all has come to an end.
    func audit() throws {
        for delivery in ledger.deliveries.values { checkEnd(of: delivery) }
        for agent in agents {
            if !agent.outbox.isEmpty { ledger.fail(13, "\(agent.id) waits for receipts") }
        }
        for organisation in [Town.practice, Town.hospital] {
            try checkStream(of: organisation)
        }
    }

    private func checkEnd(of delivery: Delivery) {
        guard delivery.state.isSettled else {
            return ledger.fail(1, "\(delivery.id) never ended: \(delivery.state)")
        }
        guard let message = ledger.messages[delivery.message] else { return }
        if delivery.state.isAcknowledged {
            let isStored = agents.contains { $0.inbox[delivery.id] == message.id }
            if !isStored { ledger.fail(1, "\(delivery.id) was acknowledged by nobody") }
            return
        }
        guard message.kind != .report, message.sender != nil else { return }
        let reports = ledger.messages.values.filter { report in
            report.details.report?.message == message.id
                && report.details.report?.mailbox == delivery.mailbox
                && report.details.report?.state == delivery.state
        }
        if reports.isEmpty { ledger.fail(1, "nobody told the sender of \(delivery.id)") }
        let copies = ledger.deliveries.values.filter {
            $0.message == delivery.message && $0.mailbox == delivery.mailbox
                && $0.state == delivery.state
        }
        if reports.count != copies.count {
            ledger.fail(1, "\(delivery.id) was reported \(reports.count) times")
        }
    }

    /// What a follower of the stream knows at its head is what is on record.
    private func checkStream(of organisation: OrganisationID) throws {
        var known: [ReferralID: ReferralSummary] = [:]
        for entry in try town.events(of: .organisation(organisation)) {
            guard entry.event.kind == .referral, let summary = entry.event.subject?.referral else {
                continue
            }
            known[summary.id] = summary
        }
        for referral in ledger.referrals.values
        where known[referral.id] != ReferralSummary(referral) {
            ledger.fail(11, "\(organisation) does not know the state of \(referral.number)")
        }
    }
}

extension Simulation {
    /// What happened, for whoever repeats a seed.
    var statistics: String {
        let states = Dictionary(grouping: ledger.deliveries.values, by: \.state)
            .map { "\($0.key): \($0.value.count)" }.sorted().joined(separator: ", ")
        let moves = Dictionary(grouping: ledger.referrals.values, by: \.state)
            .map { "\($0.key): \($0.value.count)" }.sorted().joined(separator: ", ")
        let refusals = Dictionary(
            grouping: ledger.answers.values.compactMap { $0.item.refusal?.code }, by: \.self
        ).map { "\($0.key.rawValue): \($0.value.count)" }.sorted().joined(separator: ", ")
        let all = town.audit.map(\.kind.rawValue)
        let kinds = Dictionary(grouping: all, by: \.self).map { "\($0.key): \($0.value.count)" }
            .sorted().joined(separator: ", ")
        let conflicts = brokers.compactMap { ($0.store as? InMemoryStore)?.conflictCount }
        return
            "brokers \(brokers.count), conflicts \(conflicts)\nmessages \(ledger.messages.count)\ndeliveries \(states)\nreferrals \(moves)"
            + "\nrefusals \(refusals)\naudit \(kinds)"
    }
}
