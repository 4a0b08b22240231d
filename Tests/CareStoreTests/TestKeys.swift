import CareModel
import CareStoreSQLite
import CareVault
import Synchronization

/// Holds the keys of a test's stores, as a broker's key files would.
final class TestKeys: Sendable {
    /// The keys of all stores that want none of their own.
    static let shared: TestKeys = {
        do {
            return try TestKeys()
        } catch {
            preconditionFailure("a seed of 32 bytes makes a signer")
        }
    }()

    let signer: NoteSigner
    private let saved: Mutex<MasterKeys>

    init(seed: UInt8 = 1) throws {
        signer = try AuditLog.signer(seed: [UInt8](repeating: seed, count: 32))
        saved = Mutex(MasterKeys.first(at: now))
    }

    /// The master keys as they were saved last.
    var masterKeys: MasterKeys { saved.withLock { $0 } }

    /// The keys as the next store finds them.
    var keys: StoreKeys {
        StoreKeys(masterKeys: masterKeys, signer: signer) { keys in
            self.saved.withLock { $0 = keys }
        }
    }

    /// Changes the saved master keys, as an operator might.
    func change(_ body: (inout MasterKeys) -> Void) {
        saved.withLock { body(&$0) }
    }
}
