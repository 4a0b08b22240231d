import CareAgent
import CareModel

/// Asks whether a broker runs on the data directory.
enum BrokerCheck {
    static func finding(_ data: DataOptions) async -> Finding {
        do {
            let status = try await data.status()
            return .ok(
                "broker", "runs: \(status.sessions) sessions, \(status.queued) messages waiting")
        } catch let failure as OperatorFailure where failure.status == 3 {
            return .warn("broker", "does not run. Start it: systemctl start careloopd")
        } catch {
            return .fail("broker", error)
        }
    }
}
