import CareStore
import CareVault
import Foundation

extension KeysFolder {
    /// Puts changed master keys in the place of the file's; durable before it returns.
    ///
    /// Versions that an operator took out of the file meanwhile stay out of it. Throws before
    /// anything is changed if the file holds a version that is not known here: it is another
    /// broker's, or newer.
    func save(_ keys: MasterKeys) throws {
        try locked {
            let stored = try masterKeys()
            guard stored.versions.allSatisfy(keys.versions.contains) else {
                throw OperatorFailure(
                    "\(masterKeyFile) holds a key that is not in use here. Restore the file that "
                        + "belongs to this broker.")
            }
            var keys = keys
            for version in keys.versions
            where version < stored.newest && !stored.versions.contains(version) {
                keys.forget(version)
            }
            try replace(with: keys)
        }
    }

    /// Takes a version out of the file.
    func forget(_ version: Int) throws {
        try locked {
            var keys = try masterKeys()
            guard keys.forget(version) else { return }
            try replace(with: keys)
        }
    }

    private func replace(with keys: MasterKeys) throws {
        do {
            guard !isCredentials else {
                throw OperatorFailure("\(path) belongs to systemd and cannot be written.")
            }
            try PrivateFile.replace(keys.text, at: masterKeyFile)
        } catch let failure as OperatorFailure {
            throw OperatorFailure(
                "\(failure.message) So the master keys stay as they are. Give the broker a folder "
                    + "of keys that it may write to (keys.directory in careloopd.json, and no "
                    + "LoadCredential or CARELOOPD_KEYS_DIRECTORY), restart it, and try again.")
        }
    }

    /// Keeps the broker and an operator's command from changing the file at the same time.
    private func locked(_ body: () throws -> Void) throws {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0, flock(descriptor, LOCK_EX) == 0 else {
            throw OperatorFailure("\(path) cannot be locked: \(String(cString: strerror(errno))).")
        }
        defer { close(descriptor) }
        try body()
    }
}

extension StoreError {
    /// Says that changed keys could not be kept; the message names files only.
    init(savingKeys error: any Error) {
        self.init(.inputOutput, (error as? OperatorFailure)?.message ?? "\(error)")
    }
}
