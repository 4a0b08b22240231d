internal import CareModel

/// Says what one recipient may have of a document, for what purpose, and what decided.
struct Clearance {
    /// What decided.
    let verdict: Verdict
    /// Why the data would be used.
    let purpose: Coding
    /// The patient's consent epoch.
    let epoch: UInt32
    /// What is left out of the copy; nil if nothing is, or nothing leaves.
    var redaction: Redaction?
    /// Why nothing leaves; nil if something does.
    var refusal: Refusal?

    /// How the audit log names it.
    var outcome: String {
        if let refusal { return refusal.code.rawValue }
        return redaction == nil ? "permit" : "permit-redacted"
    }

    /// Whether the recipient gets the document as its sender wrote it.
    var isWhole: Bool { refusal == nil && redaction == nil }
}

extension AuditEvent {
    /// Notes what decided.
    mutating func note(_ clearance: Clearance) {
        outcome = clearance.outcome
        rule = clearance.verdict.explanation
        purpose = clearance.purpose.code
        epoch = clearance.epoch
    }
}
