import CareModel
import CareTestKit
import Testing

@Suite("Questions, pauses and wishes to cancel lead back to where it was")
struct DetourTests {
    @Test(
        "an answered question leads back",
        arguments: [ReferralState.received, .accepted, .scheduled, .seen])
    func answer(state: ReferralState) throws {
        var referral = try Sample.referral(state)
        try referral.play(.ask, by: .recipient, "imaging")
        #expect(referral.state == .infoRequested)
        #expect(referral.resumeStates == [state])
        try referral.play(.answer, by: .initiator)
        #expect(referral.state == state)
        #expect(referral.resumeStates.isEmpty)
    }

    @Test(
        "a resumed referral goes on where it paused",
        arguments: [ReferralState.received, .accepted, .scheduled, .seen],
        [ReferralActor.recipient, .coordinator])
    func resume(state: ReferralState, actor: ReferralActor) throws {
        var referral = try Sample.referral(state)
        try referral.play(.hold, by: actor, "awaiting-test")
        try referral.play(.resume, by: actor)
        #expect(referral.state == state)
        #expect(referral.resumeStates.isEmpty)
    }

    @Test("a refused wish to cancel leads back, also into the open question and out of it")
    func refusedCancelDuringQuestion() throws {
        var referral = try Sample.referral(.received)
        try referral.play(.ask, by: .recipient, "test-result")
        try referral.play(.cancel, by: .initiator, "no-longer-required")
        #expect(referral.state == .cancelRequested)
        #expect(referral.resumeStates == [.received, .infoRequested])
        try referral.play(.refuseCancel, by: .recipient, "in-treatment")
        #expect(referral.state == .infoRequested)
        #expect(referral.resumeStates == [.received])
        try referral.play(.answer, by: .initiator)
        #expect(referral.state == .received)
        #expect(referral.resumeStates.isEmpty)
    }

    @Test("a refused wish to cancel leads back into the pause and out of it")
    func refusedCancelDuringHold() throws {
        var referral = try Sample.referral(.scheduled)
        try referral.play(.hold, by: .coordinator, "patient-unavailable")
        try referral.play(.cancel, by: .initiator, "patient-request")
        try referral.play(.refuseCancel, by: .recipient, "patient-wishes-to-go-on")
        #expect(referral.state == .onHold)
        try referral.play(.resume, by: .recipient)
        #expect(referral.state == .scheduled)
        #expect(referral.resumeStates.isEmpty)
    }

    @Test("a wish to cancel may be repeated after it was refused, for ever without a trace")
    func refusedCancelRepeated() throws {
        var referral = try Sample.referral(.seen)
        for _ in 0..<50 {
            try referral.play(.cancel, by: .initiator, "other")
            try referral.play(.refuseCancel, by: .recipient, "already-seen")
        }
        #expect(referral.state == .seen)
        #expect(referral.resumeStates.isEmpty)
        #expect(referral.version == 101)
    }

    @Test("an end during a detour forgets the way back")
    func endDuringDetour() throws {
        var confirmed = try Sample.referral(.received)
        try confirmed.play(.ask, by: .recipient, "imaging")
        try confirmed.play(.cancel, by: .initiator, "patient-request")
        try confirmed.play(.confirmCancel, by: .recipient)
        #expect(confirmed.state == .cancelled)
        #expect(confirmed.resumeStates.isEmpty)

        var completed = try Sample.referral(.seen)
        try completed.play(.cancel, by: .initiator, "patient-request")
        try completed.play(.complete, by: .recipient, "treated")
        #expect(completed.resumeStates.isEmpty)
        try completed.play(.correct, by: .recipient, "addendum")
        #expect(completed.state == .seen)
    }

    @Test("a wish to cancel during an early question keeps striking out with the coordinator")
    func enterInErrorDuringCancel() throws {
        let referral = try Sample.referral(.cancelRequested, after: [.received, .infoRequested])
        let reason = ReasonCode("duplicate")
        #expect(referral.outcome(of: .enterInError, by: .initiator, reason: reason) == .illegal)
        let byCoordinator = referral.outcome(of: .enterInError, by: .coordinator, reason: reason)
        #expect(byCoordinator == .moves(to: .enteredInError))
    }

    @Test("exactly questions, pauses and wishes to cancel are detours")
    func detours() {
        let detours = ReferralState.allCases.filter(\.isDetour)
        #expect(detours == [.infoRequested, .onHold, .cancelRequested])
    }

    @Test("from random legal moves the way back stays short and never leads into an end")
    func randomWalks() throws {
        var random = SplitMix64(seed: 20_260_101)
        for _ in 0..<400 {
            var referral = try Sample.referral(.requested)
            for _ in 0..<40 {
                let actor = try #require(ReferralActor.allCases.randomElement(using: &random))
                let moves = referral.allowedMoves(for: actor).filter { $0 != .referAgain }
                guard let move = moves.randomElement(using: &random) else { continue }
                let version = referral.version
                try referral.playWithAnyReason(move, by: actor)
                #expect(referral.version == version + 1)
                #expect(referral.resumeStates.isEmpty != referral.state.isDetour)
                #expect(referral.resumeStates.count <= 2)
                #expect(referral.resumeStates.allSatisfy { !$0.hasEnded && $0 != .requested })
            }
        }
    }
}

extension Referral {
    fileprivate mutating func playWithAnyReason(
        _ move: ReferralMove, by actor: ReferralActor
    ) throws {
        switch outcome(of: move, by: actor, reason: nil) {
        case .reasonMissing(let set): try play(move, by: actor, set.codes.last)
        default: try play(move, by: actor)
        }
    }
}
