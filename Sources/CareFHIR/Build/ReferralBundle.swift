public import CareModel

/// Is a request for referral: a ServiceRequest and its patient.
public struct ReferralBundle: Hashable, Sendable {
    /// What all bundles have.
    public var draft: BundleDraft
    /// Why the patient is referred, in words.
    public var reason: String
    /// The reason's code, if there is one.
    public var reasonCode: Coding?
    /// FHIR request priority: `routine`, `urgent`, `asap` or `stat`.
    public var priority: String
    /// What is asked for, in words.
    public var service: String?
    /// More to say.
    public var note: String?

    /// Makes the request.
    public init(
        draft: BundleDraft, reason: String, reasonCode: Coding? = nil,
        priority: String = "routine", service: String? = nil, note: String? = nil
    ) {
        self.draft = draft
        self.reason = reason
        self.reasonCode = reasonCode
        self.priority = priority
        self.service = service
        self.note = note
    }

    /// The Bundle as JSON.
    public var bytes: [UInt8] {
        draft.bundle(
            "ServiceRequest",
            [
                ("basedOn", draft.basedOn), ("status", .string("active")),
                ("intent", .string("order")), ("priority", .string(priority)),
                ("code", service.map { .concept(nil, text: $0) }),
                ("subject", draft.patientReference), ("authoredOn", draft.date),
                ("requester", draft.authorReference),
                ("reasonCode", .array([.concept(reasonCode, text: reason)])),
                ("note", note.map { .array([.members([("text", .string($0))])]) }),
            ])
    }
}
