internal import CareAgent
internal import CareFHIR
internal import CareModel

/// Ends a command: says what failed and what to do next.
///
/// Nothing clinical, no patient's identifier.
struct CommandFailure: Error, CustomStringConvertible {
    /// What scripts see.
    let status: ExitStatus
    /// The failure's code, stable for scripts.
    let code: String
    /// What failed and what to do, in two sentences.
    let message: String
    /// What the broker said, if it was the broker.
    var refusal: BrokerRefusal?

    /// Makes a failure of the program's own.
    init(_ status: ExitStatus, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    /// Takes over the broker's refusal.
    init(_ refusal: BrokerRefusal) {
        status = ExitStatus(refusalCode: refusal.code)
        code = refusal.code
        message = PlainText.line(refusal.message)
        self.refusal = refusal
    }

    /// Takes over what the agent library says.
    init(_ error: AgentError) {
        if let refusal = error.refusal {
            self.init(refusal)
        } else {
            self.init(ExitStatus(error), error.code.name, error.message)
        }
    }

    /// Says that the command line makes no sense.
    static func usage(_ message: String) -> CommandFailure {
        CommandFailure(.usage, "usage", message)
    }

    /// Takes over any error a command may end with; nil for those of the argument parser.
    init?(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case let error as AgentError: self.init(error)
        case let error as InspectionError:
            self.init(.refused, error.code.rawValue, error.message)
        default: return nil
        }
    }

    var description: String { message }
}
