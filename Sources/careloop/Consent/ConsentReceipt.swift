internal import CareModel

/// Is what a broker attests of a directive, as the text of its signed note says.
struct ConsentReceipt: Equatable {
    /// Which directive.
    let consent: ConsentID
    /// Which version of it.
    let version: UInt32
    /// How often the patient's consent had changed by then.
    let epoch: UInt32
    /// `recorded` or `withdrawn`.
    let action: String
    /// When.
    let at: Timestamp
    /// Who did it.
    let agent: String
    /// For which organisation.
    let organisation: String
    /// SHA-256 of the document in hex; nil without one.
    let documentHash: String?

    /// Reads the text of a note; nil for any other text.
    init?(text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count == 10, lines[0] == "careloop consent receipt 1", lines[9].isEmpty,
            let consent = Self.value(lines[1], "consent").flatMap({ ConsentID($0) }),
            let version = Self.value(lines[2], "version").flatMap({ UInt32($0) }),
            let epoch = Self.value(lines[3], "epoch").flatMap({ UInt32($0) }),
            let action = Self.value(lines[4], "action"),
            ["recorded", "withdrawn"].contains(action),
            let at = Self.value(lines[5], "at").flatMap({ Int64($0) }),
            let agent = Self.value(lines[6], "agent").flatMap({ AgentID($0) }),
            let organisation = Self.value(lines[7], "organisation"),
            OrganisationID(organisation) != nil, let document = Self.value(lines[8], "document"),
            let hash = Self.hash(document)
        else { return nil }
        self.consent = consent
        self.version = version
        self.epoch = epoch
        self.action = String(action)
        self.at = Timestamp(milliseconds: at)
        self.agent = agent.name
        self.organisation = String(organisation)
        documentHash = hash.isEmpty ? nil : hash
    }

    /// The hex digits of `sha256:…`, empty for `-`; nil for anything else.
    private static func hash(_ text: Substring) -> String? {
        if text == "-" { return "" }
        let digits = text.dropFirst("sha256:".count)
        let isHash =
            text.hasPrefix("sha256:") && digits.utf8.count == 64
            && digits.allSatisfy { "0123456789abcdef".contains($0) }
        return isHash ? String(digits) : nil
    }

    private static func value(_ line: Substring, _ name: String) -> Substring? {
        line.hasPrefix(name + " ") ? line.dropFirst(name.count + 1) : nil
    }
}
