import CareModel
import Testing

@Suite("Who may do what, and where it leads")
struct LifecycleTests {
    @Test("every state, move and actor comes out as described", arguments: ReferralState.allCases)
    func everyTriple(state: ReferralState) throws {
        let legal = try LifecycleMatrix.legal(in: state)
        let repeatable = try LifecycleMatrix.repeatable(in: state)
        let referral = try Sample.referral(state, after: Sample.resumeStates(of: state))
        for move in ReferralMove.allCases {
            for actor in ReferralActor.allCases {
                if state == .infoRequested, move == .enterInError { continue }
                let place = "\(state.rawValue), \(move.rawValue), \(actor.rawValue)"
                if let entry = legal.first(where: { $0.move == move && $0.actors.contains(actor) })
                {
                    try expectLegal(entry, of: referral, by: actor, place)
                } else {
                    let isRepeated = repeatable.contains {
                        $0.move == move && $0.actors.contains(actor)
                    }
                    let outcome = referral.outcome(of: move, by: actor, reason: nil)
                    #expect(outcome == (isRepeated ? .unchanged : .illegal), "\(place)")
                }
            }
        }
    }

    private func expectLegal(
        _ entry: LifecycleMatrix.Entry, of referral: Referral, by actor: ReferralActor,
        _ place: String
    ) throws {
        let expected: MoveOutcome =
            switch entry.target {
            case "back": .moves(to: try #require(referral.resumeStates.last))
            case "new-leg": .newLeg
            default: .moves(to: try #require(ReferralState(rawValue: entry.target)))
            }
        guard let name = entry.reasons else {
            #expect(
                referral.outcome(of: entry.move, by: actor, reason: nil) == expected, "\(place)")
            return
        }
        let set = try #require(ReasonSet.all.first { $0.name == name })
        for reason in [nil, ReasonCode("no-such-reason"), ReasonCode("")] {
            let outcome = referral.outcome(of: entry.move, by: actor, reason: reason)
            #expect(outcome == .reasonMissing(set), "\(place)")
        }
        for code in set.codes {
            let outcome = referral.outcome(of: entry.move, by: actor, reason: ReasonCode(code))
            #expect(outcome == expected, "\(place), \(code)")
        }
    }

    @Test(
        "the moves offered are the legal ones, without receive", arguments: ReferralState.allCases)
    func allowedMoves(state: ReferralState) throws {
        let legal = try LifecycleMatrix.legal(in: state)
        let referral = try Sample.referral(state, after: Sample.resumeStates(of: state))
        for actor in ReferralActor.allCases {
            var expected = Set(legal.filter { $0.actors.contains(actor) }.map(\.move))
            expected.remove(.receive)
            if state == .infoRequested, actor == .coordinator { expected.insert(.enterInError) }
            let offered = referral.allowedMoves(for: actor)
            #expect(Set(offered) == expected, "\(state.rawValue), \(actor.rawValue)")
            #expect(offered.count == expected.count)
        }
    }

    @Test("offered moves keep the order of the table")
    func allowedMovesAreOrdered() throws {
        let offered = try Sample.referral(.received).allowedMoves(for: .recipient)
        #expect(offered == [.accept, .decline, .redirect, .ask, .hold, .fail])
    }

    @Test("a reason of another set does not do")
    func foreignReason() throws {
        let referral = try Sample.referral(.received)
        let outcome = referral.outcome(of: .ask, by: .recipient, reason: ReasonCode("capacity"))
        #expect(outcome == .reasonMissing(.ask))
    }

    @Test("a new appointment needs no reason, moving one does")
    func reschedule() throws {
        let accepted = try Sample.referral(.accepted)
        let scheduled = try Sample.referral(.scheduled)
        #expect(
            accepted.outcome(of: .schedule, by: .recipient, reason: nil) == .moves(to: .scheduled))
        #expect(
            scheduled.outcome(of: .schedule, by: .recipient, reason: nil)
                == .reasonMissing(.reschedule))
    }

    @Test("an initiator strikes out a question asked before acceptance, a coordinator a later one")
    func enterInErrorDuringQuestion() throws {
        let reason = ReasonCode("wrong-patient")
        let ways: [([ReferralState], ReferralActor)] = [
            ([.received], .initiator), ([.accepted], .coordinator), ([.scheduled], .coordinator),
            ([.seen], .coordinator),
        ]
        for (resumeStates, actor) in ways {
            let referral = try Sample.referral(.infoRequested, after: resumeStates)
            for other in ReferralActor.allCases {
                let outcome = referral.outcome(of: .enterInError, by: other, reason: reason)
                let expected: MoveOutcome = other == actor ? .moves(to: .enteredInError) : .illegal
                #expect(outcome == expected, "\(resumeStates), \(other.rawValue)")
                let isOffered = referral.allowedMoves(for: other).contains(.enterInError)
                #expect(isOffered == (other == actor))
            }
        }
    }
}
