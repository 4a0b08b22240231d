/// Says that keys, a seal or a signed note could not be used, and what to do.
///
/// Holds no key, nothing that was sealed and no identifier of a patient.
public struct VaultError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Says what went wrong; more may come.
    public struct Code: Hashable, Sendable {
        /// The code's name.
        public let name: String
        private init(_ name: String) { self.name = name }

        /// The text of the master keys cannot be used.
        public static let unreadableKeys = Code("unreadable-keys")
        /// The master key of that version is not there.
        public static let missingKey = Code("missing-key")
        /// What was sealed or wrapped was changed, moved or made with another key.
        public static let brokenSeal = Code("broken-seal")
        /// A text cannot be signed, or a key's name or size is wrong.
        public static let unusableNote = Code("unusable-note")
        /// A note is not written as notes are.
        public static let malformedNote = Code("malformed-note")
        /// A note bears no good signature of the key that was asked for.
        public static let untrustedNote = Code("untrusted-note")
        /// A proof does not lead to the root.
        public static let brokenProof = Code("broken-proof")
    }

    /// What went wrong.
    public let code: Code
    /// What failed and what to do.
    public let message: String

    /// Makes the error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The code and the message.
    public var description: String { "\(code.name): \(message)" }
}
