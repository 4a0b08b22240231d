import ArgumentParser
import CareAgent
import CareModel
import CareVault
import Foundation

/// Takes a new master key into use and waits until it wraps every patient's key.
struct KeysRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Make a new master key and wrap every patient's key with it.",
        discussion: """
            Needs the running broker, which goes on working meanwhile. The new key is on disk \
            before it is used. Interrupting the wait does no harm: the broker goes on wrapping, and \
            after a restart too. `careloopd keys list` shows what is left.
            """)

    @OptionGroup var data: DataOptions

    @Flag(help: "Do not wait for the end.")
    var noWait = false

    func run() async throws {
        let folder = try await data.keys()
        let before = try folder.masterKeys().newest
        do {
            _ = try await data.send(.rotateKeys)
        } catch let failure as OperatorFailure where failure.status == 1 {
            throw OperatorFailure("\(failure.message). The broker's log says why.")
        }
        let after = try folder.masterKeys().newest
        // A broker that was given the keys by systemd, or another folder, keeps them elsewhere.
        guard after > before else {
            throw OperatorFailure(
                "The broker made a new master key, but not in \(folder.path). Find the folder that "
                    + "it runs with, and name that one as keys.directory.")
        }
        print("Master key \(after) is in use. Back up \(folder.path) now.")
        guard !noWait else { return }
        try await waitForRewrapping()
        print(
            """
            Every patient's key is wrapped with master key \(after).

            The older ones are needed only to restore a back-up of the data made before now. Once
            no such back-up is kept: careloopd keys forget VERSION
            """)
    }

    /// Tells on standard error how far it is, whenever that has changed.
    private func waitForRewrapping() async throws {
        var told: Int?
        while true {
            let left = try await data.status().keysToRewrap
            guard left > 0 else { return }
            if left != told { Terminal.tell("patients' keys still to wrap: \(left)") }
            told = left
            // The operators' socket tells only when asked.
            try await Task.sleep(for: .milliseconds(500))
        }
    }
}
