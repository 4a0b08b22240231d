import CareModel
import CareStore
import CareVault
import GRDB

/// Reads rows by their keys; one connection's.
struct Lookup {
    let rows: RowReader
    private let submission: PreparedStatement
    private let refusal: PreparedStatement
    private let message: PreparedStatement
    private let messageNumber: PreparedStatement
    private let firstMessage: PreparedStatement
    private let referral: PreparedStatement
    private let referralOfNumber: PreparedStatement
    private let openReferral: PreparedStatement
    private let delivery: PreparedStatement
    private let unsettled: PreparedStatement
    private let queue: PreparedStatement
    private let expired: PreparedStatement
    private let consent: PreparedStatement
    private let consentsOfPatient: PreparedStatement
    private let payload: PreparedStatement
    private let keptBack: PreparedStatement
    private let keptBackInOrder: PreparedStatement
    private let waiting: PreparedStatement
    private let timeline: PreparedStatement
    private let referralsOfPatient: PreparedStatement
    private let consentEpoch: PreparedStatement
    private let consentVersions: PreparedStatement
    private let breakGlass: PreparedStatement
    private let overridesDue: PreparedStatement
    private let overridesOfPatient: PreparedStatement
    private let overridesOfAgent: PreparedStatement

    init(_ database: Database, names: NameTable, ring: KeyRing) throws {
        rows = RowReader(names: names, seals: try SealReader(database, ring: ring))
        func prepare(_ sql: String) throws -> PreparedStatement {
            try PreparedStatement(database, sql)
        }
        submission = try prepare(LookupQuery.submission)
        refusal = try prepare(LookupQuery.refusal)
        message = try prepare(LookupQuery.message)
        messageNumber = try prepare(LookupQuery.messageNumber)
        firstMessage = try prepare(LookupQuery.firstMessage)
        referral = try prepare(LookupQuery.referral)
        referralOfNumber = try prepare(LookupQuery.referralOfNumber)
        openReferral = try prepare(LookupQuery.openReferral)
        delivery = try prepare(LookupQuery.delivery)
        unsettled = try prepare(LookupQuery.unsettled)
        queue = try prepare(LookupQuery.queue)
        expired = try prepare(LookupQuery.expired)
        consent = try prepare(LookupQuery.consent)
        consentsOfPatient = try prepare(LookupQuery.consentsOfPatient)
        payload = try prepare(LookupQuery.payload)
        keptBack = try prepare(LookupQuery.keptBack)
        keptBackInOrder = try prepare(LookupQuery.keptBackInOrder)
        waiting = try prepare(LookupQuery.waiting)
        timeline = try prepare(LookupQuery.timeline)
        referralsOfPatient = try prepare(LookupQuery.referralsOfPatient)
        consentEpoch = try prepare(LookupQuery.consentEpoch)
        consentVersions = try prepare(LookupQuery.consentVersions)
        breakGlass = try prepare(LookupQuery.breakGlass)
        overridesDue = try prepare(LookupQuery.overridesDue)
        overridesOfPatient = try prepare(LookupQuery.overridesOfPatient)
        overridesOfAgent = try prepare(LookupQuery.overridesOfAgent)
    }
}

extension Lookup {
    func submission(_ key: SubmissionKey) throws(StoreError) -> SubmissionRecord? {
        guard let sender = try rows.names.find(.mailbox(.agent(key.sender))) else { return nil }
        let bind = { (parameters: inout Parameters) in
            parameters.add(key.message)
            parameters.add(sender)
        }
        let found = try submission.first(bind) { (row) throws(StoreError) in
            try rows.submission(&row, of: key)
        }
        guard let found, found.item.outcome == .refused else { return found }
        var item = found.item
        item.refusal = try refusal.first(bind, rows.refusal)
        return SubmissionRecord(
            contentHash: found.contentHash, item: item, message: found.message)
    }

    func message(_ number: MessageNumber) throws(StoreError) -> Message? {
        try message.first({ $0.add(number.number) }, rows.message)
    }

    func messageNumber(_ id: MessageID) throws(StoreError) -> MessageNumber? {
        try messageNumber.first({ $0.add(id) }) { MessageNumber($0.int()) }
    }

    func firstMessage(of referral: ReferralID) throws(StoreError) -> MessageNumber? {
        let number = try firstMessage.first({ $0.add(referral) }) { $0.optionalInt() } ?? nil
        return number.map(MessageNumber.init)
    }

    func referral(_ id: ReferralID) throws(StoreError) -> Referral? {
        try referral.first({ $0.add(id) }, rows.referral)
    }

    func referral(of number: ReferralNumber) throws(StoreError) -> ReferralID? {
        try referralOfNumber.first({ $0.add(number.description) }) {
            (row) throws(StoreError) in ReferralID(try row.uuid("referral id"))
        }
    }

