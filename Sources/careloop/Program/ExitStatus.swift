internal import CareAgent
internal import CareModel

/// Says to scripts how a command came out.
enum ExitStatus: Int32 {
    /// Done.
    case done = 0
    /// Refused: by the broker, or here because it cannot be.
    case refused = 1
    /// The command line makes no sense.
    case usage = 2
    /// No broker could be reached; what was to be sent is queued, what is shown may be old.
    case unreachable = 3
    /// Somebody else was first: look again, then decide.
    case conflict = 4

    /// The status for a refusal's code.
    init(refusalCode code: String) {
        switch code {
        case "stale-version", "duplicate-conflict", "possible-duplicate", "referral-exists":
            self = .conflict
        default:
            self = .refused
        }
    }

    /// The status for what the agent library could not do.
    init(_ error: AgentError) {
        switch error.code {
        case .unreachable: self = .unreachable
        case .invalid: self = .usage
        case .refused: self.init(refusalCode: error.refusal?.code ?? "")
        default: self = .refused
        }
    }
}
