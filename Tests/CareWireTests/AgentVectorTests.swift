import CareModel
import CareWire
import Foundation
import Testing

@Suite("What agents say is understood")
struct AgentVectorTests {
    private let patient: PatientKey

    init() throws { patient = try Story.patient() }

    private func hear(_ verb: String, _ name: String) throws -> HeardFromAgent {
        let vector = try Vector.named(name, verb, in: "agent")
        let payload = vector.frames.count > 1 ? Payload(vector.frames[1]) : nil
        return HeardFromAgent(
            header: vector.header, payload: payload, patientKey: { _ in patient })
    }

    private func submission(_ name: String) throws -> Submission {
        let heard = try hear("Submit", name)
        guard case .submit(let submission) = heard.saying else {
            throw NotASubmission(saying: heard.saying)
        }
        #expect(heard.envelope != nil)
        #expect(submission.refusal == nil)
        return submission
    }

    @Test(
        "every verb is understood but the reserved one and the operators'",
        arguments: Vector.all(in: "agent"))
    func understood(vector: Vector) {
        let heard = HeardFromAgent(
            header: vector.header, payload: vector.frames.dropFirst().first.map { Payload($0) },
            patientKey: { _ in patient })
        let isForeign = ["SnapshotRequest", "Administer"].contains(vector.verb)
        if isForeign { #expect(heard.saying == .unusable(Refusal(.unsupportedVerb))) }
        guard case .unusable = heard.saying else { return }
        #expect(isForeign, "\(vector.name)")
    }

    @Test("a hello names agent, process, versions and program")
    func hello() throws {
        let heard = try hear("Hello", "opens a session")
        let instance = try #require(UUIDBytes(bytes: Array(0..<16)))
        let hello = Hello(
            agent: Story.ann, instance: instance, versions: [1], program: "example-agent 0.1")
        #expect(heard.saying == .hello(hello))
        #expect(heard.request == 1)
    }

    @Test("a referral arrives with all its fields and its document")
    func request() throws {
        let submission = try submission("refers a patient")
        let referral = try Story.referral()
        let named = NamedPatient(key: patient, identifier: try Story.patientIdentifier())
        var request = ReferralRequest(referral: referral.id, patient: named, priority: .urgent)
        request.to = referral.to
        request.replyTo = referral.replyTo
        request.terms.reason = ReasonCode("assessment")
        let payload = try #require(submission.document?.payload)
        var expected = Submission(id: try Story.request(), patient: named, body: .request(request))
        expected.expiresAt = Story.days(5)
        expected.document = Submission.Document(payload, type: Story.fhir)
        #expect(submission == expected)
        #expect(submission.thread == .referral(referral.id))
        #expect(String(decoding: payload.bytes, as: UTF8.self).contains("ServiceRequest"))
    }

    @Test("the moves carry what is theirs")
    func moves() throws {
        let accept = try submission("accepts, without a document")
        #expect(accept.id == (try Story.accept()))
        #expect(accept.kind == .move(.accept))
        #expect(accept.document == nil)
        #expect(try change(of: accept).expectedVersion == 2)
        #expect(try change(of: accept).terms.dueAt == Story.days(14))

        let schedule = try change(of: submission("books a visit"))
        let end = Story.days(7) + .seconds(1_800)
        #expect(schedule.terms.appointment == Appointment(start: Story.days(7), end: end))

        let hold = try change(of: submission("pauses, as a coordinator of the recipient"))
        #expect(hold.terms.onBehalfOf == .recipient)
        #expect(hold.terms.reason == ReasonCode("awaiting-test"))

        let ask = try change(of: submission("asks a question that blocks"))
        #expect(ask.terms.isBlocking)
        #expect(ask.terms.dueAt == Story.days(3))

        let redirect = try change(of: submission("passes the referral on"))
        #expect(redirect.to == .service(ServiceID(unchecked: "neurology")))
        #expect(redirect.next == (try Story.nextLeg()))

        let again = try submission("refers again, and means a second open referral")
        guard case .request(let request) = again.body else { throw OtherBody(body: again.body) }
        #expect(request.referral == (try Story.nextLeg()))
        #expect(request.previous == (try Story.referral().id))
        #expect(request.allowsDuplicate)
        #expect(again.document?.type == nil)
    }

    private func change(of submission: Submission) throws -> ReferralChange {
        guard case .change(let change) = submission.body else {
            throw OtherBody(body: submission.body)
        }
        return change
    }

    @Test("directives and replays carry what is theirs")
    func others() throws {
        let put = try submission("records a directive")
        let named = NamedPatient(key: patient, identifier: try Story.patientIdentifier())
        #expect(put.kind == .consentPut)
        #expect(
            put.body == .record(DirectiveRecord(consent: try Story.consent(), patient: named)))
        #expect(put.patient == named)
        #expect(put.document != nil)
        #expect(put.thread == .directive(try Story.consent()))
        let revoke = try submission("withdraws a directive")
        #expect(revoke.kind == .consentRevoke)
        #expect(revoke.body == .withdrawal(DirectiveWithdrawal(consent: try Story.consent())))
        let replay = try submission("replays a dead letter")
        #expect(replay.kind == .replay)
        #expect(replay.body == .replay(Replay(delivery: DeliveryID(17))))
        #expect(replay.thread == nil)
    }