    func openReferral(_ key: OpenReferralKey) throws(StoreError) -> ReferralID? {
        guard let patient = try rows.names.find(key.patient),
            let to = try rows.names.find(.mailbox(key.to)),
            let initiator = try rows.names.find(.organisation(key.initiator))
        else { return nil }
        return try openReferral.first({
            $0.add(patient)
            $0.add(to)
            $0.add(initiator)
        }) { (row) throws(StoreError) in ReferralID(try row.uuid("referral id")) }
    }

    func delivery(_ id: DeliveryID) throws(StoreError) -> Delivery? {
        try delivery.first({ $0.add(id.number) }, rows.delivery)
    }

    func unsettledDeliveries(of referral: ReferralID) throws(StoreError) -> [Delivery] {
        try unsettled.all({ $0.add(referral) }, rows.delivery)
    }

    func queue(
        of mailbox: Mailbox, at now: Timestamp, limit: Int
    ) throws(StoreError) -> [Delivery] {
        guard limit > 0, let party = try rows.names.find(.mailbox(mailbox)) else { return [] }
        return try queue.all(
            {
                $0.add(party)
                $0.add(now)
                $0.add(Int64(limit))
            }, rows.delivery)
    }

    func expired(by time: Timestamp) throws(StoreError) -> [Delivery] {
        try expired.all({ $0.add(time) }, rows.delivery)
    }

    func consent(_ id: ConsentID) throws(StoreError) -> ConsentRecord? {
        try consent.first({ $0.add(id) }, rows.consent)
    }

    func consents(of patient: PatientKey) throws(StoreError) -> [ConsentRecord] {
        guard let id = try rows.names.find(patient) else { return [] }
        return try consentsOfPatient.all({ $0.add(id) }, rows.consent)
    }

    func consentVersions(of id: ConsentID) throws(StoreError) -> [ConsentRecord] {
        try consentVersions.all({ $0.add(id) }, rows.consent)
    }

    func consentEpoch(of patient: PatientKey) throws(StoreError) -> UInt32 {
        guard let id = try rows.names.find(patient) else { return 0 }
        return try consentEpoch.first({ $0.add(id) }) { (row) throws(StoreError) in
            try row.count()
        } ?? 0
    }

    /// The document of a message; nil if it had none, or it was erased.
    func payload(of message: MessageNumber) throws(StoreError) -> Payload? {
        let bytes = try payload.first({ $0.add(message.number) }) { (row) throws(StoreError) in
            let source = row.int()
            let place = SealPlace.payload(of: source, generation: row.int())
            let sealed = row.bytes()
            return try rows.seals.open(sealed, at: place, of: row.int(), newest: row.int())
        }
        return (bytes ?? nil).map { Payload($0) }
    }

    func keptBack(by time: Timestamp) throws(StoreError) -> [Delivery] {
        try keptBack.all({ $0.add(time) }, rows.delivery)
    }

    /// What is kept back, whenever it is due, in the order of the numbers.
    func keptBack(after last: DeliveryID) throws(StoreError) -> [Delivery] {
        try keptBackInOrder.all({ $0.add(last.number) }, rows.delivery)
    }

    func waiting(
        for patient: PatientKey, after last: DeliveryID
    ) throws(StoreError) -> [Delivery] {
        guard let id = try rows.names.find(patient) else { return [] }
        return try waiting.all(
            {
                $0.add(id)
                $0.add(last.number)
            }, rows.delivery)
    }

    func timeline(
        of patient: PatientKey, after last: MessageNumber
    ) throws(StoreError) -> [Message] {
        guard let id = try rows.names.find(patient) else { return [] }
        return try timeline.all(
            {
                $0.add(id)
                $0.add(last.number)
            }, rows.message)
    }

    func referrals(of patient: PatientKey) throws(StoreError) -> [Referral] {
        guard let id = try rows.names.find(patient) else { return [] }
        return try referralsOfPatient.all({ $0.add(id) }, rows.referral)
    }

    func breakGlass(_ id: BreakGlassID) throws(StoreError) -> BreakGlass? {
        try breakGlass.first({ $0.add(id) }, rows.breakGlass)?.glass
    }

    /// The overrides that have not ended and whose time is over.
    func overrides(dueBy time: Timestamp) throws(StoreError) -> [BreakGlass] {
        try overridesDue.all({ $0.add(time) }, rows.breakGlass).map(\.glass)
    }

    /// The overrides of a patient's consent that have not ended, ordered by id.
    func overrides(of patient: PatientKey) throws(StoreError) -> [BreakGlass] {
        guard let id = try rows.names.find(patient) else { return [] }
        return try overridesOfPatient.all({ $0.add(id) }, rows.breakGlass).map(\.glass)
    }

    /// The overrides that an agent has begun and that have not ended.
    func overrides(of agent: AgentID) throws(StoreError) -> [BreakGlass] {
        guard let id = try rows.names.find(.mailbox(.agent(agent))) else { return [] }
        return try overridesOfAgent.all({ $0.add(id) }, rows.breakGlass).map(\.glass)
    }
}
