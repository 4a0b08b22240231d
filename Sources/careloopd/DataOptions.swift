import ArgumentParser
import CareAgent
import CareWire
import Foundation

/// Names the data directory, as every command does.
struct DataOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The broker's data directory.",
            discussion: "Default: CARELOOPD_DATA, or /var/lib/careloop.",
            valueName: "folder"))
    var data: String?

    /// The data directory's path.
    var path: String {
        data ?? ProcessInfo.processInfo.environment["CARELOOPD_DATA"] ?? "/var/lib/careloop"
    }

    /// Its files.
    var files: BrokerFiles { BrokerFiles(directory: path) }

    /// Sends an operator's command to the broker that runs on this directory.
    func send(_ command: WireAdminister) async throws -> WireAdministered {
        let settings = try await BrokerSettings.load(files)
        do throws(AgentError) {
            return try Operator(socketPath: settings.adminSocketPath).send(command)
        } catch {
            throw OperatorFailure(error.message, status: error.code == .unreachable ? 3 : 1)
        }
    }
}
