import ArgumentParser
import CareAgent
import CareModel
import ZeroMQ

/// Lists everybody enrolled.
struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List everybody enrolled.")

    @OptionGroup var data: DataOptions

    func run() async throws {
        guard case .directory(let entries) = try await data.send(.directory), !entries.isEmpty
        else {
            print("Nobody is enrolled yet. Next: careloopd enrol organisation")
            return
        }
        for entry in entries {
            let roles = entry.roles.sorted().map(\.rawValue).joined(separator: ",")
            let state = entry.isActive ? "" : "  revoked"
            print("\(entry.mailbox)  \(entry.organisation)  \(roles)  \(entry.name)\(state)")
        }
    }
}

/// Ends the broker in good order.
struct Stop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "End the broker in good order.")

    @OptionGroup var data: DataOptions

    func run() async throws {
        _ = try await data.send(.stop)
        print("The broker is ending.")
    }
}

/// Prints the broker's public key.
struct PublicKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Print the broker's public key, which agents need.")

    @OptionGroup var data: DataOptions

    func run() async throws {
        print(try await data.keys().curveKeys().publicKey.z85)
    }
}
