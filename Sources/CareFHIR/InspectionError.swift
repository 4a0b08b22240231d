/// Says why a document was refused.
///
/// Holds nothing of its content.
public struct InspectionError: Error, Hashable, Sendable {
    /// Is a reason by name; more may be added.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The name, as CLP/1 and people see it.
        public let rawValue: String
        /// Makes the code of that name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The bytes are not one JSON text in UTF-8.
        public static let notJSON = Code(rawValue: "not-json")
        /// The JSON is not the FHIR it has to be.
        public static let notFHIR = Code(rawValue: "not-fhir")
        /// Objects and arrays nest beyond the limit.
        public static let tooDeep = Code(rawValue: "too-deep")
        /// More bytes, values or entries than the limit.
        public static let tooLarge = Code(rawValue: "too-large")
        /// A name occurs twice in an object.
        public static let duplicateKey = Code(rawValue: "duplicate-key")
        /// Two entries of a Bundle go by the same name.
        public static let duplicateEntry = Code(rawValue: "duplicate-entry")
        /// The document is about no patient.
        public static let patientMissing = Code(rawValue: "patient-missing")
        /// The document is about another patient than its envelope.
        public static let patientMismatch = Code(rawValue: "patient-mismatch")
        /// A reference to the patient leads nowhere.
        public static let patientUnresolved = Code(rawValue: "patient-unresolved")
        /// The document is about more than one patient.
        public static let severalPatients = Code(rawValue: "several-patients")
        /// The document does not hold what a message of its kind has to.
        public static let kindMismatch = Code(rawValue: "kind-mismatch")
    }

    /// The reason.
    public let code: Code
    /// What failed and what to do, without anything of the document's content.
    public let message: String

    /// Makes the error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension InspectionError: CustomStringConvertible {
    /// The code and the message.
    public var description: String { "\(code.rawValue): \(message)" }
}

extension InspectionError {
    init(_ error: JSONError) {
        switch error.reason {
        case .syntax:
            self.init(.notJSON, "The document is not JSON (byte \(error.offset)). Send valid JSON.")
        case .byteOrderMark where error.offset == 0:
            self.init(
                .notJSON,
                "The document begins with a byte order mark, as some Windows programs write it, "
                    + "which JSON must not have. Save it as UTF-8 without one.")
        case .byteOrderMark:
            self.init(
                .notJSON,
                "A byte order mark stands within the document (byte \(error.offset)), as when "
                    + "files are joined. Take it out.")
        case .wideCharacters:
            self.init(
                .notJSON,
                "The document is UTF-16 or UTF-32. Save it as UTF-8 without a byte order mark.")
        case .zeroByte:
            self.init(
                .notJSON,
                "The document has bytes that are zero where JSON has none (from byte "
                    + "\(error.offset)). Send the text alone.")
        case .severalValues:
            self.init(
                .notJSON,
                "More follows after the document (byte \(error.offset)). "
                    + "Send one resource or one Bundle, not lines of several.")
        case .notUTF8:
            self.init(
                .notJSON, "The document is not UTF-8 (byte \(error.offset)). Send UTF-8 text.")
        case .tooDeep:
            self.init(.tooDeep, "The document nests too deep (byte \(error.offset)). Flatten it.")
        case .tooLarge:
            self.init(.tooLarge, "The document is larger than the limit. Send less at a time.")
        case .duplicateKey:
            self.init(
                .duplicateKey,
                "An object before byte \(error.offset) names an element twice, which readers "
                    + "understand in different ways. Name each element once.")
        case .escapedKey:
            self.init(
                .notFHIR,
                "An element name at byte \(error.offset) is written with escapes. "
                    + "Write element names plainly.")
        }
    }
}
