import CZeroMQ

extension Socket {
    /// Makes the socket a CURVE server that lets nobody in whom the ZAP handler did not accept.
    ///
    /// libzmq accepts everybody when no handler answers, and asks none for an empty domain. This
    /// sets a domain and option 93 (`ZMQ_ZAP_ENFORCE_DOMAIN`) and reads both, and the mechanism,
    /// back. Bind the handler in the same context first; inproc peers pass without any of it.
    /// - Throws: `.invalidArgument` for an empty or over-long domain or a libzmq without option
    ///   93, `.notSupported` for one without CURVE or one that did not keep the settings,
    ///   `.wrongState` after bind or connect.
    public func secureAsServer(
        secretKey: CurveSecretKey, domain: String
    ) throws(ZeroMQError) {
        guard (1...255).contains(domain.utf8.count) else {
            throw ZeroMQError(
                .invalidArgument, "secure server socket", reason: "the domain is empty or too long")
        }
        try set(.curveServer, to: true)
        try set(.curveSecretKey, to: secretKey)
        try set(.zapDomain, to: domain)
        try set(.zapEnforceDomain, to: true)
        let isServer = try value(of: .curveServer)
        let isEnforced = try value(of: .zapEnforceDomain)
        let keptDomain = try value(of: .zapDomain)
        guard isServer, isEnforced, keptDomain == domain else {
            throw ZeroMQError(
                .notSupported, "secure server socket", reason: "libzmq did not keep the settings")
        }
        try requireCurve("secure server socket")
    }

    /// Makes the socket a CURVE client that talks only to the server with `serverKey`.
    ///
    /// - Throws: `.notSupported` for a libzmq without CURVE, `.wrongState` after bind or connect.
    public func secureAsClient(
        keys: CurveKeyPair, serverKey: CurvePublicKey
    ) throws(ZeroMQError) {
        try set(.curveServerKey, to: serverKey)
        try set(.curvePublicKey, to: keys.publicKey)
        try set(.curveSecretKey, to: keys.secretKey)
        try requireCurve("secure client socket")
    }

    private func requireCurve(_ operation: String) throws(ZeroMQError) {
        guard try value(of: .mechanism) == ZMQ_CURVE else {
            throw ZeroMQError(.notSupported, operation, reason: "the mechanism is not CURVE")
        }
    }
}
