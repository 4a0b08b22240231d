import CareModel
import Testing

@Suite("A kind of submission says what it needs")
struct SubmissionTests {
    private static let id = MessageID(UUIDBytes(high: 1, low: 1))
    private static let referral = ReferralID(UUIDBytes(high: 1, low: 2))
    private static let consent = ConsentID(UUIDBytes(high: 1, low: 3))
    private static let glass = BreakGlassID(UUIDBytes(high: 1, low: 4))

    private struct Row {
        let body: Submission.Body
        let kind: MessageKind
        let thread: ThreadID?
        var needsDocument = false
        var byteCountWithoutRoom: Int?
    }

    private func rows() throws -> [Row] {
        let patient = NamedPatient(
            key: try #require(PatientKey(bytes: Array(repeating: 1, count: 32))),
            identifier: try #require(BusinessIdentifier(system: "urn:test", value: "p")))
        let request = ReferralRequest(
            referral: Self.referral, patient: patient, priority: .routine)
        let change = ReferralChange(.accept, of: Self.referral, at: 2)
        let review = OverrideReview(breakGlass: Self.glass, finding: .justified)
        let unreadable = UnreadableSubmission(
            kind: .consentRevoke, referral: nil, refusal: Refusal(.invalidField))
        return [
            Row(
                body: .request(request), kind: .move(.request), thread: .referral(Self.referral),
                needsDocument: true),
            Row(body: .change(change), kind: .move(.accept), thread: .referral(Self.referral)),
            Row(
                body: .record(DirectiveRecord(consent: Self.consent, patient: patient)),
                kind: .consentPut, thread: .directive(Self.consent), needsDocument: true,
                byteCountWithoutRoom: 64 << 10),
            Row(
                body: .withdrawal(DirectiveWithdrawal(consent: Self.consent)),
                kind: .consentRevoke, thread: .directive(Self.consent),
                byteCountWithoutRoom: .max),
            Row(body: .replay(Replay(delivery: DeliveryID(7))), kind: .replay, thread: nil),
            Row(
                body: .overrideStart(OverrideStart(patient: patient)), kind: .breakGlass,
                thread: .override(BreakGlassID(Self.id.uuid))),
            Row(
                body: .overrideEnd(OverrideEnd(breakGlass: Self.glass)), kind: .breakGlassEnd,
                thread: .override(Self.glass), byteCountWithoutRoom: .max),
            Row(
                body: .overrideReview(review), kind: .breakGlassReview,
                thread: .override(Self.glass), byteCountWithoutRoom: .max),
            Row(body: .unreadable(unreadable), kind: .consentRevoke, thread: nil),
        ]
    }

    @Test("its thread, its document, and whether a full disk stops it")
    func needs() throws {
        for row in try rows() {
            let submission = Submission(id: Self.id, body: row.body)
            #expect(submission.kind == row.kind)
            #expect(submission.thread == row.thread, "\(row.kind.name)")
            #expect(row.body.content.needsDocument == row.needsDocument, "\(row.kind.name)")
            #expect(
                row.body.content.byteCountWithoutRoom == row.byteCountWithoutRoom,
                "\(row.kind.name)")
        }
    }

    @Test(
        "of the moves, those that tell something need a document", arguments: ReferralMove.allCases)
    func documents(move: ReferralMove) {
        let needed: Set<ReferralMove> = [.note, .complete, .answer, .correct]
        let change = ReferralChange(move, of: Self.referral, at: 1)
        #expect(change.needsDocument == needed.contains(move))
    }

    @Test("all times that a move names are looked at")
    func times() {
        var change = ReferralChange(.schedule, of: Self.referral, at: 1)
        #expect(change.times.isEmpty)
        let times = (1...3).map { Timestamp(milliseconds: $0) }
        change.terms.dueAt = times[0]
        change.terms.appointment = Appointment(start: times[1], end: times[2])
        #expect(change.times == times)
    }

    @Test("what was wrong with reading it, or else with its document, is why it is refused")
    func refusals() throws {
        let change = ReferralChange(.accept, of: Self.referral, at: 1)
        var submission = Submission(id: Self.id, body: .change(change))
        #expect(submission.refusal == nil)
        submission.document = Submission.Document(Payload([1]))
        submission.document?.refusal = Refusal(.payloadMismatch)
        #expect(submission.refusal?.code == .payloadMismatch)
        submission.body = .unreadable(
            UnreadableSubmission(
                kind: .move(.accept), referral: nil, refusal: Refusal(.invalidField)))
        #expect(submission.refusal?.code == .invalidField)
    }
}

@Suite("A thread is one thing's")
struct ThreadTests {
    @Test("threads of different things are different, whatever the bits of their ids")
    func kinds() {
        let bits = UUIDBytes(high: 1, low: 1)
        let threads: [ThreadID] = [
            .referral(ReferralID(bits)), .directive(ConsentID(bits)),
            .override(BreakGlassID(bits)),
        ]
        #expect(Set(threads).count == 3)
        #expect(threads.shuffled().sorted() == threads)
        #expect(threads.map(\.referral) == [ReferralID(bits), nil, nil])
        #expect(threads.map(\.override) == [nil, nil, BreakGlassID(bits)])
        #expect(threads.map(\.keepsOrder) == [true, false, false])
    }
}
