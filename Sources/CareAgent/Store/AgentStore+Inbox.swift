internal import CareCore
public import CareModel
public import CareWire
internal import Foundation
internal import GRDB
internal import SwiftProtobuf

extension AgentStore {
    /// Is a message that was collected.
    public struct InboxEntry: Sendable {
        /// What the broker vouches for, with the delivery it came by.
        public var deliver: WireDeliver
        /// The document, byte for byte.
        public var payload: Payload?
        /// When it was stored here.
        public var receivedAt: Timestamp
        /// When a person opened it; nil while nobody has.
        public var openedAt: Timestamp?
    }

    /// Stores a delivery, durably, and what it says of its referral.
    ///
    /// Storing the same message again only renews its delivery and fence.
    public func store(
        _ deliver: WireDeliver, payload: Payload?, at now: Timestamp
    ) throws(AgentError) {
        var batch = MailBatch()
        batch.deliveries = [(deliver, payload)]
        _ = try commit(batch, at: now)
    }

    /// The collected messages, newest first; those of one referral oldest first.
    public func inbox(
        about referral: ReferralID? = nil, unopenedOnly: Bool = false
    ) throws(AgentError) -> [InboxEntry] {
        let unopened = unopenedOnly ? "opened_at IS NULL" : "TRUE"
        guard let referral else { return try mail("WHERE \(unopened) ORDER BY seq DESC") }
        return try mail("WHERE referral = ? AND \(unopened) ORDER BY seq", [referral.data])
    }

    /// One collected message; nil if there is none of that id.
    public func received(_ message: MessageID) throws(AgentError) -> InboxEntry? {
        try mail("WHERE message = ?", [message.data]).first
    }

    /// Remembers that a person opened a message; the broker is told at the next exchange.
    ///
    /// - Throws: `.notFound` if the message was never collected here.
    public func open(_ message: MessageID, at now: Timestamp) throws(AgentError) {
        try write { database in
            try database.execute(
                sql: "UPDATE inbox SET opened_at = coalesce(opened_at, ?) WHERE message = ?",
                arguments: [now.milliseconds, message.data])
            guard database.changesCount > 0 else {
                throw AgentError(
                    .notFound, "This message is not in the inbox. Collect the mail first.")
            }
        }
    }

    /// The opened messages that the broker has not been told of.
    func untoldDisplays(limit: Int = 256) throws(AgentError) -> [AgentCore.Lease] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT delivery, fence FROM inbox
                    WHERE opened_at IS NOT NULL AND display_known = 0 ORDER BY seq LIMIT ?
                    """, arguments: [limit]
            ).map { AgentCore.Lease(DeliveryID($0["delivery"]), Fence($0["fence"])) }
        }
    }

    static func noteDisplayKnown(_ delivery: DeliveryID, _ database: Database) throws {
        try database.execute(
            sql: "UPDATE inbox SET display_known = 1 WHERE delivery = ? AND opened_at IS NOT NULL",
            arguments: [delivery.number])
    }

    /// Inserts a delivery or renews its fence; true if the message was not there before.
    static func insert(
        _ deliver: WireDeliver, _ payload: Payload?, at now: Timestamp, _ database: Database
    ) throws -> Bool {
        let envelope = deliver.envelope
        let lease = deliver.lease
        let bytes = try deliver.stored
        try database.execute(
            sql: """
                UPDATE inbox SET delivery = ?, fence = ?, deliver = ? WHERE message = ?
                """,
            arguments: [lease.delivery.number, lease.fence.number, bytes, envelope.messageID])
        guard database.changesCount == 0 else { return false }
        try database.execute(
            sql: """
                INSERT INTO inbox (message, referral, delivery, fence, received_at, deliver, payload)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                envelope.messageID, envelope.referralID.nonEmpty, lease.delivery.number,
                lease.fence.number, now.milliseconds, bytes, payload?.data,
            ])
        if let id = ReferralID(bytes: envelope.referralID) {
            try learn(of: id, at: now, database) { $0.learn(from: envelope) }
        }
        return true
    }

    private func mail(
        _ clause: String, _ arguments: StatementArguments = StatementArguments()
    ) throws(AgentError) -> [InboxEntry] {
        try read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM inbox \(clause)", arguments: arguments)
                .map(InboxEntry.init)
        }
    }
}

extension AgentStore.InboxEntry {
    init(_ row: Row) throws {
        deliver = try WireDeliver(serializedBytes: row["deliver"] as Data)
        payload = Payload(row: row)
        receivedAt = Timestamp(milliseconds: row["received_at"])
        let time: Int64? = row["opened_at"]
        openedAt = time.map(Timestamp.init(milliseconds:))
    }
}

extension WireDeliver {
    /// The right to settle it.
    ///
    /// Numbers beyond what a broker ever gives name nothing.
    var lease: AgentCore.Lease {
        AgentCore.Lease(DeliveryID(Int64(clamping: deliveryID)), Fence(Int64(clamping: fence)))
    }
}
