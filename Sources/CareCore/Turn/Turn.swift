public import CareModel
public import CareStore

/// Is what the broker does around a step: load, step, make copies, commit, and only then speak.
///
/// One thread owns it, and with it the core and the store.
public struct Turn {
    /// The machine, as of the last turn.
    public private(set) var core: BrokerCore
    private let store: any Store
    private let reader: any DocumentReader
    private var consents = ConsentCache()
    private var inspector: Inspector

    /// More conflicts or failed copies than this in one turn are no chance any more.
    private static let attemptsMax = 1_000

    /// Makes the turn of a broker that has just started.
    public init(core: BrokerCore, store: any Store, reader: any DocumentReader) {
        self.core = core
        self.store = store
        self.reader = reader
        inspector = Inspector(store: store, reader: reader)
    }

    /// Takes what happened, and makes durable what comes of it.
    ///
    /// - Parameters:
    ///   - inputs: what happened, in order.
    ///   - moment: the time.
    ///   - onStage: told when each part is done, for whoever measures.
    /// - Returns: what to do now. All of it is durable.
    /// - Throws: what the store threw. Nothing may be said then; the owner ends.
    public mutating func take(
        _ inputs: [Input], at moment: Moment, onStage: (Stage) -> Void = { _ in }
    ) throws(StoreError) -> Outcome {
        let keys = core.keys(for: inputs, at: moment)
        for _ in 0..<Self.attemptsMax {
            let basis = try load(keys, for: inputs)
            onStage(.loaded)
            let draft = try draft(inputs, on: basis, at: moment)
            onStage(.stepped)
            guard let outcome = try commit(consume draft, keys, basis.facts) else { continue }
            onStage(.committed(writeCount: outcome.plan.writes.count))
            return outcome
        }
        throw StoreError(
            .contradiction, "other brokers change what a step rests on faster than it is made")
    }

    private mutating func load(
        _ keys: FactKeys, for inputs: [Input]
    ) throws(StoreError) -> StepBasis {
        consents.trim()
        let facts = try store.load(keys) { [consents] in consents.knows($0, as: $1) }
        let consents = consents.consents(for: facts, read: reader.consents)
        return StepBasis(
            keys: keys, facts: facts, consents: consents,
            inspections: try inspector.inspections(for: inputs, facts, consents))
    }

    /// Is a step on a copy of the core, and what it comes to unless another broker is faster.
    private struct Draft {
        var core: BrokerCore
        var outcome: Outcome
    }

    /// Steps until every copy that is to leave has been made: what cannot be copied is kept back by
    /// the same commit that would have said it was sent.
    private func draft(
        _ inputs: [Input], on basis: StepBasis, at moment: Moment
    ) throws(StoreError) -> Draft {
        var basis = basis
        for _ in 0..<Self.attemptsMax {
            var next = core
            var plan = next.step(inputs, on: basis, at: moment)
            var desk = Documents(addedBy: plan, store: store, reader: reader)
            var documents: [Int: Payload] = [:]
            for place in plan.outgoing.indices {
                documents[place] = try desk.document(for: &plan.outgoing[place].saying)
            }
            guard !desk.troubles.isEmpty else {
                next.countCopies(in: &plan, at: moment)
                plan.notices += desk.numbers(ofUncopyable: basis.troubles).map { .copyNotMade($0) }
                return Draft(core: next, outcome: Outcome(plan: plan, documents: documents))
            }
            basis.troubles.merge(desk.troubles) { _, newer in newer }
        }
        throw StoreError(.contradiction, "a step goes on sending what cannot be copied")
    }

    /// Nil if the step has to be made again.
    private mutating func commit(
        _ draft: consuming Draft, _ keys: FactKeys, _ facts: Facts
    ) throws(StoreError) -> Outcome? {
        let plan = draft.outcome.plan
        if !plan.writes.isEmpty {
            let transaction = Transaction(
                keys: keys, facts: facts, writes: plan.writes, epochs: plan.epochs)
            guard case .done(let numbering) = try store.commit(transaction) else { return nil }
            draft.core.settle(numbering)
            draft.outcome.number(by: numbering, draft.core)
        }
        core = draft.core
        return draft.outcome
    }
}

extension Turn {
    /// Says how far a turn has come.
    public enum Stage: Sendable {
        /// What it rests on is loaded.
        case loaded
        /// The step is made, and the copies that are to leave.
        case stepped
        /// All of it is durable.
        case committed(writeCount: Int)
    }

    /// Is what a turn came to, with the numbers that the store gave.
    public struct Outcome: Sendable {
        /// What the step came to; its writes are on disk, under the numbers of ``numbering``.
        public private(set) var plan: Plan
        /// How the store numbered the writes; nil if there were none.
        public private(set) var numbering: Numbering?
        /// The documents that go along with what is said, by its place in the plan's `outgoing`.
        public let documents: [Int: Payload]
        /// The events that somebody here follows, to be published.
        public private(set) var events: [(stream: Stream, entry: SequencedEvent)] = []

        init(plan: Plan, documents: [Int: Payload]) {
            self.plan = plan
            self.documents = documents
        }

        fileprivate mutating func number(by numbering: Numbering, _ core: BrokerCore) {
            self.numbering = numbering
            // Only what the step added had no number before.
            if plan.writes.contains(where: \.adds) {
                plan.outgoing = plan.outgoing.map { $0.numbered(by: numbering) }
                plan.notices = plan.notices.map { $0.numbered(by: numbering) }
            }
            events = numbering.events.compactMap { entry in
                guard core.isFollowed(entry.stream), let stream = core.stream(entry.stream) else {
                    return nil
                }
                return (stream, entry)
            }
        }
    }
}

extension Write {
    /// Whether it adds something that the store numbers.
    fileprivate var adds: Bool {
        switch self {
        case .insertMessage, .insertDelivery: true
        default: false
        }
    }
}

extension Outgoing {
    fileprivate func numbered(by numbering: Numbering) -> Outgoing {
        Outgoing(peer, request: request, saying.numbered(by: numbering))
    }
}

extension Notice {
    fileprivate func numbered(by numbering: Numbering) -> Notice {
        switch self {
        case .deliveryFailed(let id, let state, let code):
            .deliveryFailed(numbering.number(id), state, code: code)
        case .quarantined(let id): .quarantined(numbering.number(id))
        case .copyNotMade(let message): .copyNotMade(numbering.number(message))
        case .sessionBegan, .sessionEnded: self
        }
    }
}
