/// Says that a store could not do something, and what its operator can do.
///
/// Holds nothing clinical.
public struct StoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Says what went wrong; more may come.
    public struct Code: Hashable, Sendable {
        /// The code's name.
        public let name: String
        private init(_ name: String) { self.name = name }

        /// Another process owns the data directory.
        public static let alreadyOpen = Code("already-open")
        /// Files or folders are missing, or their modes are too open.
        public static let unusableDirectory = Code("unusable-directory")
        /// The database is damaged or not careloop's.
        public static let corrupt = Code("corrupt")
        /// A safety setting did not take.
        public static let unsafeSetting = Code("unsafe-setting")
        /// Reading or writing failed.
        public static let inputOutput = Code("input-output")
        /// The disk is full.
        public static let full = Code("full")
        /// The writes contradict what is stored: a defect of the broker.
        public static let contradiction = Code("contradiction")
        /// The store was made by a newer version.
        public static let tooNew = Code("too-new")
        /// The store was made by a version that was never released.
        public static let tooOld = Code("too-old")
        /// The store was made by an earlier version, and only a broker's start migrates it.
        public static let notMigrated = Code("not-migrated")
        /// What was asked for is not there.
        public static let absent = Code("absent")
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
