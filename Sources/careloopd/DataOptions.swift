import ArgumentParser
import CareAgent
import CareModel
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

    /// The folder of its keys, checked.
    func keys() async throws -> KeysFolder {
        try KeysFolder.of(files, setting: try await BrokerSettings.load(files).keysDirectory)
    }

    /// Sends an operator's command to the broker that runs on this directory.
    func send(_ command: OperatorCommand) async throws -> OperatorAnswer {
        let path = try await BrokerSettings.load(files).adminSocketPath
        switch AdminSocket.knock(path) {
        case .answered: break
        case .silent:
            throw OperatorFailure(
                "No broker answers at \(path). Start careloopd there, or name its data directory.",
                status: 3)
        case .forbidden:
            throw OperatorFailure("Only the broker's own user may open \(path). Become that user.")
        }
        do throws(AgentError) {
            return try Operator(socketPath: path).send(command)
        } catch {
            throw OperatorFailure(error.message, status: error.code == .unreachable ? 3 : 1)
        }
    }

    /// How the broker that runs on this directory is.
    func status() async throws -> BrokerStatus {
        guard case .status(let status) = try await send(.status) else {
            throw OperatorFailure("The broker did not say how it is. Use programs of one version.")
        }
        return status
    }
}
