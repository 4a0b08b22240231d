internal import ArgumentParser
internal import CareAgent
internal import CareModel
internal import Foundation
internal import ZeroMQ

/// Looks whether everything is as it should be.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check context, key, mail, clock and broker, and say what to do.")

    @OptionGroup var options: GlobalOptions

    func run() throws {
        let screen = Screen(options)
        let findings = Doctor(options).findings()
        if screen.isJSON {
            try screen.print(json: ["checks": findings])
        } else {
            for finding in findings { screen.print(finding.line(screen.style)) }
        }
        guard findings.contains(where: { $0.result == .fail }) else { return }
        let isUnreachable = findings.contains { $0.check == "broker" && $0.result == .fail }
        let isAlone = findings.count { $0.result == .fail } == 1
        throw CommandFailure(
            isUnreachable && isAlone ? .unreachable : .refused, "unhealthy",
            "Not everything is as it should be. Do what the lines marked fail say.")
    }
}

/// Is what one check came to.
struct Finding: Encodable, Equatable {
    /// Says how bad it is.
    enum Result: String, Encodable {
        case ok
        case warn
        case fail
    }

    let check: String
    let result: Result
    /// What was found, and what to do.
    let message: String

    /// The line for people.
    func line(_ style: Style) -> String {
        let tone: Tone =
            switch result {
            case .ok: .good
            case .warn: .warning
            case .fail: .bad
            }
        let label = result.rawValue + String(repeating: " ", count: 4 - result.rawValue.count)
        let name = check + String(repeating: " ", count: max(1, 12 - check.count))
        return "\(style.paint(label, tone))  \(name)\(message)"
    }
}
