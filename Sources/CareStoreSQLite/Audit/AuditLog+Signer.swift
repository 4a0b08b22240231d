public import CareVault

extension AuditLog {
    /// Makes the signer of a log from its seed of 32 bytes: named after the key, so that the origin
    /// of a checkpoint is the name of the key that signed it.
    public static func signer(seed: [UInt8]) throws(VaultError) -> NoteSigner {
        let key = try NoteSigner(name: "careloop", seed: seed).verifier.publicKey
        return try NoteSigner(name: origin(of: key), seed: seed)
    }
}
