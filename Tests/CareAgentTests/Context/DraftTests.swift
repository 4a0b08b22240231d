import CareModel
import CareWire
import Foundation
import SwiftProtobuf
import Testing

@testable import CareAgent

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
        #expect(draft.kind == .move(.request))
        #expect(draft.referral != nil)
        #expect(draft.expectedVersion == 0)
        #expect(draft.to == mailbox)
        #expect(draft.patient == patient)
        #expect(draft.otherLeg == referral)
        #expect(draft.payload == Sample.document)
    }

    @Test("every move can be drafted under its name", arguments: ReferralMove.allCases)
    func moves(move: ReferralMove) {
        let draft = Draft.move(move, of: referral, at: 4, reason: ReasonCode("other"))
        #expect(draft.kind == .move(move))
        #expect(draft.expectedVersion == 4)
        #expect(draft.referral == referral)
    }

    @Test("each kind carries what only it has")
    func kinds() throws {
        let patient = try #require(Sample.patient)
        let mailbox = Mailbox.service(ServiceID(unchecked: "lungs"))
        let redirect = Draft.redirect(
            referral, at: 2, to: mailbox, reason: ReasonCode("wrong-service"))
        #expect(redirect.otherLeg != nil)
        #expect(redirect.otherLeg != referral)
        let visit = try #require(
            Appointment(start: Sample.time, end: Sample.time + .seconds(1_800)))
        #expect(Draft.schedule(referral, at: 2, visit).appointment == visit)
        let ask = Draft.ask(
            referral, at: 2, for: ReasonCode("imaging"), due: Sample.time, isBlocking: true)
        #expect(ask.isBlocking)
        #expect(ask.dueAt == Sample.time)
        let put = Draft.consentPut(patient, directive: Sample.document)
        let consent = try #require(put.consent)
        let revoke = Draft.consentRevoke(patient, consent: consent)
        #expect(revoke.kind == .consentRevoke)
        #expect(revoke.consent == put.consent)
        #expect(Draft.replay(DeliveryID(9)).delivery == DeliveryID(9))
        let again = ask.renewed()
        #expect(again.message != ask.message)
        #expect(again.submit.dueAtMs == ask.submit.dueAtMs)
    }

    /// An envelope with every field set.
    private func full() throws -> Draft {
        var draft = Draft(.move(.request), payload: Sample.document)
        draft.actingFor = Person(
            identifier: try #require(Sample.patient), name: "Nora", role: "nurse")
        draft.payloadType = "application/fhir+json"
        draft.referral = referral
        draft.expectedVersion = 3
        draft.patient = Sample.patient
        draft.to = .service(ServiceID(unchecked: "hearts"))
        draft.replyTo = .agent(AgentID(unchecked: "ann"))
        draft.priority = .stat
        draft.reason = ReasonCode("assessment")
        draft.expiresAt = Sample.time
        draft.appointment = Appointment(start: Sample.time, end: Sample.time + .seconds(60))
        draft.dueAt = Sample.time + .seconds(9)
        draft.isBlocking = true
        draft.onBehalfOf = .recipient
        draft.otherLeg = AgentIDs.system.referral()
        draft.allowsDuplicate = true
        draft.consent = AgentIDs.system.consent()
        draft.delivery = DeliveryID(7)
        draft.breakGlass = BreakGlassID(UUIDBytes(high: 1, low: 2))
        draft.words = "Why it must be."
        draft.finding = .unjustified
        return draft
    }

    @Test("an envelope that was written is read back with all its fields")
    func roundTrip() throws {
        let draft = try full()
        let json = try JSONSerialization.jsonObject(with: draft.submit.jsonUTF8Data())
        // Every field of the message is set here, so none can be forgotten.
        #expect((json as? [String: Any])?.count == 23)
        let read = Draft(draft.submit, payload: draft.payload, actingFor: draft.actingFor)
        #expect(read == draft)
        let bare = Draft(.replay)
        #expect(Draft(bare.submit, payload: nil, actingFor: nil) == bare)
        #expect(Draft(WireSubmit(), payload: nil, actingFor: nil) == nil)
    }
}
