import CareModel
import Testing

/// Is what may be done with a referral, written out state by state from the lifecycle's description
/// and not from the table in code: the same facts, turned round.
///
/// A line is `move ACTORS target reason-set`, with I, R, C and B for the actors, `back` and
/// `new-leg` for the targets that are no state, and `-` for no reason.
enum LifecycleMatrix {
    struct Entry {
        let move: ReferralMove
        let actors: Set<ReferralActor>
        let target: String
        let reasons: String?
    }

    /// What is legal in `state`, without row 20 in info-requested, which depends on the question.
    static func legal(in state: ReferralState) throws -> [Entry] {
        try entries(of: #require(text[state]))
    }

    /// Who may say again what has already been done: an acknowledged no-op.
    static func repeatable(in state: ReferralState) throws -> [Entry] {
        try entries(of: repeated[state, default: ""])
    }

    private static func entries(of text: String) throws -> [Entry] {
        try text.split(separator: "\n").map { line in
            let words = line.split(separator: " ")
            try #require(words.count == 4, "\(line)")
            let actors = try words[1].map { try #require(letters[$0]) }
            return Entry(
                move: try #require(ReferralMove(rawValue: String(words[0])), "\(line)"),
                actors: Set(actors), target: String(words[2]),
                reasons: words[3] == "-" ? nil : String(words[3]))
        }
    }

    private static let letters: [Character: ReferralActor] = [
        "I": .initiator, "R": .recipient, "C": .coordinator, "B": .broker,
    ]

    private static let text: [ReferralState: String] = [
        .draft: "request I requested request",
        .requested: """
        receive R received -
        accept R accepted -
        decline R declined decline
        cancel I cancelled cancel
        expire B expired expire
        enter-in-error I entered-in-error error
        fail RB failed fail
        """,
        .received: """
        accept R accepted -
        decline R declined decline
        redirect RC redirected decline
        ask R info-requested ask
        cancel I cancel-requested cancel
        hold RC on-hold hold
        expire B expired expire
        enter-in-error I entered-in-error error
        fail RB failed fail
        """,
        .infoRequested: """
        answer I back -
        decline R declined decline
        cancel I cancel-requested cancel
        expire B expired expire
        fail RB failed fail
        """,
        .accepted: """
        decline R declined decline
        redirect RC redirected decline
        ask R info-requested ask
        schedule RC scheduled -
        note R seen -
        complete R completed outcome
        cancel I cancel-requested cancel
        hold RC on-hold hold
        expire B expired expire
        enter-in-error C entered-in-error error
        fail RB failed fail
        """,
        .scheduled: """
        decline R declined decline
        redirect RC redirected decline
        ask R info-requested ask
        schedule RC scheduled reschedule
        no-show R no-show no-show
        cancel-appointment RI appointment-cancelled cancel
        note R seen -
        complete R completed outcome
        cancel I cancel-requested cancel
        hold RC on-hold hold
        enter-in-error C entered-in-error error
        fail RB failed fail
        """,
        .noShow: """
        decline R declined decline
        schedule RC scheduled -
        cancel-appointment RI appointment-cancelled cancel
        complete R completed outcome
        cancel I cancel-requested cancel
        enter-in-error C entered-in-error error
        fail RB failed fail
        """,
        .appointmentCancelled: """
        decline R declined decline
        schedule RC scheduled -
        cancel I cancel-requested cancel
        enter-in-error C entered-in-error error
        fail RB failed fail
        """,
        .seen: """
        decline R declined decline
        ask R info-requested ask
        schedule RC scheduled -
        cancel-appointment RI appointment-cancelled cancel
        note R seen -
        complete R completed outcome
        cancel I cancel-requested cancel
        hold RC on-hold hold
        enter-in-error C entered-in-error error
        fail RB failed fail
        """,
        .onHold: """
        resume RC back -
        cancel I cancel-requested cancel
        enter-in-error C entered-in-error error
        fail RB failed fail
        """,
        .cancelRequested: """
        confirm-cancel RB cancelled -
        refuse-cancel R back refuse-cancel
        complete R completed outcome
        enter-in-error C entered-in-error error
        fail RB failed fail
        """,
        .completed: """
        acknowledge IC closed acknowledge
        correct R seen correct
        enter-in-error C entered-in-error error
        fail RB failed fail
        """,
        .closed: "correct R seen correct",
        .declined: "refer-again I new-leg request",
        .cancelled: "refer-again I new-leg request",
        .expired: "refer-again I new-leg request",
        .redirected: "",
        .failed: "",
        .enteredInError: "",
    ]

    private static let repeated: [ReferralState: String] = [
        .requested: "request I requested -",
        .received: "receive R received -",
        .infoRequested: "ask R info-requested -",
        .accepted: "accept R accepted -",
        .noShow: "no-show R no-show -",
        .appointmentCancelled: "cancel-appointment RI appointment-cancelled -",
        .seen: "correct R seen -",
        .onHold: "hold RC on-hold -",
        .cancelRequested: "cancel I cancel-requested -",
        .completed: "complete R completed -",
        .closed: "acknowledge IC closed -",
        .declined: "decline R declined -",
        .redirected: "redirect RC redirected -",
        .cancelled: "cancel I cancelled -\nconfirm-cancel RB cancelled -",
        .failed: "fail RB failed -",
        .expired: "expire B expired -",
        .enteredInError: "enter-in-error IC entered-in-error -",
    ]
}
