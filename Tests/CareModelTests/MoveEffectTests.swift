import CareModel
import Testing

@Suite("A move leaves its traces")
struct MoveEffectTests {
    @Test("a referral begins requested, at version 1, as of its request")
    func beginning() throws {
        let referral = try Sample.referral()
        #expect(referral.state == .requested)
        #expect(referral.version == 1)
        #expect(referral.updatedAt == Sample.start)
        #expect(referral.number == ReferralNumber(referral.id))
    }

    @Test("each move counts the version and writes its time and reason")
    func traces() throws {
        var referral = try Sample.referral()
        let later = Sample.start + .seconds(60)
        try referral.play(.receive, by: .recipient, at: later)
        #expect(referral.version == 2)
        #expect(referral.updatedAt == later)
        #expect(referral.lastReason == nil)
        try referral.play(.decline, by: .recipient, "capacity", at: later + .seconds(1))
        #expect(referral.version == 3)
        #expect(referral.lastReason == ReasonCode("capacity"))
        #expect(referral.updatedAt == later + .seconds(1))
    }

    @Test("judging a move changes nothing")
    func judgingIsFree() throws {
        let referral = try Sample.referral(.received)
        let before = referral
        _ = referral.outcome(of: .accept, by: .recipient, reason: nil)
        #expect(referral == before)
    }

    @Test("an answer takes the question's due date away")
    func dueDate() throws {
        var referral = try Sample.referral(.received)
        try referral.play(.ask, by: .recipient, "imaging")
        referral.dueAt = Sample.start + .seconds(3_600)
        try referral.play(.answer, by: .initiator)
        #expect(referral.dueAt == nil)
    }

    @Test("a missed or cancelled appointment no longer stands, any other move keeps it")
    func appointment() throws {
        let appointment = try #require(
            Appointment(start: Sample.start, end: Sample.start + .seconds(1_800)))
        var missed = try Sample.referral(.scheduled)
        missed.appointment = appointment
        var cancelled = missed
        var seen = missed
        try missed.play(.noShow, by: .recipient, "ill")
        try cancelled.play(.cancelAppointment, by: .initiator, "patient-request")
        try seen.play(.note, by: .recipient)
        #expect(missed.appointment == nil)
        #expect(cancelled.appointment == nil)
        #expect(seen.appointment == appointment)
    }

    @Test("an appointment may be an instant and never ends before it begins")
    func appointmentOrder() {
        #expect(Appointment(start: Sample.start, end: Sample.start) != nil)
        let before = Timestamp(milliseconds: Sample.start.milliseconds - 1)
        #expect(Appointment(start: Sample.start, end: before) == nil)
    }

    @Test("the kinds of messages are the moves and eight more, and read back by name")
    func kinds() {
        let others: [MessageKind] = [
            .consentPut, .consentRevoke, .replay, .report, .breakGlass, .breakGlassEnd,
            .breakGlassReview, .breakGlassNotice,
        ]
        let names = [
            "consent-put", "consent-revoke", "replay", "report", "break-glass", "break-glass-end",
            "break-glass-review", "break-glass-notice",
        ]
        #expect(others.map(\.name) == names)
        for kind in ReferralMove.allCases.map(MessageKind.move) + others {
            #expect(MessageKind(kind.name) == kind)
        }
        for text in ["", "Request", "consent", "request "] { #expect(MessageKind(text) == nil) }
    }
}
