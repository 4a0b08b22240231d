import CareAgent
import CareModel
import CareWire
import Testing

@Suite("Drafts")
struct DraftTests {
    private let referral = AgentIDs.system.referral()

    @Test("new ids are version 7 and sort by time")
    func ids() {
        let early = AgentIDs(now: { Timestamp(milliseconds: 1) }, random: { .max })
        let late = AgentIDs(now: { Timestamp(milliseconds: 2) }, random: { 0 })
        #expect(early.message() < late.message())
        #expect(AgentIDs.system.message().uuid.high >> 12 & 0xF == 7)
        #expect(AgentIDs.system.referral() != AgentIDs.system.referral())
        #expect(AgentIDs.system.now().milliseconds > Sample.time.milliseconds)
    }

    @Test("a request carries a new referral with all it needs")
    func request() throws {
        let patient = try #require(Sample.patient)
        let mailbox = Mailbox.service(ServiceID(unchecked: "hearts"))
        let draft = Draft.request(
            patient, to: mailbox, priority: .urgent, reason: ReasonCode("assessment"),
            payload: Sample.document, previous: referral)
        #expect(draft.submit.kind == "request")
        #expect(draft.referral != nil)
        #expect(draft.submit.expectedVersion == 0)
        #expect(draft.submit.to == "service:hearts")
        #expect(draft.submit.patient == patient.wire)
        #expect(draft.submit.otherLegID == referral.data)
        #expect(draft.payload == Sample.document)
    }

    @Test("every move can be drafted under its name", arguments: ReferralMove.allCases)
    func moves(move: ReferralMove) {
        let draft = Draft.move(move, of: referral, at: 4, reason: ReasonCode("other"))
        #expect(draft.submit.kind == move.rawValue)
        #expect(draft.submit.expectedVersion == 4)
        #expect(draft.referral == referral)
        #expect(draft.message != nil)
    }

    @Test("each kind carries what only it has")
    func kinds() throws {
        let patient = try #require(Sample.patient)
        let mailbox = Mailbox.service(ServiceID(unchecked: "lungs"))
        let redirect = Draft.redirect(
            referral, at: 2, to: mailbox, reason: ReasonCode("wrong-service"))
        #expect(redirect.submit.otherLegID.count == 16)
        #expect(redirect.submit.otherLegID != referral.data)
        let visit = try #require(
            Appointment(start: Sample.time, end: Sample.time + .seconds(1_800)))
        #expect(
            Draft.schedule(referral, at: 2, visit).submit.appointmentEndMs
                == visit.end.milliseconds)
        let ask = Draft.ask(
            referral, at: 2, for: ReasonCode("imaging"), due: Sample.time, isBlocking: true)
        #expect(ask.submit.blocking)
        #expect(ask.submit.dueAtMs == Sample.time.milliseconds)
        let put = Draft.consentPut(patient, directive: Sample.document)
        let consent = try #require(ConsentID(bytes: put.submit.consentID))
        let revoke = Draft.consentRevoke(patient, consent: consent)
        #expect(revoke.submit.kind == "consent-revoke")
        #expect(revoke.submit.consentID == put.submit.consentID)
        #expect(Draft.replay(DeliveryID(9)).submit.deliveryID == 9)
        #expect(ask.onBehalf(of: .initiator).submit.onBehalfOf == "initiator")
        #expect(ask.due(by: Sample.time).submit.dueAtMs == Sample.time.milliseconds)
        #expect(ask.expiring(at: Sample.time).submit.expiresAtMs == Sample.time.milliseconds)
    }
}
