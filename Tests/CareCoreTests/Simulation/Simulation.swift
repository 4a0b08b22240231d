import CareCore
import CareModel
import CareStore
import CareTestKit

/// Runs a town in which everything goes wrong at random, then heals it and looks what is left.
final class Simulation {
    let town: Town
    var ledger: Ledger
    var random: SplitMix64
    var agents: [SimulatedAgent]
    var isCalm = false
    private var frames: [Input] = []
    private var heardCount: [Peer: Int] = [:]
    private var late: [Input] = []
    private var consents: [ConsentID: Bool] = [:]
    private let rootID = Town.root

    static let patients = (1...4).map { Town.patient($0) }

    init(seed: UInt64) throws {
        var policy = BrokerPolicy()
        policy.failuresMax = 4
        policy.backoffMax = .seconds(8)
        policy.expiry = .seconds(400)
        random = SplitMix64(seed: seed)
        let broker = try TestBroker(policy: policy, clock: VirtualClock(seed: seed ^ 0xC10C))
        town = try Town(broker, consents: false)
        ledger = Ledger(policy: policy)
        agents = []
        for id in [Town.adams, Town.berg, Town.chen, Town.nora, Town.hana, Town.root] {
            agents.append(SimulatedAgent(id, instance: town.fresh()))
        }
        broker.onStep = { [unowned self] inputs, plan, moment in
            note(inputs, plan, moment)
        }
        broker.onRestart = { [unowned self] in ledger.restart() }
    }

    private func note(_ inputs: [Input], _ plan: Plan, _ moment: Moment) {
        ledger.note(inputs, plan, at: moment)
        for item in plan.afterCommit {
            guard case .drained(let waiting) = item.saying else { continue }
            checkDrained(item.peer, waiting, at: moment)
        }
        if random.once(in: 40), !isCalm, let message = ledger.messages.keys.max() {
            town.broker.corrupt.insert(message)
        }
    }

    private func checkDrained(_ peer: Peer, _ waiting: Int, at moment: Moment) {
        guard let agent = agents.first(where: { $0.peer == peer }),
            let enrolled = town.broker.core.directory.agents[agent.id]
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
                town.broker.clock.stepWall(by: .seconds(Int.random(in: -90...90, using: &random)))
            case 2: try town.broker.advance(by: .seconds(Int.random(in: 10...60, using: &random)))
            case 3: town.broker.hasRoom.toggle()
            default:
                try town.broker.advance(
                    by: .milliseconds(Int.random(in: 0...1_500, using: &random)))
            }
            hearAll()
        }
    }

    private func crash() throws {
        try town.broker.step(take(random.next() % 6), crash: true)
    }

    private func deliverFrames() throws {
        while !frames.isEmpty {
            try town.broker.step(take(random.next() % 12 + 1))
            if random.once(in: 2) { try town.broker.settle() }
        }
        if random.once(in: 8) {
            frames += late.shuffled(using: &random)
            late = []
        }
    }

    private func take(_ count: UInt64) -> [Input] {
        let batch = Array(frames.prefix(Int(count)))
        frames.removeFirst(batch.count)
        return batch
    }

    /// Puts a frame on its way to the broker: it may be lost, come twice, or come late.
    private func post(_ saying: AgentSaying, from index: Int) {
        guard let peer = agents[index].peer else { return }
        let input = Input.said(
            peer, agents[index].id, request: random.next() % 1_000, saying)
        guard !isCalm else { return frames.append(input) }
        switch Int.random(in: 0..<40, using: &random) {
        case 0: break
        case 1: frames += [input, input]
        case 2: late.append(input)
        default: frames.append(input)
        }
    }

    private func hearAll() {
        for index in agents.indices {
            guard let peer = agents[index].peer else { continue }
            let all = town.broker.sent[peer] ?? []
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
        case 47...50:
            post(.credit(messages: 3, byteCount: 900, drain: random.once(in: 2)), from: index)
        case 51: for submission in agents[index].outbox { post(.submit(submission), from: index) }
        default: break
        }
    }

    private func vanish(_ index: Int) {
        if let peer = agents[index].peer, random.once(in: 2) { frames.append(.unreachable(peer)) }
        agents[index].peer = nil
        agents[index].isWelcome = false
    }

    private func connect(_ index: Int) {
        if agents[index].peer == nil || random.once(in: 2) { agents[index].peer = town.newPeer() }
        agents[index].isWelcome = false
        post(agents[index].hello, from: index)
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
        return town.consent(.permitAll, for: Town.patient(number), id: id)
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
        frames.append(
            .administer(
                Town.operatorPeer, request: 1, .enrolAgent(chen),
                secret: Array(repeating: 7, count: Input.secretByteCount)))
    }
}

// MARK: - Healing

extension Simulation {
    /// Lets everybody be well and waits until all has come to an end.
    func heal() throws {
        isCalm = true
        frames = late
        late = []
        town.broker.hasRoom = true
        town.broker.clock.stepWall(by: .seconds(600))
        for index in agents.indices {
            agents[index].peer = town.newPeer()
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
                try town.broker.step(take(64))
                try town.broker.settle()
                hearAll()
            } while !frames.isEmpty
            try town.broker.advance(by: duration)
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
        return "messages \(ledger.messages.count)\ndeliveries \(states)\nreferrals \(moves)"
            + "\nrefusals \(refusals)\naudit \(kinds)"
    }
}
