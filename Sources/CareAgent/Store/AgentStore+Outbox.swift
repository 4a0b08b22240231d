public import CareModel
internal import CareWire
internal import Foundation
internal import GRDB
internal import SwiftProtobuf

extension AgentStore {
    /// Puts a message into the outbox, durably.
    ///
    /// The same message again changes nothing. A request makes its referral known as a draft.
    ///
    /// - Parameter sendBefore: when the message is forgotten if it has no answer; nil for never.
    /// - Throws: `.invalid` for a message with the id of another message.
    public func enqueue(
        _ draft: Draft, at now: Timestamp, sendBefore: Timestamp?
    ) throws(AgentError) {
        let submit = draft.submit
        // What cannot be read back as it is would be sent as something else.
        guard Draft(submit, payload: nil, actingFor: nil)?.submit == submit else {
            throw AgentError(.invalid, "The message holds a value that cannot be sent.")
        }
        let bytes = try submit.stored
        let person = try draft.actingFor?.wire.stored
        try write { database in
            try database.execute(
                sql: "DELETE FROM outbox WHERE answered_at IS NULL AND send_before <= ?",
                arguments: [now.milliseconds])
            let earlier = try Row.fetchOne(
                database, sql: "SELECT submit, payload FROM outbox WHERE message = ?",
                arguments: [draft.message.data])
            if let earlier {
                guard earlier["submit"] == bytes, Payload(row: earlier) == draft.payload else {
                    throw AgentError.takenID
                }
                return
            }
            try database.execute(
                sql: """
                    INSERT INTO outbox (message, kind, referral, patient_system, patient_value,
                        created_at, send_before, acting_for, submit, payload_length, payload)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    draft.message.data, draft.kind.name, draft.referral?.data,
                    draft.patient?.system, draft.patient?.value, now.milliseconds,
                    sendBefore?.milliseconds, person, bytes, draft.payload?.byteCount ?? 0,
                    draft.payload?.data,
                ])
            guard draft.kind == .move(.request), let id = draft.referral else { return }
            try Self.learn(of: id, at: now, database) { $0.learn(from: draft, at: now) }
        }
    }

    /// The messages that wait for an answer, oldest first.
    public func waiting(at now: Timestamp) throws(AgentError) -> [OutboxEntry] {
        try entries("WHERE \(Self.waits) ORDER BY seq", [now.milliseconds])
    }

    /// How many messages wait for an answer.
    public func waitingCount() throws(AgentError) -> Int {
        let now = AgentIDs.system.now().milliseconds
        return try read { database in
            let sql = "SELECT count(*) FROM outbox WHERE \(Self.waits)"
            guard let count = try Int.fetchOne(database, sql: sql, arguments: [now]) else {
                throw AgentError.damagedMail
            }
            return count
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

    /// One message of the outbox; nil if there is none of that id.
    public func sent(_ message: MessageID) throws(AgentError) -> OutboxEntry? {
        try entries("WHERE message = ?", [message.data]).first
    }

    /// What was sent about a referral, oldest first.
    public func sent(about referral: ReferralID) throws(AgentError) -> [OutboxEntry] {
        try entries("WHERE referral = ? ORDER BY seq", [referral.data])
    }

    /// The next messages that wait, after the place `place`, without their documents.
    public func waiting(
        after place: Int64, limit: Int, at now: Timestamp
    ) throws(AgentError) -> [WaitingMessage] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT seq, message, referral, payload_length FROM outbox
                    WHERE \(Self.waits) AND seq > ? ORDER BY seq LIMIT ?
                    """, arguments: [now.milliseconds, place, limit]
            ).map { row in
                let referral: Data? = row["referral"]
                return WaitingMessage(
                    place: row["seq"],
                    message: try MessageID(bytes: row["message"] as Data).orDamaged,
                    referral: try referral.map { try ReferralID(bytes: $0).orDamaged },
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
        ).filter { $0.receipt?.isRefused == true }
    }

    static func record(_ receipt: Receipt, at now: Timestamp, _ database: Database) throws {
        guard receipt.isFinal else { return }
        try database.execute(
            sql: """
                UPDATE outbox SET receipt = ?, answered_at = ?
                WHERE message = ? AND answered_at IS NULL
                """,
            arguments: [try receipt.wire.stored, now.milliseconds, receipt.message.data])
        guard database.changesCount > 0 else { return }
        if receipt.isRefused {
            let draft = try Data.fetchOne(
                database, sql: "SELECT referral FROM outbox WHERE message = ? AND kind = 'request'",
                arguments: [receipt.message.data])
            // What never came to be is no referral.
            try database.execute(
                sql: "DELETE FROM referral WHERE id = ? AND version = 0", arguments: [draft])
        }
        guard let id = receipt.referral else { return }
        try learn(of: id, at: now, database, onlyIfKnown: receipt.isRefused) {
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

extension OutboxEntry {
    /// Reads a row; nil for a message of a kind that this version does not know.
    init?(_ row: Row) throws {
        let submit = try WireSubmit(serializedBytes: row["submit"] as Data)
        let person = try Person(row, "acting_for")
        guard submit.kind == row["kind"] else { throw AgentError.damagedMail }
        guard MessageKind(submit.kind) != nil else { return nil }
        let draft = try Draft(submit, payload: Payload(row: row), actingFor: person).orDamaged
        // Fields that are left out would make it another message.
        guard draft.submit == submit else { throw AgentError.damagedMail }
        let answer: Data? = row["receipt"]
        let answeredAt: Int64? = row["answered_at"]
        let sendBefore: Int64? = row["send_before"]
        self.init(
            draft: draft, createdAt: Timestamp(milliseconds: row["created_at"]),
            receipt: try answer.map {
                try Receipt(try WireReceiptItem(serializedBytes: $0)).orDamaged
            },
            answeredAt: answeredAt.map(Timestamp.init(milliseconds:)),
            sendBefore: sendBefore.map(Timestamp.init(milliseconds:)))
    }
}

extension Person {
    /// Reads who is named in a column; nil if nobody is.
    ///
    /// One that cannot be read must not be left out in silence: the audit log would lack it.
    init?(_ row: Row, _ column: String) throws {
        let data: Data? = row[column]
        guard let data else { return nil }
        self = try Person(stored: try WirePerson(serializedBytes: data)).orDamaged
    }
}

extension AgentError {
    /// Says that a message's id is used twice.
    static var takenID: AgentError {
        AgentError(.invalid, "This message id is taken by another message. Use a new id.")
    }
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
