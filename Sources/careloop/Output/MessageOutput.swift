internal import CareAgent
internal import CareModel

/// Is a message of a referral's history as scripts see it.
struct MessageOutput: Encodable, Equatable {
    var id: String?
    var kind: String
    var acceptedAt: String?
    var fromAgent: String?
    var fromOrganisation: String?
    /// The referral's state after it.
    var state: String?
    /// The referral's version after it.
    var version: UInt32
    var reason: String?
    /// Bytes of its document; 0 without one.
    var documentBytes: UInt64
    /// Whether it was collected by this agent, sent by it, or neither.
    var direction: String?
    /// When somebody opened it here.
    var openedAt: String?
    /// Whether parts of its document were left out; absent if not.
    var redacted: Bool?
    /// Why its document is no longer here: `recalled` (consent was withdrawn) or `lapsed`.
    var ending: String?
    /// The override that a notice is about.
    var breakGlass: String?
    /// Why the broker refused it, for a message that had waited to be sent.
    var refused: String?

    /// Takes a row of the broker's history.
    init(_ entry: MessageView) {
        id = entry.id.description
        kind = entry.kind.code
        acceptedAt = JSONText.time(entry.acceptedAt)
        fromAgent = JSONText.text(entry.fromAgent)
        fromOrganisation = JSONText.text(entry.fromOrganisation)
        state = JSONText.text(entry.state)
        version = entry.version
        reason = JSONText.text(entry.reason)
        documentBytes = entry.payloadByteCount
    }

    /// Takes a message that was collected.
    init(_ entry: InboxEntry) {
        let envelope = entry.envelope
        id = JSONText.text(envelope.message)
        kind = envelope.kind.code
        acceptedAt = JSONText.time(envelope.acceptedAt)
        fromAgent = JSONText.text(envelope.fromAgent)
        fromOrganisation = JSONText.text(envelope.fromOrganisation)
        state = JSONText.text(envelope.state)
        version = envelope.version
        reason = JSONText.text(envelope.reason)
        documentBytes = UInt64(entry.payload?.byteCount ?? 0)
        direction = "received"
        openedAt = entry.openedAt.map { JSONText.time($0) }
        redacted = envelope.isRedacted ? true : nil
        ending = entry.ending?.rawValue
        breakGlass = JSONText.text(envelope.breakGlass)
    }

    /// Takes a message that was sent, or waits to be.
    init(_ entry: OutboxEntry, agent: String) {
        id = entry.message.description
        kind = entry.draft.kind.name
        acceptedAt = entry.answeredAt.map { JSONText.time($0) }
        fromAgent = agent
        fromOrganisation = nil
        state = entry.receipt.flatMap { JSONText.text($0.state) }
        version = entry.receipt?.version ?? 0
        reason = JSONText.text(entry.draft.reason)
        documentBytes = UInt64(entry.draft.payload?.byteCount ?? 0)
        direction = "sent"
        guard let receipt = entry.receipt, receipt.isRefused else { return }
        refused = receipt.refusal?.code ?? ""
    }
}
