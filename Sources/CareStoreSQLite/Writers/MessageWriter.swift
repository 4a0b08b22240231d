import CareModel
import CareStore
import CareVault
import GRDB

/// Writes messages, their documents, and what submissions were answered.
struct MessageWriter {
    private let interner: Interner
    private let seals: SealWriter
    private let insertMessage: PreparedStatement
    private let nameMessage: PreparedStatement
    private let insertPayload: PreparedStatement
    private let findPayload: PreparedStatement
    private let insertSubmission: PreparedStatement
    private let insertRefusal: PreparedStatement

    /// Stands for the broker as the sender of a message.
    private static let brokerParty: Int64 = 0

    init(_ database: Database, interner: Interner, seals: SealWriter) throws {
        self.interner = interner
        self.seals = seals
        let marks = Array(repeating: "?", count: 28).joined(separator: ", ")
        insertMessage = try PreparedStatement(database, "INSERT INTO message VALUES (\(marks))")
        nameMessage = try PreparedStatement(
            database,
            """
            INSERT INTO submission (id, sender, message) VALUES (?, ?, ?)
            ON CONFLICT (id, sender) DO UPDATE SET message = excluded.message
            WHERE submission.message IS NULL
            """)
        insertPayload = try PreparedStatement(database, "INSERT INTO payload VALUES (?, ?, ?, ?)")
        findPayload = try PreparedStatement(
            database, "SELECT payload FROM message WHERE number = ? AND payload IS NOT NULL")
        insertSubmission = try PreparedStatement(
            database,
            """
            INSERT INTO submission VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id, sender) DO UPDATE SET
                message = coalesce(message, excluded.message),
                content_hash = excluded.content_hash, outcome = excluded.outcome,
                referral = excluded.referral, state = excluded.state, version = excluded.version,
                consent = excluded.consent, delivery = excluded.delivery,
                statement = excluded.statement, break_glass = excluded.break_glass
            WHERE submission.content_hash IS NULL
            """)
        insertRefusal = try PreparedStatement(
            database, "INSERT INTO refusal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
    }

    /// Adds a message.
    ///
    /// - Parameter isNamed: whether the answer to its submission is written in the same
    ///   transaction, and with it its name: one row instead of two.
    func insert(
        _ message: Message, _ payload: MessagePayload, isNamed: Bool
    ) throws(StoreError) {
        let sender = try interner.agent(message.sender)
        let organisation = try interner.organisation(message.organisation)
        let referral = try interner.referral(message.thread?.referral)
        let patient = try interner.patient(message.patient)
        let seal = try seal(for: message, payload, patient)
        let source = try store(payload, of: message.number, seal)
        let reportMailbox: Int64? =
            if let mailbox = message.details.report?.mailbox {
                try interner.mailbox(mailbox)
            } else { nil }
        try insertMessage.run { row in
            row.add(message.number.number)
            row.add(message.id)
            row.add(Codes.messageKind.code(message.kind))
            row.add(message.acceptedAt)
            row.add(sender)
            row.add(organisation)
            row.add(referral)
            row.add(patient)
            row.add(Codes.referralState.code(message.state))
            row.add(message.version)
            row.add(message.reason?.code)
            row.add(message.expiresAt)
            row.add(source)
            row.add(message.payloadType)
            row.add(Int64(message.payloadByteCount))
            row.add(message.details, reportMailbox: reportMailbox)
            row.add(message.thread?.override)
            row.add(seal?.generation)
            row.add(seal?.identity)
        }
        guard !isNamed else { return }
        try nameMessage.run { row in
            row.add(message.id)
            row.add(sender ?? Self.brokerParty)
            row.add(message.number.number)
        }
        guard nameMessage.changedRowCount == 1 else {
            throw StoreError(.contradiction, "a sender's message id was used twice")
        }
    }

    /// Remembers an answer for ever.
    func record(_ record: SubmissionRecord, for key: SubmissionKey) throws(StoreError) {
        let sender = try interner.agent(key.sender)
        try insertSubmission.run { row in
            row.add(key.message)
            row.add(sender)
            row.add(record.message?.number)
            row.add(record.contentHash)
            row.add(Codes.outcome.code(record.item.outcome))
            row.add(record.item.referral)
            row.add(Codes.referralState.code(record.item.state))
            row.add(record.item.version)
            row.add(record.item.consent)
            row.add(record.item.delivery?.number)
            row.add(record.item.statement)
            row.add(record.item.breakGlass)
        }
        guard insertSubmission.changedRowCount == 1 else {
            throw StoreError(.contradiction, "a submission was answered twice")
        }
        guard let refusal = record.item.refusal else { return }
        try insertRefusal.run { row in
            row.add(key.message)
            row.add(sender)
            row.add(refusal.code.rawValue)
            row.add(refusal.message)
            row.add(refusal.retryAfter?.wholeMilliseconds)
            row.add(Codes.referralState.code(refusal.state))
            row.add(refusal.version.map(Int64.init))
            row.add(refusal.allowedMoves.map(\.rawValue).joined(separator: " "))
            row.add(refusal.rule)
        }
    }

    /// What the message's document is sealed with, and its identity, sealed; nil if it says nothing
    /// of a patient.
    private func seal(
        for message: Message, _ payload: MessagePayload, _ patient: Int64?
    ) throws(StoreError) -> Seal? {
        let identity = SealedIdentity(
            identifier: message.details.patient, payloadHash: message.payloadHash)
        guard payload != .none || !identity.isEmpty else { return nil }
        guard let patient else {
            throw StoreError(
                .contradiction, "a message says something of a patient without naming one")
        }
        let (key, generation) = try seals.dataKey(of: patient)
        let place = SealPlace.identity(of: message.number, generation: generation)
        let sealed = identity.isEmpty ? nil : key.seal(identity.bytes, at: place)
        return Seal(patient: patient, key: key, generation: generation, identity: sealed)
    }

    /// The message that brought the document.
    private func store(
        _ payload: MessagePayload, of message: MessageNumber, _ seal: Seal?
    ) throws(StoreError) -> Int64? {
        switch payload {
        case .none: return nil
        case .document(let document):
            guard let seal else { throw .unreadable("patient") }
            let place = SealPlace.payload(of: message.number, generation: seal.generation)
            let sealed = document.withUnsafeBytes { seal.key.seal($0, at: place) }
            try insertPayload.run(
                {
                    $0.add(message.number)
                    $0.add(seal.patient)
                    $0.add(seal.generation)
                }, lastParameter: sealed)
            return message.number
        case .same(let earlier):
            let source = try findPayload.first({ $0.add(earlier.number) }) { $0.int() }
            guard let source else {
                throw StoreError(.contradiction, "the message has no document to share")
            }
            return source
        }
    }
}

/// Is what one message is sealed with.
private struct Seal {
    let patient: Int64
    let key: DataKey
    let generation: Int64
    let identity: [UInt8]?
}

extension Parameters {
    fileprivate mutating func add(_ details: MessageDetails, reportMailbox: Int64?) {
        add(details.appointment)
        add(details.dueAt)
        add(details.isBlocking)
        add(Codes.actor.code(details.actingAs))
        add(Codes.actor.code(details.onBehalfOf))
        add(details.report?.message)
        add(reportMailbox)
        add(Codes.deliveryState.code(details.report?.state))
        add(details.report?.code)
    }
}
