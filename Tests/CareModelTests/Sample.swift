import CareModel
import Testing

/// Makes values for tests; all of it is made up.
enum Sample {
    static let start = Timestamp(milliseconds: 1_767_225_600_000)

    static func referral(
        _ state: ReferralState = .requested, after resumeStates: [ReferralState] = []
    ) throws -> Referral {
        var referral = Referral(
            id: try referralID(1), patient: try patient(),
            initiator: OrganisationID(unchecked: "practice"),
            replyTo: .service(ServiceID(unchecked: "front-desk")),
            recipient: OrganisationID(unchecked: "clinic"),
            to: .service(ServiceID(unchecked: "cardiology")), priority: .routine,
            reason: ReasonCode("assessment"), requestedAt: start)
        referral.state = state
        referral.resumeStates = resumeStates
        return referral
    }

    static func referralID(_ low: UInt64) throws -> ReferralID {
        ReferralID(UUIDBytes(version7At: start, random: (low, low)))
    }

    static func patient() throws -> PatientKey {
        try #require(PatientKey(bytes: Array(repeating: 7, count: 32)))
    }

    /// A state's usual way back, for states that have one.
    static func resumeStates(of state: ReferralState) -> [ReferralState] {
        state.isDetour ? [.scheduled] : []
    }
}

extension Referral {
    /// Makes a move the way the broker does: judged first.
    mutating func play(
        _ move: ReferralMove, by actor: ReferralActor, _ reason: String? = nil,
        at now: Timestamp = Sample.start
    ) throws {
        let code = reason.map { ReasonCode($0) }
        guard case .moves(let target) = outcome(of: move, by: actor, reason: code) else {
            throw IllegalMove(move: move, state: state)
        }
        make(move, to: target, reason: code, at: now)
    }
}

struct IllegalMove: Error {
    let move: ReferralMove
    let state: ReferralState
}
