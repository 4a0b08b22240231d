/// Names a move: what somebody does to a referral.
public enum ReferralMove: String, CaseIterable, Sendable {
    /// Refers the patient.
    case request
    /// Collects the referral; made by the acknowledgement of the recipient's agent.
    case receive
    /// Takes the patient on.
    case accept
    /// Will not see the patient.
    case decline
    /// Passes the referral on to another service.
    case redirect
    /// Asks the initiator for something that is missing.
    case ask
    /// Answers what was asked.
    case answer
    /// Books or moves the appointment.
    case schedule
    /// Records that the patient did not come.
    case noShow = "no-show"
    /// Calls the appointment off.
    case cancelAppointment = "cancel-appointment"
    /// Sends an interim note: the visit took place.
    case note
    /// Sends the final note.
    case complete
    /// Calls the referral off, or asks for that once the recipient has it.
    case cancel
    /// Agrees to the cancellation.
    case confirmCancel = "confirm-cancel"
    /// Does not agree to the cancellation.
    case refuseCancel = "refuse-cancel"
    /// Pauses.
    case hold
    /// Goes on after a pause.
    case resume
    /// Ends it because a clock ran out.
    case expire
    /// Acknowledges the result and closes the loop.
    case acknowledge
    /// Opens a new leg after one that ended without a visit.
    case referAgain = "refer-again"
    /// Sends an addendum or a correction after the final note.
    case correct
    /// Strikes out a referral that should never have been.
    case enterInError = "enter-in-error"
    /// Ends it because it cannot be carried out.
    case fail
}
