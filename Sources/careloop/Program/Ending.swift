internal import ArgumentParser
internal import CareFHIR
internal import CareModel
internal import Foundation

/// Is how the program ends after an error: what it says, where, and with which status.
struct Ending: Equatable {
    /// The status scripts see.
    let status: Int32
    /// What the standard output says; empty for nothing.
    let output: String
    /// What the standard error says; empty for nothing.
    let complaint: String

    /// Decides by what a command, or the argument parser, has thrown.
    init(_ error: any Error, isJSON: Bool) {
        if let failure = CommandFailure(error) {
            status = failure.status.rawValue
            output = ""
            complaint = Self.complaint(of: failure, isJSON: isJSON)
            return
        }
        let text = CareloopCommand.fullMessage(for: error)
        if CareloopCommand.exitCode(for: error) == .success {
            status = ExitStatus.done.rawValue
            output = text
            complaint = ""
            return
        }
        output = ""
        guard Self.isOfParser(error) else {
            let failure = CommandFailure(
                .refused, "internal-error",
                "Something failed that should not: \(type(of: error)). Run `careloop doctor`.")
            status = failure.status.rawValue
            complaint = Self.complaint(of: failure, isJSON: isJSON)
            return
        }
        status = ExitStatus.usage.rawValue
        let message = CareloopCommand.message(for: error)
        complaint = isJSON ? Self.complaint(of: .usage(message), isJSON: true) : text
    }

    /// Says it and exits.
    func leave() -> Never {
        if !output.isEmpty { Screen.write(output + "\n", to: .standardOutput) }
        if !complaint.isEmpty { Screen.write(complaint + "\n", to: .standardError) }
        exit(status)
    }

    private static func complaint(of failure: CommandFailure, isJSON: Bool) -> String {
        guard isJSON, let line = try? JSONText.line(ErrorOutput(failure)) else {
            let rule = PlainText.line(failure.refusal?.rule ?? "")
            let decided = rule.isEmpty ? "" : "\n  What decided: \(rule)"
            return "careloop: \(failure.message)\(decided)"
        }
        return line
    }

    /// Whether the argument parser made the error: it alone exits with 64 (`EX_USAGE`).
    private static func isOfParser(_ error: any Error) -> Bool {
        CareloopCommand.exitCode(for: error) == .validationFailure
    }
}
