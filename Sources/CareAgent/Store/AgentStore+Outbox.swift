public import CareModel
public import CareWire
internal import Foundation
internal import GRDB
internal import SwiftProtobuf

extension AgentStore {
    /// Is a message on its way out.
    public struct OutboxEntry: Sendable {
        /// The message's id.
        public var message: MessageID
        /// The envelope as it is sent, the same bytes each time.
        public var submit: WireSubmit
        /// The document.
        public var payload: Payload?
        /// When it was written.
        public var createdAt: Timestamp
        /// The broker's answer; nil while it waits.
        public var receipt: WireReceiptItem?
        /// When the answer came.
        public var answeredAt: Timestamp?
        /// When it is too late to send it; nil if it may wait.
        public var sendBefore: Timestamp?
    }

    /// Puts a message into the outbox, durably.
    ///
    /// The same message again changes nothing. A request makes its referral known as a draft.
    ///
    /// - Parameter sendBefore: when the message is forgotten if it has no answer; nil for never.
    /// - Throws: `.invalid` for a message without an id, or with the id of another message.
    public func enqueue(
        _ submit: WireSubmit, payload: Payload?, at now: Timestamp, sendBefore: Timestamp? = nil
    ) throws(AgentError) {
        guard let message = MessageID(bytes: submit.messageID) else {
            throw AgentError(.invalid, "The message has no id. Give it a new one.")
        }
        let bytes = try submit.stored
        try write { database in
            try database.execute(
                sql: "DELETE FROM outbox WHERE answered_at IS NULL AND send_before <= ?",
                arguments: [now.milliseconds])
            let earlier = try Row.fetchOne(
                database, sql: "SELECT submit, payload FROM outbox WHERE message = ?",
                arguments: [message.data])
            if let earlier {
                guard earlier["submit"] == bytes, Payload(row: earlier) == payload else {
                    throw AgentError(
                        .invalid, "This message id is taken by another message. Use a new id.")
                }
                return
            }
            try database.execute(
                sql: """
                    INSERT INTO outbox (message, kind, referral, patient_system, patient_value,
                        created_at, send_before, submit, payload_length, payload)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    message.data, submit.kind, submit.referralID.nonEmpty,
                    submit.hasPatient ? submit.patient.system : nil,
                    submit.hasPatient ? submit.patient.value : nil, now.milliseconds,
                    sendBefore?.milliseconds, bytes, payload?.byteCount ?? 0, payload?.data,
                ])
            guard submit.kind == MessageKind.move(.request).name,
                let id = ReferralID(bytes: submit.referralID)
            else { return }
            try Self.learn(of: id, at: now, database) { $0.learn(from: submit, at: now) }
        }
    }

    /// The messages that wait for an answer, oldest first.
    public func waiting() throws(AgentError) -> [OutboxEntry] {
        try entries("WHERE \(Self.waits) ORDER BY seq", [AgentIDs.system.now().milliseconds])
    }

    /// How many messages wait for an answer.
    public func waitingCount() throws(AgentError) -> Int {
        let now = AgentIDs.system.now().milliseconds
        return try read { database in
            try Int.fetchOne(
                database, sql: "SELECT count(*) FROM outbox WHERE \(Self.waits)",
                arguments: [now]) ?? 0
        }
    }

    /// Takes a message back that has no answer yet; false if it has one, or there is none.
    ///
    /// The broker may have it all the same, if it was sent.
    public func discard(_ message: MessageID) throws(AgentError) -> Bool {
        try write { database in
            try database.execute(
                sql: "DELETE FROM outbox WHERE message = ? AND answered_at IS NULL",
                arguments: [message.data])
            return database.changesCount > 0
        }
    }

    /// Takes the present as its argument.
    private static let waits =
        "answered_at IS NULL AND (send_before IS NULL OR send_before > ?)"

    /// Records the broker's answer.
    ///
    /// An answer that is retriable (busy) leaves the message waiting.
    public func record(_ receipt: WireReceiptItem, at now: Timestamp) throws(AgentError) {
        var batch = MailBatch()
        batch.receipts = [receipt]
        _ = try commit(batch, at: now)
    }

    /// One message of the outbox; nil if there is none of that id.
    public func sent(_ message: MessageID) throws(AgentError) -> OutboxEntry? {
        try entries("WHERE message = ?", [message.data]).first
    }

    /// What was sent about a referral, oldest first.
    public func sent(about referral: ReferralID) throws(AgentError) -> [OutboxEntry] {
        try entries("WHERE referral = ? ORDER BY seq", [referral.data])
    }

    /// Is where a waiting message stands, without its document.
    struct Waiting: Sendable {
        let seq: Int64
        let message: MessageID
        let referral: ReferralID?
        let byteCount: Int
    }

    /// The next messages that wait, after `seq`.
    func waiting(after seq: Int64, limit: Int) throws(AgentError) -> [Waiting] {
        let now = AgentIDs.system.now().milliseconds
        return try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT seq, message, referral, payload_length FROM outbox
                    WHERE \(Self.waits) AND seq > ? ORDER BY seq LIMIT ?
                    """, arguments: [now, seq, limit]
            ).compactMap { row in
                let message: Data = row["message"]
                guard let id = MessageID(bytes: message) else { return nil }
                let referral: Data? = row["referral"]
                return Waiting(
                    seq: row["seq"], message: id,
                    referral: referral.flatMap { ReferralID(bytes: $0) },
                    byteCount: row["payload_length"])
            }
        }
    }

