import CareModel
import CareVault
import Foundation
import Testing

/// Is the text of AUDIT-1, found from this file.
struct Specification {
    private let text: String

    init() throws {
        let root = URL(filePath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        text = try String(contentsOf: root.appending(path: "Protocols/AUDIT-1.md"), encoding: .utf8)
    }

    /// The lines of the block that begins with ```` ```name ````, each ended by a newline.
    func block(_ name: String) throws -> String {
        let opening = try #require(text.range(of: "\n```\(name)\n"))
        let closing = try #require(text[opening.upperBound...].range(of: "\n```\n"))
        return String(text[opening.upperBound..<closing.lowerBound]) + "\n"
    }
}

/// Reads an event as section 8 of AUDIT-1 writes it.
func record(json: some StringProtocol) throws -> AuditRecord {
    let fields = try #require(
        try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    func text(_ name: String) -> String? { fields[name] as? String }
    func integer(_ name: String) -> Int64? { (fields[name] as? NSNumber)?.int64Value }
    var event = AuditEvent(
        try #require(text("kind").flatMap(AuditEvent.Kind.init(rawValue:))),
        at: Timestamp(milliseconds: try #require(integer("at"))),
        outcome: try #require(text("outcome")))
    event.agent = text("agent").flatMap { AgentID($0) }
    event.organisation = text("organisation").flatMap { OrganisationID($0) }
    event.recipient = text("recipient").flatMap { Mailbox($0) }
    event.message = integer("message").map(MessageNumber.init)
    event.delivery = integer("delivery").map(DeliveryID.init)
    event.referral = text("referral").flatMap { ReferralID($0) }
    event.patient = text("patient").flatMap { PatientKey(bytes: bytes($0)) }
    event.rule = text("rule")
    event.purpose = text("purpose")
    event.epoch = integer("epoch").map { UInt32(clamping: $0) }
    return AuditRecord(sequence: try #require(integer("sequence")), event: event)
}
