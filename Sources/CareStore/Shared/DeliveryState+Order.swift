package import CareModel

extension DeliveryState {
    /// Whether a delivery in this state keeps later ones of the same mailbox and thread waiting.
    ///
    /// What waits for a verdict does not: it may wait for days, and what follows has verdicts of
    /// its own.
    package var blocksSuccessors: Bool {
        switch self {
        case .queued, .sending, .delivered: true
        default: false
        }
    }

    /// Whether the delivery waits for a verdict.
    package var awaitsVerdict: Bool { self == .held || self == .withheld }
}

extension Referral {
    /// Whether a second referral of the patient to the same place would be a possible duplicate.
    package var isOpen: Bool { !state.hasEnded }

    /// Whether something is left to do, so that it stands on a worklist.
    package var isOnWorklist: Bool { worklist(at: updatedAt) != nil }

    /// What its patient has open only once.
    package var openKey: OpenReferralKey {
        OpenReferralKey(patient: patient, to: to, initiator: initiator)
    }
}
