import ArgumentParser
import Foundation

/// The broker and its operator's commands.
@main
struct CareloopD: AsyncParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "careloopd",
        abstract: "The careloop broker: runs it, and enrols who may take part.",
        discussion: """
            First steps: careloopd init, careloopd run, then careloopd enrol organisation, \
            enrol service and enrol agent. The operator's commands speak to the broker that runs on \
            this machine, by a socket that only its own user can open.
            """,
        version: "careloopd \(version)",
        subcommands: [
            Init.self, Run.self, Enrol.self, Revoke.self, List.self, Status.self, Stop.self,
            PublicKey.self, Doctor.self, Keys.self, PatientCommand.self, Audit.self,
        ])

    static func main() async {
        CoreFiles.forbid()
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as OperatorFailure {
            FileHandle.standardError.write(Data("careloopd: \(failure.message)\n".utf8))
            Foundation.exit(failure.status)
        } catch {
            // 2 is what careloop's programs end with when they were called wrongly.
            let status = exitCode(for: error)
            let text = fullMessage(for: error)
            let stream = status == .success ? FileHandle.standardOutput : .standardError
            if !text.isEmpty { stream.write(Data("\(text)\n".utf8)) }
            Foundation.exit(
                status == .success ? 0 : status == .validationFailure ? 2 : status.rawValue)
        }
    }
}

/// Ends a command: what failed, what to do, and with which status.
struct OperatorFailure: Error {
    let message: String
    let status: Int32

    /// Refused or failed: status 1.
    init(_ message: String, status: Int32 = 1) {
        self.message = message
        self.status = status
    }
}
