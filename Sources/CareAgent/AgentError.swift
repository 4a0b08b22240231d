public import CareModel

/// Says that an agent could not do something, and what to do next.
///
/// Nothing clinical.
public struct AgentError: Error, Sendable, CustomStringConvertible {
    /// Says what went wrong; more may come.
    public struct Code: Hashable, Sendable {
        /// The code's name, stable for scripts.
        public let name: String
        /// Makes a code.
        public init(_ name: String) { self.name = name }

        /// No broker answered in time.
        public static let unreachable = Code("unreachable")
        /// The broker said no; ``AgentError/refusal`` says why.
        public static let refused = Code("refused")
        /// The context is missing or cannot be read.
        public static let unusableContext = Code("unusable-context")
        /// The local mail cannot be read or written.
        public static let unusableStore = Code("unusable-store")
        /// What was asked for is not there.
        public static let notFound = Code("not-found")
        /// The broker's answer does not fit together.
        public static let brokenAnswer = Code("broken-answer")
        /// The agent was stopped before it was done.
        public static let stopped = Code("stopped")
        /// The message was taken back before it had an answer.
        public static let discarded = Code("discarded")
        /// The message's time passed before it had an answer.
        public static let expired = Code("expired")
        /// Too much is asked at once.
        public static let overloaded = Code("overloaded")
        /// What was asked for makes no sense.
        public static let invalid = Code("invalid")
    }

    /// What went wrong.
    public let code: Code
    /// What failed and what to do.
    public let message: String
    /// The broker's refusal, if it was one.
    public let refusal: BrokerRefusal?

    /// Makes the error.
    public init(_ code: Code, _ message: String, refusal: BrokerRefusal? = nil) {
        self.code = code
        self.message = message
        self.refusal = refusal
    }

    /// The message.
    public var description: String { message }
}
