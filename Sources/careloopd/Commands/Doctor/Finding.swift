import CareFHIR

/// Is what one check came to.
struct Finding: Equatable {
    enum Result: String {
        /// As it should be.
        case ok
        /// Works, but should be looked at.
        case warn
        /// Does not work, or protects nothing.
        case fail = "FAIL"
    }

    /// What was looked at.
    let check: String
    let result: Result
    /// What was found and, unless it is ok, what to do.
    let message: String

    static func ok(_ check: String, _ message: String) -> Finding {
        Finding(check: check, result: .ok, message: message)
    }

    static func warn(_ check: String, _ message: String) -> Finding {
        Finding(check: check, result: .warn, message: message)
    }

    static func fail(_ check: String, _ message: String) -> Finding {
        Finding(check: check, result: .fail, message: message)
    }

    /// A failure in the words of an error.
    static func fail(_ check: String, _ error: any Error) -> Finding {
        .fail(check, (error as? OperatorFailure)?.message ?? "\(error)")
    }

    var line: String {
        "\(result.rawValue)\(result == .ok ? "  " : "") "
            + "\(check)\(String(repeating: " ", count: max(0, 12 - check.count))) \(message)"
    }

    var json: JSONOutput {
        .members([
            ("check", .string(check)), ("result", .string(result.rawValue.lowercased())),
            ("message", .string(message)),
        ])
    }
}