    @Test("an override begins with words, and ends and is judged under its own id")
    func breakGlass() throws {
        let start = try submission("breaks the glass")
        let named = NamedPatient(key: patient, identifier: try Story.patientIdentifier())
        let glass = try Story.glass()
        #expect(start.kind == .breakGlass)
        #expect(start.patient == named)
        #expect(start.body == .overrideStart(OverrideStart(patient: named, words: Story.words)))
        #expect(start.thread == .override(BreakGlassID(start.id.uuid)))
        let end = try submission("ends that")
        #expect(end.kind == .breakGlassEnd)
        #expect(end.body == .overrideEnd(OverrideEnd(breakGlass: glass)))
        let review = try submission("judges that")
        #expect(review.kind == .breakGlassReview)
        #expect(
            review.body
                == .overrideReview(OverrideReview(breakGlass: glass, finding: .justified)))
        #expect([end.thread, review.thread] == [.override(glass), .override(glass)])
    }

    @Test("what is said about deliveries names delivery and fence")
    func deliveries() throws {
        let id = DeliveryID(1)
        let fence = Fence(1)
        let later = Story.start + .seconds(60)
        let expected: [(String, String, AgentSaying)] = [
            (
                "Credit", "allows 64 deliveries",
                .credit(messages: 64, byteCount: 16 << 20, drain: false)
            ),
            ("Credit", "wants to drain", .credit(messages: 1, byteCount: 1 << 20, drain: true)),
            ("Ack", "has stored a delivery", .ack(id, fence, displayed: false)),
            ("Ack", "a person has opened it", .ack(id, fence, displayed: true)),
            ("Refuse", "will not have it", .refuse(id, fence, reason: "unreadable")),
            ("Defer", "later, please", .defer(id, fence, notBefore: later)),
            ("Extend", "needs more time", .extend(id, fence)),
            ("Ping", "is there", .ping), ("Pong", "is there, as asked", .pong),
            ("Bye", "goes", .bye),
        ]
        for (verb, name, saying) in expected {
            #expect(try hear(verb, name).saying == saying, "\(verb): \(name)")
        }
    }

    @Test("questions arrive with their page")
    func questions() throws {
        let referral = try Story.referral()
        let inbox = Page(limit: 50, cursor: "c2")
        let expected: [(String, Question, Page)] = [
            ("open referrals", .worklist(.open), Page(limit: 50)),
            ("the next page of an inbox", .worklist(.inbox([Story.cardiology])), inbox),
            ("one referral by id", .referral(referral.id), Page()),
            ("one referral by number", .referralNumber(referral.number), Page()),
            ("the trail of a message", .messageTrail(try Story.request()), Page()),
            ("the trail of a referral", .referralTrail(referral.id), Page()),
            ("a document again", .content(try Story.request()), Page()),
            ("part of the directory", .directory(text: "cardio"), Page()),
            ("a patient's directives", .consents(patient), Page()),
            ("what consent would say", .consentCheck(patient, to: Story.cardiology), Page()),
            ("dead letters", .deadLetters, Page()),
            ("a directive in full", .consent(try Story.consent()), Page()),
            ("a patient's history", .timeline(patient), Page(limit: 20)),
            (
                "the next page of a history", .timeline(patient), Page(limit: 20, cursor: "t7")
            ),
            ("who has seen a patient's data", .disclosures(patient), Page()),
            ("overrides of consent", .breakGlasses, Page()),
            ("a patient's history, on behalf of a person", .timeline(patient), Page()),
        ]
        for (name, question, page) in expected {
            #expect(try hear("Query", name).saying == .query(question, page: page), "\(name)")
        }
        #expect(expected.count == Vector.all(in: "agent").count { $0.verb == "Query" })
    }

    @Test("streams are named as their organisation or mailbox")
    func streams() throws {
        let stream = StreamName.organisation(Story.practice)
        #expect(try hear("Subscribe", "follows its board").saying == .subscribe(stream))
        let fetch = AgentSaying.fetch(stream, epoch: 1, from: 3, to: 5)
        #expect(try hear("Fetch", "fetches three events").saying == fetch)
    }

    private struct NotASubmission: Error {
        let saying: AgentSaying
    }

    private struct OtherBody: Error {
        let body: Submission.Body
    }
}

