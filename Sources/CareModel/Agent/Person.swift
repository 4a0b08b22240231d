/// Is the person on whose behalf a program acts, as the agent's organisation knows them.
///
/// The broker believes the agent and checks nothing. It is for the audit log, where FHIR AuditEvent
/// calls them the human agent beside the program. Nothing clinical, and no patient.
public struct Person: Hashable, Sendable {
    /// Who it is, such as a number in the organisation's staff register.
    public let identifier: BusinessIdentifier
    /// The name, for those who read the audit log; nil if it is not told.
    public let name: String?
    /// What they are in the organisation, as a code of its own; nil if it is not told.
    public let role: String?

    /// No part may be longer.
    public static let partByteCountMax = 200

    /// Makes the person; nil if a part is blank, over 200 bytes long or holds a control character,
    /// or if the role is no code of 1 to 64 of `a-z 0-9 -`.
    ///
    /// The identifier's system alone may be empty.
    public init?(identifier: BusinessIdentifier, name: String? = nil, role: String? = nil) {
        guard identifier.system.isEmpty || Self.isLine(identifier.system),
            Self.isLine(identifier.value), name.map(Self.isLine) != false,
            role.map(Self.isCode) != false
        else { return nil }
        self.identifier = identifier
        self.name = name
        self.role = role
    }

    /// Whether a text may be a part: one line that can be shown as it is.
    private static func isLine(_ text: String) -> Bool {
        (1...partByteCountMax).contains(text.utf8.count)
            && text.unicodeScalars.contains { !$0.properties.isWhitespace }
            && text.unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate,
                    .privateUse, .unassigned:
                    false
                default: true
                }
            }
    }

    private static func isCode(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "-")
            }
    }
}
