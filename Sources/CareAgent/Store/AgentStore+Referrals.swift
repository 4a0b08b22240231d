public import CareModel
internal import CareWire
internal import Foundation
internal import GRDB
internal import SwiftProtobuf

extension AgentStore {
    /// Remembers what is newest of a referral; an older version changes nothing.
    public func remember(_ referral: ReferralView) throws(AgentError) {
        try write { database in
            let now = referral.updatedAt ?? Timestamp(milliseconds: 0)
            try Self.learn(of: referral.id, at: now, database) { $0.learn(from: referral) }
        }
    }

    /// What is known of a referral: by the broker's answers, by mail, by receipts.
    ///
    /// Of what only mail or a receipt told, the rest is empty: the allowed moves above all, and
    /// the worklist. A referral that the broker has not accepted yet is a draft of version 0.
    public func referral(_ id: ReferralID) throws(AgentError) -> ReferralView? {
        try referrals("WHERE id = ?", [id.data]).first
    }

    /// The referral of a number as a person typed it; nil if this agent knows of none.
    public func referral(number: ReferralNumber) throws(AgentError) -> ReferralView? {
        try referrals("WHERE number = ?", [number.description]).first
    }

    /// All known referrals, newest first.
    public func referrals() throws(AgentError) -> [ReferralView] {
        try referrals("ORDER BY updated_at DESC, id DESC")
    }

    private func referrals(
        _ clause: String, _ arguments: StatementArguments = StatementArguments()
    ) throws(AgentError) -> [ReferralView] {
        try read { database in
            try Data.fetchAll(
                database, sql: "SELECT facts FROM referral \(clause)", arguments: arguments
            ).map { try ReferralView(try WireReferral(serializedBytes: $0)).orDamaged }
        }
    }

    /// Adds to what is known of a referral.
    static func learn(
        of id: ReferralID, at now: Timestamp, _ database: Database, onlyIfKnown: Bool = false,
        _ change: (inout ReferralView) -> Void
    ) throws {
        let known = try Data.fetchOne(
            database, sql: "SELECT facts FROM referral WHERE id = ?", arguments: [id.data])
        if known == nil, onlyIfKnown { return }
        let before = try known.map {
            try ReferralView(try WireReferral(serializedBytes: $0)).orDamaged
        }
        var facts = before ?? ReferralView(id: id)
        change(&facts)
        guard facts != before else { return }
        if facts.updatedAt == nil { facts.updatedAt = now }
        try database.execute(
            sql: """
                INSERT INTO referral (id, number, version, updated_at, facts) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET version = excluded.version,
                    updated_at = excluded.updated_at, facts = excluded.facts
                """,
            arguments: [
                id.data, facts.number.description, Int64(facts.version),
                facts.updatedAt?.milliseconds ?? 0, try facts.wire.stored,
            ])
    }
}
