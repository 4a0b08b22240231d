/// Says what a move comes to.
public enum MoveOutcome: Equatable, Sendable {
    /// Legal: the referral goes to this state.
    case moves(to: ReferralState)
    /// The referral is there already; an acknowledged no-op.
    case unchanged
    /// A new leg opens, this one stays as it is.
    case newLeg
    /// Not from this state, or not by this actor.
    case illegal
    /// Legal, if a coded reason of the set were given.
    case reasonMissing(ReasonSet)
}

extension Referral {
    /// Judges a move without making it.
    ///
    /// - Parameters:
    ///   - move: what is to be done.
    ///   - actor: in which part.
    ///   - reason: the coded reason given, if any.
    public func outcome(
        of move: ReferralMove, by actor: ReferralActor, reason: ReasonCode?
    ) -> MoveOutcome {
        guard let row = row(of: move, by: actor) else {
            return isAlreadyThere(move, by: actor) ? .unchanged : .illegal
        }
        if case .required(let set) = row.reason, reason.map(set.contains) != true {
            return .reasonMissing(set)
        }
        switch row.to {
        case .state(let state): return .moves(to: state)
        case .whereItWas: return .moves(to: resumeStates.last ?? .received)
        case .newLeg: return .newLeg
        }
    }

    /// The moves `actor` may make now, in the order of the table; without `receive`, which an
    /// acknowledgement makes by itself.
    public func allowedMoves(for actor: ReferralActor) -> [ReferralMove] {
        ReferralMove.allCases.filter { $0 != .receive && row(of: $0, by: actor) != nil }
    }

    /// Makes a move that ``outcome(of:by:reason:)`` found legal.
    public mutating func make(
        _ move: ReferralMove, to target: ReferralState, reason: ReasonCode?, at now: Timestamp
    ) {
        if target.isDetour, move != .refuseCancel {
            resumeStates.append(state)
        } else if state.isDetour, target == resumeStates.last {
            resumeStates.removeLast()
        } else {
            resumeStates = []
        }
        if move == .answer { dueAt = nil }
        if target == .appointmentCancelled || target == .noShow { appointment = nil }
        state = target
        version += 1
        updatedAt = now
        lastReason = reason
    }

    private func row(of move: ReferralMove, by actor: ReferralActor) -> Transition? {
        let rows = Transition.rows(of: move, from: state)
        guard let row = rows.first(where: { $0.actors.contains(actor) }) else { return nil }
        return isStruckOutByTheOtherSide(move, by: actor) ? nil : row
    }

    /// A question may come before or after acceptance, so the table cannot say who may strike the
    /// referral out while it is open: the initiator before acceptance, a coordinator after.
    private func isStruckOutByTheOtherSide(_ move: ReferralMove, by actor: ReferralActor) -> Bool {
        guard move == .enterInError, state == .infoRequested else { return false }
        return (resumeStates.first == .received) != (actor == .initiator)
    }

    private func isAlreadyThere(_ move: ReferralMove, by actor: ReferralActor) -> Bool {
        Transition.table.contains { row in
            row.move == move && row.to == .state(state) && row.actors.contains(actor)
        }
    }
}

extension ReferralState {
    /// Whether the referral goes back from here to where it was.
    public var isDetour: Bool {
        switch self {
        case .infoRequested, .onHold, .cancelRequested: true
        default: false
        }
    }
}
