public import CareVault

/// Is what a store seals with, and what it signs its audit log with; both live outside its folder.
public struct StoreKeys: Sendable {
    /// The keys that wrap the patients' data keys.
    public var masterKeys: MasterKeys
    /// Signs the checkpoints of the audit log.
    public let signer: NoteSigner
    /// Makes changed master keys durable before it returns; called on the store's thread.
    public let save: @Sendable (MasterKeys) throws -> Void

    /// Takes the keys as they were read.
    public init(
        masterKeys: MasterKeys, signer: NoteSigner,
        save: @escaping @Sendable (MasterKeys) throws -> Void
    ) {
        self.masterKeys = masterKeys
        self.signer = signer
        self.save = save
    }
}
