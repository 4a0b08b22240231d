/// Says where a referral stands.
///
/// The states and their names are CLP-1's.
public enum ReferralState: String, CaseIterable, Sendable {
    /// Written by the initiator and not yet sent; known to its agent only. Leaves by request.
    case draft
    /// Accepted by the broker. Leaves by receive, accept, decline, cancel, expire.
    case requested
    /// The recipient's agent has stored it. Leaves by accept, decline, redirect, ask, hold.
    case received
    /// The recipient asked something. Leaves by answer, back to where it was.
    case infoRequested = "info-requested"
    /// The recipient takes the patient on. Leaves by schedule, note, complete and others.
    case accepted
    /// An appointment stands. Leaves by note, no-show, cancel-appointment, complete and others.
    case scheduled
    /// The patient did not come. Leaves by schedule, cancel-appointment, complete, decline.
    case noShow = "no-show"
    /// The appointment was called off. Leaves by schedule, decline.
    case appointmentCancelled = "appointment-cancelled"
    /// The visit took place, an interim note may exist. Leaves by note, complete and others.
    case seen
    /// Paused. Leaves by resume, back to where it was.
    case onHold = "on-hold"
    /// The initiator wants it cancelled. Leaves by confirm-cancel, refuse-cancel, complete.
    case cancelRequested = "cancel-requested"
    /// The final result was sent. Leaves by acknowledge, correct.
    case completed
    /// The initiator acknowledged the result: the loop is closed. Leaves by correct only.
    case closed
    /// The recipient will not see the patient. Ended; refer-again opens a new leg.
    case declined
    /// Passed on to another service. Ended; the broker opened a new leg.
    case redirected
    /// Called off. Ended; refer-again opens a new leg.
    case cancelled
    /// Could not be carried out. Ended.
    case failed
    /// A clock ran out. Ended; refer-again opens a new leg.
    case expired
    /// Should never have been. Ended.
    case enteredInError = "entered-in-error"

    /// Whether nothing is left to do.
    public var hasEnded: Bool {
        switch self {
        case .closed, .declined, .redirected, .cancelled, .failed, .expired, .enteredInError: true
        default: false
        }
    }
}

/// Says in which part somebody moves a referral.
public enum ReferralActor: String, CaseIterable, Sendable {
    /// The side that refers and wants the result.
    case initiator
    /// The side that is asked to see the patient.
    case recipient
    /// A coordinator, acting for one of the two and recorded as such.
    case coordinator
    /// The broker's own clocks and deliveries.
    case broker
}

/// Says how soon a referral is to be seen to.
public enum Priority: String, CaseIterable, Sendable {
    /// In turn.
    case routine
    /// Before routine ones.
    case urgent
    /// At once.
    case stat
}
