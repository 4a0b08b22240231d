/// Is one row of the lifecycle: from which states a move leads where, and who may make it.
public struct Transition: Sendable {
    /// Says where a transition ends.
    public enum Target: Hashable, Sendable {
        /// In a state of its own.
        case state(ReferralState)
        /// Where the referral was before the question, the pause or the wish to cancel.
        case whereItWas
        /// In the same ended state; a new leg begins in requested.
        case newLeg
    }

    /// Says whether the move gives a coded reason.
    public enum Reason: Sendable {
        /// None.
        case none
        /// One of the set.
        case required(ReasonSet)
    }

    /// The row of the table in CLP-1 (1 to 21).
    public let row: Int
    /// What is done.
    public let move: ReferralMove
    /// From where.
    public let from: Set<ReferralState>
    /// To where.
    public let to: Target
    /// Who may do it.
    public let actors: Set<ReferralActor>
    /// The coded reason that goes with it.
    public let reason: Reason

    init(
        _ row: Int, _ move: ReferralMove, from: Set<ReferralState>, to: Target,
        by actors: Set<ReferralActor>, reason: Reason = .none
    ) {
        self.row = row
        self.move = move
        self.from = from
        self.to = to
        self.actors = actors
        self.reason = reason
    }
}

extension Transition {
    private static let notEnded = Set(
        ReferralState.allCases.filter { !$0.hasEnded && $0 != .draft })
    private static let withRecipient: Set<ReferralState> = [
        .received, .infoRequested, .accepted, .scheduled, .noShow, .appointmentCancelled, .seen,
        .onHold,
    ]
    private static let beforeAcceptance: Set<ReferralState> = [
        .requested, .received, .infoRequested,
    ]

    /// The whole lifecycle.
    ///
    /// Its published form is `Protocols/referral-lifecycle.json`.
    ///
    /// Sources: IHE 360X, HL7 BSeR, FHIR Task, NHS BaRS and e-RS, which disagree with each other;
    /// CLP-1 says where and why.
    public static let table: [Transition] = [
        Transition(
            1, .request, from: [.draft], to: .state(.requested), by: [.initiator],
            reason: .required(.request)),
        Transition(2, .receive, from: [.requested], to: .state(.received), by: [.recipient]),
        Transition(
            3, .accept, from: [.requested, .received], to: .state(.accepted), by: [.recipient]),
        Transition(
            4, .decline,
            from: [
                .requested, .received, .infoRequested, .accepted, .scheduled, .noShow,
                .appointmentCancelled, .seen,
            ], to: .state(.declined), by: [.recipient], reason: .required(.decline)),
        Transition(
            5, .redirect, from: [.received, .accepted, .scheduled], to: .state(.redirected),
            by: [.recipient, .coordinator], reason: .required(.decline)),
        Transition(
            6, .ask, from: [.received, .accepted, .scheduled, .seen], to: .state(.infoRequested),
            by: [.recipient], reason: .required(.ask)),
        Transition(6, .answer, from: [.infoRequested], to: .whereItWas, by: [.initiator]),
        Transition(
            7, .schedule, from: [.accepted, .appointmentCancelled, .noShow, .seen],
            to: .state(.scheduled), by: [.recipient, .coordinator]),
        Transition(
            7, .schedule, from: [.scheduled], to: .state(.scheduled),
            by: [.recipient, .coordinator], reason: .required(.reschedule)),
        Transition(
            8, .noShow, from: [.scheduled], to: .state(.noShow), by: [.recipient],
            reason: .required(.noShow)),
        Transition(
            9, .cancelAppointment, from: [.scheduled, .noShow, .seen],
            to: .state(.appointmentCancelled), by: [.recipient, .initiator],
            reason: .required(.cancel)),
        Transition(
            10, .note, from: [.accepted, .scheduled, .seen], to: .state(.seen), by: [.recipient]),
        Transition(
            11, .complete, from: [.accepted, .scheduled, .noShow, .seen, .cancelRequested],
            to: .state(.completed), by: [.recipient], reason: .required(.outcome)),
        Transition(
            12, .cancel, from: [.requested], to: .state(.cancelled), by: [.initiator],
            reason: .required(.cancel)),
        Transition(
            13, .cancel, from: withRecipient, to: .state(.cancelRequested), by: [.initiator],
            reason: .required(.cancel)),
        Transition(
            14, .confirmCancel, from: [.cancelRequested], to: .state(.cancelled),
            by: [.recipient, .broker]),
        Transition(
            14, .refuseCancel, from: [.cancelRequested], to: .whereItWas, by: [.recipient],
            reason: .required(.refuseCancel)),
        Transition(
            15, .hold, from: [.received, .accepted, .scheduled, .seen], to: .state(.onHold),
            by: [.recipient, .coordinator], reason: .required(.hold)),
        Transition(
            15, .resume, from: [.onHold], to: .whereItWas, by: [.recipient, .coordinator]),
        Transition(
            16, .expire, from: [.requested, .received, .infoRequested, .accepted],
            to: .state(.expired), by: [.broker], reason: .required(.expire)),
        Transition(
            17, .acknowledge, from: [.completed], to: .state(.closed),
            by: [.initiator, .coordinator], reason: .required(.acknowledge)),
        Transition(
            18, .referAgain, from: [.declined, .cancelled, .expired], to: .newLeg,
            by: [.initiator], reason: .required(.request)),
        Transition(
            19, .correct, from: [.completed, .closed], to: .state(.seen), by: [.recipient],
            reason: .required(.correct)),
        Transition(
            20, .enterInError, from: beforeAcceptance, to: .state(.enteredInError),
            by: [.initiator], reason: .required(.error)),
        Transition(
            20, .enterInError, from: notEnded.subtracting([.requested, .received]),
            to: .state(.enteredInError), by: [.coordinator], reason: .required(.error)),
        Transition(
            21, .fail, from: notEnded, to: .state(.failed), by: [.recipient, .broker],
            reason: .required(.fail)),
    ]

    /// The rows of `move` that leave `state`, whoever makes them.
    public static func rows(of move: ReferralMove, from state: ReferralState) -> [Transition] {
        byMove[move, default: []].filter { $0.from.contains(state) }
    }

    private static let byMove = Dictionary(grouping: table, by: \.move)
}
