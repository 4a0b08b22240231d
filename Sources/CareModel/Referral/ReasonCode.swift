/// Is a coded reason, one of the set that its move names in `referral-lifecycle.json`.
public struct ReasonCode: Hashable, Sendable, CustomStringConvertible {
    /// The code as CLP/1 carries it.
    public let code: String
    /// Wraps a code; whether a move knows it is ``ReasonSet/contains(_:)``'s to say.
    public init(_ code: String) { self.code = code }
    /// The code.
    public var description: String { code }
    /// The code that says nothing by itself: it needs a comment, which travels as payload.
    public static let other = ReasonCode("other")
}

/// Is the set of coded reasons that a move may or must give.
public struct ReasonSet: Hashable, Sendable {
    /// Names the set in `referral-lifecycle.json`.
    public let name: String
    /// The codes, in the order people are shown them.
    public let codes: [String]

    /// Whether `reason` is one of the set.
    public func contains(_ reason: ReasonCode) -> Bool { codes.contains(reason.code) }
}

extension ReasonSet {
    /// Why a patient is referred.
    public static let request = ReasonSet(
        name: "request",
        codes: [
            "assessment", "treatment", "procedure", "second-opinion", "follow-up", "advice",
        ])
    /// Why the recipient will not see the patient.
    public static let decline = ReasonSet(
        name: "decline",
        codes: [
            "capacity", "no-appointments", "not-clinically-appropriate", "wrong-service",
            "not-eligible", "further-information-required", "prerequisites-incomplete",
            "outpatient-not-required", "distance", "patient-choice", "could-not-contact",
            "duplicate", "other",
        ])
    /// Why a referral or an appointment is called off.
    public static let cancel = ReasonSet(
        name: "cancel",
        codes: [
            "raised-in-error", "no-longer-required", "patient-died", "patient-request",
            "booked-elsewhere", "referrer-cancellation", "provider-cancellation", "other",
        ])
    /// Why the patient did not come.
    public static let noShow = ReasonSet(
        name: "no-show",
        codes: [
            "forgot", "ill", "arrived-too-late", "cancelled-too-late", "died", "unknown", "other",
        ])
    /// What is missing.
    public static let ask = ReasonSet(
        name: "ask",
        codes: [
            "clinical-information", "test-result", "imaging", "medication-list", "demographics",
            "consent", "insurance", "other",
        ])
    /// Why an appointment is moved.
    public static let reschedule = ReasonSet(
        name: "reschedule",
        codes: ["patient-request", "provider-request", "missed", "called-off", "other"])
    /// How the visit ended.
    public static let outcome = ReasonSet(
        name: "outcome",
        codes: [
            "advice-given", "treated", "ongoing-care", "follow-up-needed", "nothing-found",
            "not-seen", "other",
        ])
    /// Why the recipient does not agree to a cancellation.
    public static let refuseCancel = ReasonSet(
        name: "refuse-cancel",
        codes: ["already-seen", "in-treatment", "patient-wishes-to-go-on", "other"])
    /// Why a referral pauses.
    public static let hold = ReasonSet(
        name: "hold",
        codes: [
            "patient-unavailable", "patient-choice", "awaiting-test", "awaiting-funding",
            "capacity",
            "other",
        ])
    /// Which clock ran out.
    public static let expire = ReasonSet(
        name: "expire", codes: ["receipt", "triage", "information", "booking"])
    /// What the initiator does with the result.
    public static let acknowledge = ReasonSet(
        name: "acknowledge", codes: ["no-further-action", "follow-up-planned"])
    /// What comes after the final note.
    public static let correct = ReasonSet(name: "correct", codes: ["addendum", "correction"])
    /// Why a referral should never have been.
    public static let error = ReasonSet(
        name: "error",
        codes: ["wrong-patient", "wrong-service", "duplicate", "entered-by-mistake", "other"])
    /// Why a referral cannot be carried out.
    public static let fail = ReasonSet(
        name: "fail",
        codes: [
            "undeliverable", "could-not-contact", "patient-moved", "patient-died", "technical",
            "other",
        ])

    /// Every set.
    public static let all: [ReasonSet] = [
        request, decline, cancel, noShow, ask, reschedule, outcome, refuseCancel, hold, expire,
        acknowledge, correct, error, fail,
    ]
}
