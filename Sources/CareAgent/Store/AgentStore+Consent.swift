public import CareModel
internal import CareWire
internal import Foundation
internal import GRDB
internal import SwiftProtobuf

extension AgentStore {
    /// Is what the broker attests of a directive, as it signed it.
    public struct ConsentReceipt: Equatable, Sendable {
        /// Whether it was withdrawn by it, rather than recorded.
        public var isWithdrawal: Bool
        /// When the receipt came.
        public var receivedAt: Timestamp
        /// The signed note.
        public var note: String
    }

    /// The signed receipts for what this agent recorded or withdrew under an id, oldest first.
    public func consentReceipts(of consent: ConsentID) throws(AgentError) -> [ConsentReceipt] {
        try read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT submit, receipt, answered_at FROM outbox
                    WHERE kind IN ('consent-put', 'consent-revoke') AND receipt IS NOT NULL
                    ORDER BY seq
                    """
            ).compactMap { row in
                let submit = try WireSubmit(serializedBytes: row["submit"] as Data)
                guard submit.consentID == consent.data else { return nil }
                let item = try WireReceiptItem(serializedBytes: row["receipt"] as Data)
                guard !item.consentReceipt.isEmpty else { return nil }
                return ConsentReceipt(
                    isWithdrawal: submit.kind == MessageKind.consentRevoke.name,
                    receivedAt: Timestamp(milliseconds: row["answered_at"]),
                    note: item.consentReceipt)
            }
        }
    }
}
