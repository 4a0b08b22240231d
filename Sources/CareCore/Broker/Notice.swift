public import CareModel

/// Is something an operator may want to read in the log of a running broker.
///
/// Names of agents, numbers and codes only: nothing here leads to a patient.
public enum Notice: Equatable, Sendable {
    /// Says how a session ended.
    public enum SessionEnd: String, Sendable {
        /// The agent said so, said hello again, or its rights changed.
        case said
        /// It fell silent or its connection was lost.
        case lost
    }

    /// An agent's session began.
    case sessionBegan(AgentID)
    /// It ended, so long after it began.
    case sessionEnded(AgentID, SessionEnd, after: Duration)
    /// A delivery ended without acknowledgement.
    case deliveryFailed(DeliveryID, DeliveryState, code: String)
    /// A stored document is not what it was; its delivery was set aside.
    case quarantined(DeliveryID)
    /// No copy of a message's document could be made that leaves out what must be; nothing left.
    case copyNotMade(MessageNumber)
}
