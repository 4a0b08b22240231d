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
        /// Why the document is no longer here; nil while the message stands.
        public var ending: Ending?

        /// Makes the entry.
        public init(
            deliver: WireDeliver, payload: Payload?, receivedAt: Timestamp,
            openedAt: Timestamp? = nil, ending: Ending? = nil
        ) {
            self.deliver = deliver
            self.payload = payload
            self.receivedAt = receivedAt
            self.openedAt = openedAt
            self.ending = ending
        }
    }

    /// Says why a copy was taken back before the broker had its acknowledgement.
    ///
    /// A copy that nobody had opened is not listed any more.
    public enum Ending: String, Sendable {
        /// Consent was withdrawn.
        case recalled
        /// The delivery ended, or somebody else has it now.
        case lapsed
    }

    /// Stores a delivery, durably, and what it says of its referral.
    ///
    /// Storing the same message again renews its delivery and fence, and its document: copies may
    /// differ in what consent has left of them, and the newest counts.
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
        let unopened =
            unopenedOnly
            ? "opened_at IS NULL AND ending IS NULL"
            : "(opened_at IS NOT NULL OR ending IS NULL)"
        guard let referral else { return try mail("WHERE \(unopened) ORDER BY seq DESC") }
        return try mail("WHERE referral = ? AND \(unopened) ORDER BY seq", [referral.data])
    }

    /// One collected message; nil if there is none of that id.
    public func received(_ message: MessageID) throws(AgentError) -> InboxEntry? {
        try mail(
            "WHERE message = ? AND (opened_at IS NOT NULL OR ending IS NULL)", [message.data]
        ).first
    }

    /// Remembers that a person opened a message; the broker is told at the next exchange.
    ///
    /// - Throws: `.notFound` if the message was never collected here.
    public func open(_ message: MessageID, at now: Timestamp) throws(AgentError) {
        try write { database in
            try database.execute(
                sql: """
                    UPDATE inbox SET opened_at = coalesce(opened_at, ?)
                    WHERE message = ? AND (opened_at IS NOT NULL OR ending IS NULL)
                    """,
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

    /// The stored messages of which nobody knows whether the broker has their acknowledgement.
    func unsettled(limit: Int = 256) throws(AgentError) -> [AgentCore.Lease] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT delivery, fence FROM inbox WHERE settled = 0 ORDER BY seq LIMIT ?",
                arguments: [limit]
            ).map { AgentCore.Lease(DeliveryID($0["delivery"]), Fence($0["fence"])) }
        }
    }

    static func noteSettled(_ lease: AgentCore.Lease, _ database: Database) throws {
        try database.execute(
            sql: "UPDATE inbox SET settled = 1 WHERE delivery = ? AND fence = ?",
            arguments: [lease.delivery.number, lease.fence.number])
    }

    /// Takes a copy back that was never acknowledged: what nobody has opened leaves no trace, of
    /// the rest the row stays without its document.
    ///
    /// Copies of newer leases stay. A copy that lapsed stays as an empty row, so that it is not
    /// told of as new when it comes again.
    @discardableResult
    static func end(
        _ ending: Ending, _ lease: AgentCore.Lease, _ database: Database
    ) throws -> [MessageID] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT seq, message, deliver, opened_at FROM inbox
                WHERE delivery = ? AND fence <= ? AND settled = 0
                """, arguments: [lease.delivery.number, lease.fence.number])
        for row in rows {
            let place: Int64 = row["seq"]
            let openedAt: Int64? = row["opened_at"]
            if ending == .recalled, openedAt == nil {
                try database.execute(sql: "DELETE FROM inbox WHERE seq = ?", arguments: [place])
                continue
            }
            var deliver = try WireDeliver(serializedBytes: row["deliver"] as Data)
            deliver.envelope.clearPatient()
            try database.execute(
                sql: """
                    UPDATE inbox SET deliver = ?, payload = NULL, ending = ?, settled = 1,
                        display_known = 1 WHERE seq = ?
                    """, arguments: [try deliver.stored, ending.rawValue, place])
        }
        return rows.compactMap { row in
            let id: Data = row["message"]
            return MessageID(bytes: id)
        }
    }

    static func noteDisplayKnown(_ delivery: DeliveryID, _ database: Database) throws {
        try database.execute(
            sql: "UPDATE inbox SET display_known = 1 WHERE delivery = ? AND opened_at IS NOT NULL",
            arguments: [delivery.number])
    }

    /// Inserts a delivery or renews it; true if the message was not there before.
    static func insert(
        _ deliver: WireDeliver, _ payload: Payload?, at now: Timestamp, _ database: Database
    ) throws -> Bool {
        let envelope = deliver.envelope
        let known = try Row.fetchOne(
            database, sql: "SELECT ending FROM inbox WHERE message = ?",
            arguments: [envelope.messageID])
        let ending: String? = known?["ending"]
        // What was recalled and comes again is news: its reader has been told that it is gone.
        if ending == Ending.recalled.rawValue {
            try database.execute(
                sql: "DELETE FROM inbox WHERE message = ?", arguments: [envelope.messageID])
        } else if known != nil {
            try renew(deliver, payload, database)
            return false
        }
        try database.execute(
            sql: """
                INSERT INTO inbox
                    (message, referral, delivery, fence, received_at, deliver, payload, settled)
                VALUES (?, ?, ?, ?, ?, ?, ?, 0)
                """,
            arguments: [
                envelope.messageID, envelope.referralID.nonEmpty, deliver.lease.delivery.number,
                deliver.lease.fence.number, now.milliseconds, try deliver.stored, payload?.data,
            ])
        if let id = ReferralID(bytes: envelope.referralID) {
            try learn(of: id, at: now, database) { $0.learn(from: envelope) }
        }
        return true
    }

    private static func renew(
        _ deliver: WireDeliver, _ payload: Payload?, _ database: Database
    ) throws {
        try database.execute(
            sql: """
                UPDATE inbox SET delivery = ?, fence = ?, deliver = ?, payload = ?, settled = 0,
                    ending = NULL WHERE message = ?
                """,
            arguments: [
                deliver.lease.delivery.number, deliver.lease.fence.number, try deliver.stored,
                payload?.data, deliver.envelope.messageID,
            ])
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
        let reason: String? = row["ending"]
        ending = reason.flatMap { AgentStore.Ending(rawValue: $0) }
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
