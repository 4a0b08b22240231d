import CareModel
import CareStore
import CareVault
import Synchronization

/// Holds the master keys and the patients' unwrapped data keys for a store and its readers.
final class KeyRing: Sendable {
    private struct Entry {
        let generation: Int64
        let key: DataKey
    }

    private struct State {
        var masterKeys: MasterKeys
        var entries: [Int64: Entry] = [:]
        /// The first generation that still counts of a patient whose key was destroyed: a reader
        /// that was unwrapping the old one just then must not bring it back.
        var firstGenerations: [Int64: Int64] = [:]
    }

    private let state: Mutex<State>

    /// Data keys beyond this are forgotten and unwrapped again.
    private static let entryCountMax = 16_384

    init(_ masterKeys: MasterKeys) {
        state = Mutex(State(masterKeys: masterKeys))
    }

    /// The master keys as they are now.
    var masterKeys: MasterKeys { state.withLock { $0.masterKeys } }

    /// Uses other master keys from now on; data keys stay as they are.
    func use(_ masterKeys: MasterKeys) {
        state.withLock { $0.masterKeys = masterKeys }
    }

    /// A patient's data key of one generation, if it is known here.
    func dataKey(of patient: Int64, generation: Int64) -> DataKey? {
        state.withLock { state in
            guard let entry = state.entries[patient], entry.generation == generation else {
                return nil
            }
            return entry.key
        }
    }

    /// A patient's newest data key, if it is known here.
    func dataKey(of patient: Int64) -> (key: DataKey, generation: Int64)? {
        state.withLock { $0.entries[patient].map { ($0.key, $0.generation) } }
    }

    /// Remembers a data key.
    func note(_ key: DataKey, of patient: Int64, generation: Int64) {
        state.withLock { state in
            guard generation >= state.firstGenerations[patient] ?? 0 else { return }
            if state.entries.count >= Self.entryCountMax {
                state.entries.removeAll(keepingCapacity: true)
            }
            state.entries[patient] = Entry(generation: generation, key: key)
        }
    }

    /// Forgets the data keys of a patient before this generation.
    func forget(_ patient: Int64, before generation: Int64) {
        state.withLock { state in
            state.firstGenerations[patient] = generation
            state.entries[patient] = nil
        }
    }
}

extension StoreError {
    /// A seal or wrap that does not open is damage; the message names no patient.
    init(_ error: VaultError) {
        self.init(.corrupt, error.message)
    }
}
