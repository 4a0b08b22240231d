/// Says whose move is next.
public enum WaitsFor: String, Sendable {
    /// The initiator's side.
    case initiator
    /// The recipient's side.
    case recipient
    /// Nobody: it has ended.
    case nobody
}

/// Says why a referral is still open, in the words of a coordinator's worklist.
public enum Worklist: String, CaseIterable, Sendable {
    /// Nobody on the other side has collected it.
    case awaitingReceipt = "awaiting receipt"
    /// Collected, not yet accepted or declined.
    case awaitingTriage = "awaiting triage"
    /// The initiator owes an answer.
    case informationOwed = "information owed"
    /// Accepted, no appointment.
    case notBooked = "accepted, not booked"
    /// The appointment is to come.
    case booked = "booked"
    /// The appointment has passed and nothing came.
    case datePassed = "date passed, no result"
    /// Missed or called off, and not booked again.
    case notRebooked = "not rebooked"
    /// Only an interim note came.
    case interimOnly = "interim only"
    /// Paused.
    case onHold = "on hold"
    /// The recipient owes an answer to the wish to cancel.
    case cancelUnanswered = "cancel unanswered"
    /// The final result waits for its acknowledgement.
    case notAcknowledged = "result not acknowledged"
    /// Declined or expired, and not referred again.
    case notReferredAgain = "not referred again"
}

extension Referral {
    /// Whose move is next.
    public var waitsFor: WaitsFor {
        switch state {
        case .infoRequested, .completed, .draft: .initiator
        case .closed, .declined, .redirected, .cancelled, .failed, .expired, .enteredInError:
            .nobody
        default: .recipient
        }
    }

    /// The worklist it stands on at `now`; nil if nothing is left to do.
    public func worklist(at now: Timestamp) -> Worklist? {
        switch state {
        case .draft, .requested: .awaitingReceipt
        case .received: .awaitingTriage
        case .infoRequested: .informationOwed
        case .accepted: .notBooked
        case .scheduled: (appointment?.end ?? .distantFuture) < now ? .datePassed : .booked
        case .noShow, .appointmentCancelled: .notRebooked
        case .seen: .interimOnly
        case .onHold: .onHold
        case .cancelRequested: .cancelUnanswered
        case .completed: .notAcknowledged
        case .declined, .expired: next == nil ? .notReferredAgain : nil
        case .closed, .redirected, .cancelled, .failed, .enteredInError: nil
        }
    }
}

extension Referral {
    /// The organisations that take part in the patient's care by it: both, once somebody of the
    /// other has collected the request, and only who referred if the answer was no.
    ///
    /// Nobody joins by a word of their own alone: a referral to oneself, or one that nobody has
    /// collected, counts for nothing.
    public var careTeam: Set<OrganisationID> {
        guard initiator != recipient else { return [] }
        switch state {
        case .draft, .requested, .expired, .failed, .cancelled, .enteredInError: return []
        case .declined, .redirected: return [initiator]
        default: return [initiator, recipient]
        }
    }
}
