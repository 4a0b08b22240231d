import CZeroMQ

/// A CURVE identity: a public key to hand out and a secret one to keep.
public struct CurveKeyPair: Sendable {
    /// The half to hand out.
    public let publicKey: CurvePublicKey
    /// The half to keep.
    public let secretKey: CurveSecretKey

    /// Completes a secret key with its public half.
    ///
    /// - Throws: `.notSupported` for a libzmq without CURVE.
    public init(secretKey: CurveSecretKey) throws(ZeroMQError) {
        self.publicKey = try secretKey.publicKey()
        self.secretKey = secretKey
    }

    private init(publicKey: CurvePublicKey, secretKey: CurveSecretKey) {
        self.publicKey = publicKey
        self.secretKey = secretKey
    }

    /// Makes a new identity from the system's randomness.
    ///
    /// - Throws: `.notSupported` for a libzmq without CURVE.
    public static func generate() throws(ZeroMQError) -> CurveKeyPair {
        var publicText = [CChar](repeating: 0, count: 41)
        var secretText = [CChar](repeating: 0, count: 41)
        guard zmq_curve_keypair(&publicText, &secretText) == 0 else {
            throw .last("generate key pair")
        }
        guard let publicKey = CurvePublicKey(z85: key(publicText)),
            let secretKey = CurveSecretKey(z85: key(secretText))
        else { throw ZeroMQError(.invalidArgument, "generate key pair") }
        return CurveKeyPair(publicKey: publicKey, secretKey: secretKey)
    }

    private static func key(_ text: [CChar]) -> String {
        String(decoding: text.prefix(40).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
