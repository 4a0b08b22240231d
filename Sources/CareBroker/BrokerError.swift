/// Says why a broker could not start or had to end, and what its operator can do.
public struct BrokerError: Error, Sendable, CustomStringConvertible {
    /// Says what went wrong; more may come.
    public struct Code: Hashable, Sendable {
        /// The code's name.
        public let name: String
        private init(_ name: String) { self.name = name }

        /// A socket could not be made or bound.
        public static let socket = Code("socket")
        /// A stranger got in: the sockets are not safe.
        public static let insecure = Code("insecure")
        /// The store failed.
        public static let store = Code("store")
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
