/// Is a question as an agent asks it.
public struct Query: Equatable, Sendable {
    /// Says what is asked.
    ///
    /// Every answer is authorised like a delivery.
    public enum Subject: Equatable, Sendable {
        /// Referrals of a list.
        case worklist(WorklistKind)
        /// One referral with its messages, by id.
        case referral(ReferralID)
        /// One referral with its messages, by number.
        case referralNumber(ReferralNumber)
        /// The deliveries of one message.
        case messageTrail(MessageID)
        /// The deliveries of a referral's messages.
        case referralTrail(ReferralID)
        /// A message's document again.
        case content(MessageID)
        /// Who is enrolled; part of a name or id, empty for all.
        case directory(text: String)
        /// The directives of a patient that the asker's organisation recorded.
        case consents(BusinessIdentifier)
        /// What consent would say.
        case consentCheck(BusinessIdentifier, to: Mailbox)
        /// Deliveries that failed too often.
        case deadLetters
        /// All versions of a directive that the asker's organisation recorded, with its document.
        case consent(ConsentID)
        /// What the asker may see of a patient across organisations.
        case timeline(BusinessIdentifier)
        /// Who has seen a patient's data, and why.
        case disclosures(BusinessIdentifier)
        /// The overrides of consent that the asker may judge, those nobody has judged first.
        case breakGlasses
    }

    /// What is asked.
    public var subject: Subject
    /// Which part of the answer is wanted.
    public var page: Page
    /// On whose behalf the program asks; nil if nobody in particular.
    public var actingFor: Person?

    /// Asks for the first part of an answer, or another one.
    public init(_ subject: Subject, page: Page = Page(), actingFor: Person? = nil) {
        self.subject = subject
        self.page = page
        self.actingFor = actingFor
    }
}
