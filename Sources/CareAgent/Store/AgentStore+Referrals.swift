public import CareModel
public import CareWire
internal import Foundation
internal import GRDB
internal import SwiftProtobuf

extension AgentStore {
    /// Remembers what is newest of a referral; an older version changes nothing.
    public func remember(_ referral: WireReferral) throws(AgentError) {
        guard let id = ReferralID(bytes: referral.referralID) else {
            throw AgentError(.invalid, "The referral has no id.")
        }
        try write { database in
            let now = Timestamp(milliseconds: referral.updatedAtMs)
            try Self.learn(of: id, at: now, database) { $0.learn(from: referral) }
        }
    }

    /// What is known of a referral: by the broker's answers, by mail, by receipts.
    ///
    /// Of what only mail or a receipt told, the rest is empty: `allowed_moves` above all, and
    /// `worklist`. A referral that the broker has not accepted yet is a `draft` of version 0.
    public func referral(_ id: ReferralID) throws(AgentError) -> WireReferral? {
        try referrals("WHERE id = ?", [id.data]).first
    }

    /// The referral of a number as a person typed it; nil if this agent knows of none.
    public func referral(number: ReferralNumber) throws(AgentError) -> WireReferral? {
        try referrals("WHERE number = ?", [number.description]).first
    }

    /// All known referrals, newest first.
    public func referrals() throws(AgentError) -> [WireReferral] {
        try referrals("ORDER BY updated_at DESC, id DESC")
    }

    private func referrals(
        _ clause: String, _ arguments: StatementArguments = StatementArguments()
    ) throws(AgentError) -> [WireReferral] {
        try read { database in
            try Data.fetchAll(
                database, sql: "SELECT facts FROM referral \(clause)", arguments: arguments
            ).map { try WireReferral(serializedBytes: $0) }
        }
    }

    /// Adds to what is known of a referral.
    static func learn(
        of id: ReferralID, at now: Timestamp, _ database: Database, onlyIfKnown: Bool = false,
        _ change: (inout WireReferral) -> Void
    ) throws {
        let known = try Data.fetchOne(
            database, sql: "SELECT facts FROM referral WHERE id = ?", arguments: [id.data])
        if known == nil, onlyIfKnown { return }
        let before = try known.map { try WireReferral(serializedBytes: $0) }
        var facts =
            before
            ?? WireReferral.with {
                $0.referralID = id.data
                $0.number = ReferralNumber(id).description
            }
        change(&facts)
        guard facts != before else { return }
        if facts.updatedAtMs == 0 { facts.updatedAtMs = now.milliseconds }
        try database.execute(
            sql: """
                INSERT INTO referral (id, number, version, updated_at, facts) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET version = excluded.version,
                    updated_at = excluded.updated_at, facts = excluded.facts
                """,
            arguments: [
                id.data, ReferralNumber(id).description, Int64(facts.version), facts.updatedAtMs,
                try facts.stored,
            ])
    }
}