@Suite("What operators say is understood")
struct OperatorVectorTests {
    private let patient: PatientKey
    private let identifier: BusinessIdentifier

    init() throws {
        patient = try Story.patient()
        identifier = try Story.patientIdentifier()
    }

    /// Knows one patient only; the identifier of anybody else has another hash.
    private func key(_ named: BusinessIdentifier) -> PatientKey {
        named == identifier ? patient : PatientKey(bytes: Array(repeating: 9, count: 32)) ?? patient
    }

    private func hear(_ name: String) throws -> HeardFromOperator {
        let vector = try Vector.named(name, "Administer", in: "agent")
        return HeardFromOperator(header: vector.header, patientKey: key)
    }

    @Test("every command is understood")
    func commands() throws {
        let identifier = try #require(BusinessIdentifier(system: "urn:example:org", value: "P-1"))
        let agent = Agent(
            id: Story.ann, organisation: Story.practice, name: "Ann Example",
            publicKey: "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID", roles: [.referrer],
            services: [ServiceID(unchecked: "front-desk")])
        let service = Service(
            id: ServiceID(unchecked: "cardiology"), organisation: Story.clinic, name: "Cardiology")
        let organisation = Organisation(
            id: Story.practice, name: "Example Practice", identifiers: [identifier])
        let expected: [(String, AdminCommand)] = [
            ("enrols an organisation", .enrolOrganisation(organisation)),
            ("enrols a service", .enrolService(service)),
            ("enrols an agent", .enrolAgent(agent)),
            ("revokes an agent", .revokeAgent(Story.ann)),
            ("lists everybody", .directory),
            ("asks how it is", .status),
            ("stops the broker", .stop),
            ("takes a new master key", .rotateKeys(version: 0)),
            (
                "wants a patient's key destroyed",
                .shred(patient, operatorName: "uma", isSure: false)
            ),
            ("is sure of it", .shred(patient, operatorName: "uma", isSure: true)),
        ]
        for (offset, (name, command)) in expected.enumerated() {
            let heard = try hear(name)
            #expect(heard.command == command, "\(name)")
            #expect(heard.request == UInt64(50 + offset))
        }
    }

    @Test("an agent's verb is no command", arguments: Vector.all(in: "agent"))
    func foreignVerbs(vector: Vector) {
        let heard = HeardFromOperator(header: vector.header, patientKey: key)
        let isForeign = heard.command == .unusable(Refusal(.unsupportedVerb))
        #expect(isForeign == (vector.verb != "Administer"), "\(vector.name)")
    }
}
