public import CareModel
internal import Foundation
internal import SwiftProtobuf

extension Receipt {
    /// Reads what became of a message; nil without its id or outcome.
    public init?(_ wire: WireReceiptItem) {
        guard let message = MessageID(bytes: wire.messageID),
            let outcome = Coded<ReceiptItem.Outcome>(code: wire.outcome)
        else { return nil }
        self.init(message: message, outcome: outcome)
        isDuplicate = wire.duplicate
        referral = ReferralID(bytes: wire.referralID)
        state = Coded(code: wire.state)
        version = wire.referralVersion
        if wire.hasRefusal, !wire.refusal.code.isEmpty { refusal = BrokerRefusal(wire.refusal) }
        consent = ConsentID(bytes: wire.consentID)
        consentReceipt = wire.consentReceipt.nonEmpty
        breakGlass = BreakGlassID(bytes: wire.breakGlassID)
        if wire.deliveryID != 0 { delivery = wire.deliveryID.delivery }
    }

    /// The receipt as CLP/1 carries it.
    public var wire: WireReceiptItem {
        .with {
            $0.messageID = message.data
            $0.outcome = outcome.code
            $0.duplicate = isDuplicate
            $0.referralID = referral.data
            $0.referralNumber = referral.map { ReferralNumber($0).description } ?? ""
            $0.state = state.text
            $0.referralVersion = version
            if let refusal { $0.refusal = refusal.wire }
            $0.consentID = consent.data
            $0.consentReceipt = consentReceipt ?? ""
            $0.breakGlassID = breakGlass.data
            $0.deliveryID = delivery.map { UInt64(clamping: $0.number) } ?? 0
        }
    }
}

extension BrokerRefusal {
    /// Reads why something was not done.
    public init(_ wire: WireRefusal) {
        self.init(code: wire.code, message: wire.message)
        category = Coded(code: wire.category)
        isRetriable = wire.retriable
        if wire.retryAfterMs != 0 { retryAfter = .milliseconds(wire.retryAfterMs) }
        state = Coded(code: wire.state)
        version = wire.referralVersion
        allowedMoves = wire.allowedMoves.compactMap { Coded(code: $0) }
        rule = wire.rule.nonEmpty
    }

    /// The refusal as CLP/1 carries it.
    public var wire: WireRefusal {
        .with {
            $0.code = code
            $0.category = category.text
            $0.message = message
            $0.retriable = isRetriable
            $0.retryAfterMs = UInt32(clamping: retryAfter?.wholeMilliseconds ?? 0)
            $0.state = state.text
            $0.referralVersion = version
            $0.allowedMoves = allowedMoves.map(\.code)
            $0.rule = rule ?? ""
        }
    }
}
