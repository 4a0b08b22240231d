import CareModel
public import CareStore
public import Testing

/// Opens a store, and the same store again after its broker has gone.
public protocol StoreFixture: AnyObject {
    /// Opens the store on what it held before; nobody else may hold it.
    func open() throws -> any Store & StoreChores
}

/// Is a kind of store that keeps the contract, or shall.
public struct StoreKind: Sendable, CustomTestStringConvertible {
    /// The kind's name.
    public let name: String
    /// Makes the place of an empty store.
    public let makeFixture: @Sendable () throws -> any StoreFixture

    /// Names the kind.
    public init(name: String, makeFixture: @escaping @Sendable () throws -> any StoreFixture) {
        self.name = name
        self.makeFixture = makeFixture
    }

    /// The kind's name, in reports.
    public var testDescription: String { name }
}

/// Is the contract of `Store` as cases that every store must pass.
public struct StoreConformance: Sendable, CustomTestStringConvertible {
    /// What must hold, as a sentence.
    public let title: String
    let body: @Sendable (inout StoreBed) throws -> Void

    init(_ title: String, _ body: @escaping @Sendable (inout StoreBed) throws -> Void) {
        self.title = title
        self.body = body
    }

    /// Runs the case against an empty store of `kind`.
    public func run(on kind: StoreKind) throws {
        var bed = try StoreBed(kind)
        try body(&bed)
    }

    /// The sentence, in reports.
    public var testDescription: String { title }

    /// Every case.
    public static let all: [StoreConformance] =
        messages + referrals + deliveries + queues + restarts + streams + directory + consents
        + answers + trails + patients + epochs + breakGlasses + erasure + accounting + keys
        + numbers + conflicts + consentStates + leases + registry
}

/// Is a store under test with what most cases need: a practice, a clinic, their people.
struct StoreBed {
    let fixture: any StoreFixture
    private(set) var store: any Store & StoreChores
    private(set) var state: BrokerState
    private var lastMessage: Int64 = 0
    private var lastDelivery: Int64 = 0

    init(_ kind: StoreKind) throws {
        fixture = try kind.makeFixture()
        store = try fixture.open()
        state = try store.start()
        try store.commit(Sample.enrolment)
    }

    /// Ends the broker and starts the next one on the same store.
    mutating func restart(as broker: BrokerID = .test, at time: Timestamp = .late) throws {
        store = Gone()
        store = try fixture.open()
        state = try store.start(as: broker, at: time)
    }

    /// Commits a referral with its request and one delivery of it.
    @discardableResult
    mutating func refer(
        _ place: UInt64, patient: UInt8 = 1, state: DeliveryState = .queued,
        expiresAt: Timestamp = Sample.later
    ) throws -> Sent {
        let referral = Sample.referral(place, patient: patient)
        try store.commit([.putReferral(referral)])
        return try send(place, about: referral, state: state, expiresAt: expiresAt)
    }

    /// Commits a message with one delivery of it.
    @discardableResult
    mutating func send(
        _ id: UInt64, about referral: Referral?, to mailbox: Mailbox = Sample.clinicMailbox,
        state: DeliveryState = .queued, expiresAt: Timestamp = Sample.later
    ) throws -> Sent {
        lastMessage += 1
        lastDelivery += 1
        let message = Sample.message(lastMessage, id: id, about: referral)
        let delivery = Delivery(
            id: DeliveryID(lastDelivery), message: message.number, mailbox: mailbox,
            thread: referral.map { .referral($0.id) }, queuedAt: Sample.now, expiresAt: expiresAt,
            state: state)
        try store.commit([.insertMessage(message, .none), .insertDelivery(delivery)])
        return Sent(referral: referral, message: message, delivery: delivery)
    }

    /// Writes `delivery` with another state.
    func set(_ delivery: Delivery, _ state: DeliveryState, notBefore: Timestamp? = nil) throws {
        var delivery = delivery
        delivery.state = state
        if let notBefore { delivery.notBefore = notBefore }
        try store.commit([.updateDelivery(delivery)])
    }

    /// The deliveries of a mailbox that may be sent at `now`.
    func queue(
        _ mailbox: Mailbox = Sample.clinicMailbox, at now: Timestamp = Sample.now, limit: Int = 100
    ) throws -> [Int64] {
        var keys = FactKeys()
        keys.queues[mailbox] = limit
        keys.now = now
        return try #require(try store.load(keys).queues[mailbox]).map(\.number)
    }

    /// Commits writes that rest on nothing.
    @discardableResult
    func commit(_ writes: [Write]) throws -> Numbering { try store.commit(writes) }

    func load(_ change: (inout FactKeys) -> Void) throws -> Facts {
        var keys = FactKeys()
        change(&keys)
        return try store.load(keys)
    }

    func consentState(of patient: PatientKey) throws -> ConsentState {
        try store.consentState(of: patient)
    }

    func ask(_ question: Question, as asker: Asker, page: Page = Page()) throws -> Answer {
        try store.makeReader().answer(question, asker: asker, page: page, now: Sample.now)
    }

    /// Expects a contradiction, and that the store then refuses to go on.
    func expectContradiction(_ writes: [Write]) {
        #expect(throws: StoreError.self) { try commit(writes) }
        let code = #expect(throws: StoreError.self) { try commit([]) }?.code
        #expect(code == .contradiction)
    }
}

/// Is what ``StoreBed/send`` committed.
struct Sent {
    let referral: Referral?
    let message: Message
    let delivery: Delivery
}

/// Stands where a store was, so that nothing holds the old one while the next one opens.
private final class Gone: Store, StoreChores {
    private let error = StoreError(.contradiction, "the store is gone")
    let hasRoom = false
    func start(as broker: BrokerID, at time: Timestamp) throws(StoreError) -> BrokerState {
        throw error
    }
    func load(
        _ keys: FactKeys, isKnown: (PatientKey, _ epoch: UInt32) -> Bool
    ) throws(StoreError) -> Facts { throw error }
    func commit(_ transaction: Transaction) throws(StoreError) -> Commit { throw error }
    func payload(of message: MessageNumber) throws(StoreError) -> Payload? { throw error }
    func rotateMasterKey(at time: Timestamp) throws(StoreError) -> Int { throw error }
    func maintain(isIdle: Bool) throws(StoreError) -> Int64? { throw error }
    func makeReader() throws(StoreError) -> any StoreReader { throw error }
}
