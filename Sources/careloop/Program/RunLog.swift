internal import CareAgent
internal import CareFHIR
internal import Foundation

/// Writes the log lines of `careloop run`: what happened, by ids and codes only.
struct RunLog: Sendable {
    /// Whether lines are JSON.
    let isJSON: Bool

    /// Writes a line with its time to the standard error.
    func say(_ event: String) {
        let time = JSONText.time(AgentIDs.system.now())
        let line = PlainText.line(event)
        guard isJSON, let text = try? JSONText.line(["at": time, "event": line]) else {
            return Screen.write("\(time) \(line)\n", to: .standardError)
        }
        Screen.write(text + "\n", to: .standardError)
    }
}
