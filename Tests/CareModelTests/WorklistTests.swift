import CareModel
import Testing

@Suite("Every open referral stands on a worklist")
struct WorklistTests {
    private static let expected: [(ReferralState, Worklist?, WaitsFor)] = [
        (.draft, .awaitingReceipt, .initiator),
        (.requested, .awaitingReceipt, .recipient),
        (.received, .awaitingTriage, .recipient),
        (.infoRequested, .informationOwed, .initiator),
        (.accepted, .notBooked, .recipient),
        (.scheduled, .booked, .recipient),
        (.noShow, .notRebooked, .recipient),
        (.appointmentCancelled, .notRebooked, .recipient),
        (.seen, .interimOnly, .recipient),
        (.onHold, .onHold, .recipient),
        (.cancelRequested, .cancelUnanswered, .recipient),
        (.completed, .notAcknowledged, .initiator),
        (.closed, nil, .nobody),
        (.declined, .notReferredAgain, .nobody),
        (.redirected, nil, .nobody),
        (.cancelled, nil, .nobody),
        (.failed, nil, .nobody),
        (.expired, .notReferredAgain, .nobody),
        (.enteredInError, nil, .nobody),
    ]

    @Test("each state has its list and the side that is next", arguments: expected)
    func lists(state: ReferralState, worklist: Worklist?, waitsFor: WaitsFor) throws {
        let referral = try Sample.referral(state)
        #expect(referral.worklist(at: Sample.start) == worklist)
        #expect(referral.waitsFor == waitsFor)
    }

    @Test("the expectations cover every state once and use every list but one")
    func coverage() {
        #expect(Self.expected.map(\.0) == ReferralState.allCases)
        let used = Set(Self.expected.compactMap(\.1))
        #expect(Set(Worklist.allCases).subtracting(used) == [.datePassed])
    }

    @Test("whatever has not ended is on a list")
    func nothingIsLost() throws {
        for state in ReferralState.allCases where !state.hasEnded {
            #expect(try Sample.referral(state).worklist(at: Sample.start) != nil)
        }
    }

    @Test("an appointment is booked to its last millisecond and passed after it")
    func datePassed() throws {
        var referral = try Sample.referral(.scheduled)
        let end = Sample.start + .seconds(1_800)
        referral.appointment = Appointment(start: Sample.start, end: end)
        #expect(referral.worklist(at: Sample.start + .seconds(-60)) == .booked)
        #expect(referral.worklist(at: end) == .booked)
        #expect(referral.worklist(at: end + .milliseconds(1)) == .datePassed)
    }

    @Test(
        "a next leg takes an ended one off the list", arguments: [ReferralState.declined, .expired])
    func referredAgain(state: ReferralState) throws {
        var referral = try Sample.referral(state)
        referral.next = try Sample.referralID(2)
        #expect(referral.worklist(at: Sample.start) == nil)
    }
}
