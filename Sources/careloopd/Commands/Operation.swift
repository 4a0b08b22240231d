import ArgumentParser
import CareWire
import SwiftProtobuf
import ZeroMQ

/// Lists everybody enrolled.
struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List everybody enrolled.")

    @OptionGroup var data: DataOptions

    func run() async throws {
        let answer = try await data.send(.with { $0.listDirectory = WireListDirectory() })
        guard !answer.directory.isEmpty else {
            print("Nobody is enrolled yet. Next: careloopd enrol organisation")
            return
        }
        for entry in answer.directory {
            let roles = entry.roles.joined(separator: ",")
            let state = entry.active ? "" : "  revoked"
            print("\(entry.mailbox)  \(entry.organisation)  \(roles)  \(entry.name)\(state)")
        }
    }
}

/// Ends the broker in good order.
struct Stop: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "End the broker in good order.")

    @OptionGroup var data: DataOptions

    func run() async throws {
        _ = try await data.send(.with { $0.stop = WireStop() })
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
