import CareModel
import CareWire
import Foundation
import SwiftProtobuf
import Testing

@Suite("What the broker says of consent has the published bytes")
struct ConsentVectorTests {
    private func encoder(sign: @escaping (String) -> String = { _ in "" }) -> BrokerFrameEncoder {
        BrokerFrameEncoder(
            terms: SessionTerms(
                heartbeat: .seconds(5), payloadByteCountMax: 8 << 20, creditMax: 1_024,
                lease: .seconds(30), program: "careloopd 0.1", eventsEndpoint: ""),
            now: Story.start, sign: sign, allowedMoves: { _, _ in [] })
    }

    private func expect(
        _ saying: BrokerSaying, request: UInt64 = 0, _ verb: String, _ name: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let vector = try Vector.named(name, verb, in: "broker")
        let header = encoder().header(saying, request: request)
        #expect(header == vector.header, "\(verb): \(name)", sourceLocation: sourceLocation)
    }

    private func published(_ name: String, _ verb: String) throws -> WireBrokerFrame {
        try WireBrokerFrame(serializedBytes: Vector.named(name, verb, in: "broker").header)
    }

    /// The request of the story as a copy of this document has it.
    private func request(hash: Data, byteCount: Int) throws -> CareModel.Message {
        var details = MessageDetails()
        details.actingAs = .initiator
        details.patient = try Story.patientIdentifier()
        return CareModel.Message(
            number: MessageNumber(1), id: try Story.request(), kind: .move(.request),
            acceptedAt: Story.start + .milliseconds(5), sender: Story.ann,
            organisation: Story.practice, thread: .referral(try Story.referral().id),
            patient: try Story.patient(), state: .requested, version: 1,
            reason: ReasonCode("assessment"), expiresAt: Story.days(5), details: details,
            payloadType: Story.fhir, payloadHash: Array(hash), payloadByteCount: byteCount)
    }

    @Test("a copy says that it was redacted only where the broker admits it")
    func redaction() throws {
        let name = "a copy that admits what was done to it"
        let hash = try published(name, "Deliver").deliver.envelope.payloadSha256
        let message = try request(hash: hash, byteCount: 0)
        var delivery = Delivery(
            id: DeliveryID(3), message: message.number, mailbox: Story.cardiology,
            thread: message.thread, queuedAt: message.acceptedAt, expiresAt: message.expiresAt)
        delivery.fence = Fence(1)
        delivery.attempts = 1
        for (isAdmitted, name) in [(true, name), (false, "a copy that does not")] {
            let redaction = Redaction(places: [2, 5], isAdmitted: isAdmitted)
            let referral = try Story.referral()
            try expect(
                .deliver(delivery, message, referral, redaction, lease: .seconds(30)), "Deliver",
                name)
            let header = encoder().header(.content(message, referral, redaction), request: 1)
            let again = try WireBrokerFrame(serializedBytes: header).result.content
            #expect(again == (try published(name, "Deliver").deliver.envelope))
        }
    }

    @Test("a notice names the patient and the override, and nobody's referral")
    func notice() throws {
        var details = MessageDetails()
        details.patient = try Story.patientIdentifier()
        let notice = CareModel.Message(
            number: MessageNumber(9), id: try Story.id("019b76ec-0d05-7ace-9abc-aabbccddeeff"),
            kind: .breakGlassNotice, acceptedAt: Story.start + .seconds(1_200), sender: nil,
            organisation: nil, thread: .override(try Story.glass()),
            patient: try Story.patient(), state: nil, version: 0, reason: nil,
            expiresAt: Story.days(366), details: details)
        var delivery = Delivery(
            id: DeliveryID(4), message: notice.number, mailbox: .agent(Story.ann), thread: nil,
            queuedAt: notice.acceptedAt, expiresAt: notice.expiresAt)
        delivery.fence = Fence(1)
        delivery.attempts = 1
        try expect(
            .deliver(delivery, notice, nil, nil, lease: .seconds(30)), "Deliver",
            "a notice that somebody has broken the glass")
    }

    @Test(
        "what the broker attests of a directive is signed as it stands",
        arguments: ["recorded", "withdrawn"])
    func receipts(action: String) throws {
        let name = "a directive \(action), signed"
        let vector = try Vector.named(name, "Receipt", in: "broker")
        let note = try #require(published(name, "Receipt").receipt.items.first).consentReceipt
        let statement = try #require(vector.statement)
        #expect(note.hasPrefix("\(statement)\n— "))
        #expect(statement.hasSuffix("\n"))
        var item = ReceiptItem(message: try Story.other(), outcome: .accepted)
        item.consent = try Story.consent()
        item.statement = statement
        // The signature is Python's; this code only has to sign this very text, once.
        let signature = note.dropFirst(statement.count)
        let header = encoder(sign: { $0 + signature }).header(.receipt([item]), request: 0)
        #expect(header == vector.header)
    }

