public import CareModel
internal import CareWire
internal import Foundation
internal import GRDB
internal import SwiftProtobuf

extension AgentStore {
    /// The collected messages, newest first; those of one referral oldest first.
    public func inbox(
        about referral: ReferralID?, unopenedOnly: Bool
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

    /// Remembers that a person opened a message; the broker is told in the next session.
    ///
    /// The first time counts.
    ///
    /// - Throws: `.notFound` if the message was never collected here.
    public func open(
        _ message: MessageID, by person: Person?, at now: Timestamp
    ) throws(AgentError) {
        let bytes = try person?.wire.stored
        try write { database in
            try database.execute(
                sql: """
                    UPDATE inbox SET opened_at = coalesce(opened_at, ?),
                        opened_by = iif(opened_at IS NULL, ?, opened_by)
                    WHERE message = ? AND (opened_at IS NOT NULL OR ending IS NULL)
                    """,
                arguments: [now.milliseconds, bytes, message.data])
            guard database.changesCount > 0 else {
                throw AgentError(
                    .notFound, "This message is not in the inbox. Collect the mail first.")
            }
        }
    }

    /// The opened messages that the broker has not been told of, oldest first.
    public func untoldDisplays(limit: Int) throws(AgentError) -> [OpenedDelivery] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT delivery, fence, opened_by FROM inbox
                    WHERE opened_at IS NOT NULL AND display_known = 0 ORDER BY seq LIMIT ?
                    """, arguments: [limit]
            ).map { row in
                OpenedDelivery(
                    DeliveryRight(DeliveryID(row["delivery"]), Fence(row["fence"])),
                    by: try Person(row, "opened_by"))
            }
        }
    }

    /// The stored messages of which nobody knows whether the broker has their acknowledgement.
    public func unsettled(limit: Int) throws(AgentError) -> [DeliveryRight] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT delivery, fence FROM inbox WHERE settled = 0 ORDER BY seq LIMIT ?",
                arguments: [limit]
            ).map { DeliveryRight(DeliveryID($0["delivery"]), Fence($0["fence"])) }
        }
    }

    static func noteSettled(_ lease: DeliveryRight, _ database: Database) throws {
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
        _ ending: InboxEntry.Ending, _ lease: DeliveryRight, _ database: Database
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
        return try rows.map { try MessageID(bytes: $0["message"] as Data).orDamaged }
    }

    static func noteDisplayKnown(_ delivery: DeliveryID, _ database: Database) throws {
        try database.execute(
            sql: "UPDATE inbox SET display_known = 1 WHERE delivery = ? AND opened_at IS NOT NULL",
            arguments: [delivery.number])
    }

    /// Inserts a delivery or renews it; true if the message was not there before.
    static func insert(
        _ arrival: Arrival, at now: Timestamp, _ database: Database
    ) throws -> Bool {
        let envelope = arrival.envelope
        let message = envelope.message.data
        let known = try Row.fetchOne(
            database, sql: "SELECT ending FROM inbox WHERE message = ?",
            arguments: [message])
        let ending: String? = known?["ending"]
        // What was recalled and comes again is news: its reader has been told that it is gone.
        if ending == InboxEntry.Ending.recalled.rawValue {
            try database.execute(
                sql: "DELETE FROM inbox WHERE message = ?", arguments: [message])
        } else if known != nil {
            try renew(arrival, database)
            return false
        }
        try database.execute(
            sql: """
                INSERT INTO inbox
                    (message, referral, delivery, fence, received_at, deliver, payload, settled)
                VALUES (?, ?, ?, ?, ?, ?, ?, 0)
                """,
            arguments: [
                message, envelope.referral?.data, arrival.delivery.number, arrival.fence.number,
                now.milliseconds, try arrival.wire.stored, arrival.payload?.data,
            ])
        if let id = envelope.referral {
            try learn(of: id, at: now, database) { $0.learn(from: envelope) }
        }
        return true
    }

    private static func renew(_ arrival: Arrival, _ database: Database) throws {
        try database.execute(
            sql: """
                UPDATE inbox SET delivery = ?, fence = ?, deliver = ?, payload = ?, settled = 0,
                    ending = NULL WHERE message = ?
                """,
            arguments: [
                arrival.delivery.number, arrival.fence.number, try arrival.wire.stored,
                arrival.payload?.data, arrival.envelope.message.data,
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

extension InboxEntry {
    /// Reads a row.
    init(_ row: Row) throws {
        let deliver = try WireDeliver(serializedBytes: row["deliver"] as Data)
        let arrival = try Arrival(deliver, payload: Payload(row: row)).orDamaged
        let time: Int64? = row["opened_at"]
        let reason: String? = row["ending"]
        self.init(
            arrival: arrival, receivedAt: Timestamp(milliseconds: row["received_at"]),
            openedAt: time.map(Timestamp.init(milliseconds:)),
            ending: try reason.map { try Ending(rawValue: $0).orDamaged })
    }
}