    /// The referrals that waited here and were then refused, newest first: whoever wrote them was
    /// not there to hear it.
    public func refusedAfterWaiting(since: Timestamp) throws(AgentError) -> [OutboxEntry] {
        let waited: Int64 = 15_000
        return try entries(
            """
            WHERE kind = 'request' AND answered_at > ? AND answered_at - created_at > ?
            ORDER BY answered_at DESC
            """, [since.milliseconds, waited]
        ).filter { $0.receipt?.outcome == "refused" }
    }

    static func record(
        _ receipt: WireReceiptItem, at now: Timestamp, _ database: Database
    ) throws {
        guard receipt.isFinal else { return }
        try database.execute(
            sql: """
                UPDATE outbox SET receipt = ?, answered_at = ?
                WHERE message = ? AND answered_at IS NULL
                """, arguments: [try receipt.stored, now.milliseconds, receipt.messageID])
        guard database.changesCount > 0 else { return }
        if receipt.outcome == "refused" {
            let draft = try Data.fetchOne(
                database, sql: "SELECT referral FROM outbox WHERE message = ? AND kind = 'request'",
                arguments: [receipt.messageID])
            // What never came to be is no referral.
            try database.execute(
                sql: "DELETE FROM referral WHERE id = ? AND version = 0", arguments: [draft])
        }
        guard let id = ReferralID(bytes: receipt.referralID) else { return }
        try learn(of: id, at: now, database, onlyIfKnown: receipt.outcome == "refused") {
            $0.learn(from: receipt, at: now)
        }
    }

    private func entries(
        _ clause: String, _ arguments: StatementArguments = StatementArguments()
    ) throws(AgentError) -> [OutboxEntry] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM outbox \(clause)", arguments: arguments)
                .compactMap(OutboxEntry.init)
        }
    }
}

extension AgentStore.OutboxEntry {
    init?(_ row: Row) throws {
        let id: Data = row["message"]
        guard let message = MessageID(bytes: id) else { return nil }
        self.message = message
        submit = try WireSubmit(serializedBytes: row["submit"] as Data)
        payload = Payload(row: row)
        createdAt = Timestamp(milliseconds: row["created_at"])
        let answer: Data? = row["receipt"]
        receipt = try answer.map { try WireReceiptItem(serializedBytes: $0) }
        let time: Int64? = row["answered_at"]
        answeredAt = time.map(Timestamp.init(milliseconds:))
        let limit: Int64? = row["send_before"]
        sendBefore = limit.map(Timestamp.init(milliseconds:))
    }
}

extension WireReceiptItem {
    /// Whether sending the message again would change nothing.
    ///
    /// A broker that repeats an answer has recorded it, whatever its code says.
    var isFinal: Bool { outcome != "refused" || duplicate || !refusal.retriable }
}

extension SwiftProtobuf.Message {
    /// The bytes as they are kept.
    var stored: Data {
        get throws(AgentError) {
            do {
                return try serializedBytes()
            } catch {
                throw AgentError(.invalid, "The message cannot be written. It is too long.")
            }
        }
    }
}

extension Payload {
    var data: Data { withUnsafeBytes { Data($0) } }

    init?(row: Row) {
        let data: Data? = row["payload"]
        guard let data else { return nil }
        self.init(Array(data))
    }
}

extension Data {
    var nonEmpty: Data? { isEmpty ? nil : self }
}
