internal import CareModel

/// Is a failure as scripts see it, on the standard error.
struct ErrorOutput: Encodable, Equatable {
    /// Is the failure itself.
    struct Body: Encodable, Equatable {
        var code: String
        var message: String
        var exit: Int32
        var category: String?
        var retriable: Bool?
        var retryAfterMs: UInt32?
        var state: String?
        var version: UInt32?
        var allowedMoves: [String]?
        var rule: String?
    }

    let error: Body

    /// Describes `failure`.
    init(_ failure: CommandFailure) {
        var body = Body(
            code: failure.code, message: failure.message, exit: failure.status.rawValue)
        if let refusal = failure.refusal {
            body.category = JSONText.text(refusal.category)
            body.retriable = refusal.isRetriable
            body.retryAfterMs = refusal.retryAfter.map {
                UInt32(clamping: $0.wholeMilliseconds)
            }
            body.state = JSONText.text(refusal.state)
            body.version = refusal.version == 0 ? nil : refusal.version
            body.allowedMoves =
                refusal.allowedMoves.isEmpty ? nil : refusal.allowedMoves.map(\.code)
            body.rule = refusal.rule
        }
        error = body
    }
}