    @Test("nothing is signed where nothing is attested")
    func unsigned() throws {
        var item = ReceiptItem(message: MessageID(try Story.glass().uuid), outcome: .accepted)
        item.breakGlass = try Story.glass()
        var signed = 0
        let header = encoder(
            sign: {
                signed += 1
                return $0
            }
        ).header(.receipt([item]), request: 0)
        #expect(header == (try Vector.named("the glass is broken", "Receipt", in: "broker")).header)
        #expect(signed == 0)
    }

    @Test("every version of a directive has its own line, and a place among the others")
    func versions() throws {
        func record(_ version: UInt32, _ agent: AgentID, _ day: Int64) throws -> ConsentRecord {
            ConsentRecord(
                id: try Story.consent(), patient: try Story.patient(), version: version,
                message: MessageNumber(Int64(version)), recordedBy: agent,
                organisation: Story.practice, recordedAt: Story.days(day))
        }
        var newest = try record(2, Story.bob, -1)
        newest.revokedAt = Story.start
        try expect(
            .consent([record(1, Story.ann, -2), newest]), request: 41, "Result",
            "a directive in full")
        let header = encoder().header(
            .consent([try record(1, Story.ann, -2), try record(2, Story.bob, -1)]), request: 41)
        let entries = try WireBrokerFrame(serializedBytes: header).result.consents
        #expect(entries.map(\.status) == ["replaced", "active"])
    }

    @Test("a history has each message with the length of its own copy")
    func timeline() throws {
        let rows = try published("a patient's history", "Result").result.timeline
        let redactions = [nil, Redaction(places: [1], isAdmitted: true)]
        let referral = try Story.referral()
        var timeline = Timeline()
        timeline.cursor = "t7"
        timeline.isPartial = true
        timeline.entries = try zip(rows, redactions).map { row, redaction in
            let message = try request(
                hash: row.envelope.payloadSha256, byteCount: Int(row.payloadBytes))
            return Timeline.Entry(message: message, referral: referral, redaction: redaction)
        }
        try expect(.timeline(timeline), request: 42, "Result", "a patient's history")
        let vector = try Vector.named("a patient's history", "Result", in: "broker")
        #expect(rows.map(\.payloadBytes).reduce(0, +) == UInt64(vector.frames[1].count))
    }

    @Test("disclosures carry what the audit log says and what the message was")
    func disclosures() throws {
        let referral = try Story.referral()
        var sent = AuditEvent(
            .disclosureSent, at: Story.start + .milliseconds(6), outcome: "permit")
        sent.agent = Story.bob
        sent.organisation = Story.clinic
        sent.recipient = Story.cardiology
        sent.referral = referral.id
        sent.rule = "Permitted by the patient's directives."
        sent.purpose = "COC"
        sent.epoch = 1
        var glass = AuditEvent(
            .breakGlassStarted, at: Story.start + .seconds(1_200), outcome: "started")
        glass.agent = Story.bob
        glass.organisation = Story.clinic
        glass.purpose = "BTG"
        glass.epoch = 1
        // Of the clinic's agents nobody else learns whom they serve.
        let nora = try Story.nora()
        glass.actingFor = nora
        var read = AuditEvent(
            .accountingRead, at: Story.start + .seconds(1_800), outcome: "permit")
        read.agent = Story.ann
        read.organisation = Story.practice
        read.actingFor = nora
        var answer = Answer()
        answer.disclosures = [
            Disclosure(
                record: AuditRecord(sequence: 12, event: sent),
                message: try request(hash: Data(), byteCount: 0)),
            Disclosure(record: AuditRecord(sequence: 31, event: glass), message: nil),
            Disclosure(record: AuditRecord(sequence: 32, event: read), message: nil),
        ]
        try expect(
            .answer(answer, asker: Asker(agent())), request: 44, "Result",
            "who has seen a patient's data")
    }

    @Test("overrides say whether anybody has judged them")
    func breakGlasses() throws {
        let start = Story.start + .seconds(1_200)
        let held = BreakGlass(
            id: try Story.glass(), patient: try Story.patient(),
            patientIdentifier: try Story.patientIdentifier(), agent: Story.bob,
            organisation: Story.clinic, custodians: [Story.practice], reason: Story.words,
            startedAt: start, endsAt: start + .seconds(4 * 3_600))
        var judged = held
        judged.endedAt = start + .seconds(1_800)
        judged.review = BreakGlass.Review(
            reviewer: Story.ann, organisation: Story.practice, at: Story.days(1),
            finding: .justified)
        var answer = Answer()
        answer.breakGlasses = [held, judged]
        try expect(
            .answer(answer, asker: Asker(agent())), request: 45, "Result", "overrides of consent")
    }

    private func agent() -> Agent {
        Agent(
            id: Story.ann, organisation: Story.practice, name: "Ann Example", publicKey: "",
            roles: [.coordinator], services: [])
    }
}
