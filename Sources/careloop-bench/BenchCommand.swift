internal import ArgumentParser
internal import Foundation

/// Measures what careloop costs.
@main
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "careloop-bench",
        abstract: "Measure a broker under load, or its parts.",
        discussion: "Without a subcommand it measures a broker, and takes that one's options.",
        version: "careloop-bench 0.1.0",
        subcommands: [BrokerCommand.self, BacklogCommand.self, ConsentCommand.self],
        defaultSubcommand: BrokerCommand.self)

    /// Parses, runs and ends with the statuses of careloop's programs: 1 failed, 2 called wrongly.
    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch let failure as BenchFailure {
            FileHandle.standardError.write(Data("careloop-bench: \(failure)\n".utf8))
            Foundation.exit(1)
        } catch {
            let status = exitCode(for: error)
            let stream = status.isSuccess ? FileHandle.standardOutput : .standardError
            stream.write(Data("\(fullMessage(for: error))\n".utf8))
            Foundation.exit(status == .validationFailure ? 2 : status.rawValue)
        }
    }

    /// Prints a line at once, also into a pipe.
    static func say(_ line: String) {
        FileHandle.standardOutput.write(Data("\(line)\n".utf8))
    }
}
