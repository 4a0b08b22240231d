import CareAgent
import CareModel
import Foundation
import Testing

@testable import careloop

@Suite("A timeline as scripts see it")
struct CLITimelineTextTests {
    @Test("scripts see what was left out")
    func writesEntry() throws {
        let id = MessageID(UUIDBytes(high: 1, low: 2))
        var envelope = Envelope(message: id, kind: Coded(.move(.note)))
        envelope.isRedacted = true
        let item = TimelineItem(envelope: envelope, document: nil)
        #expect(
            try JSONText.line(TimelineOutput(timeline: [.init(item, at: .noon)], partial: true))
                == #"{"partial":true,"timeline":[{"documentBytes":0,"id":"\#(id)","kind":"note","redacted":true}]}"#
        )
    }
}

@Suite("The accounting of disclosures")
struct CLIDisclosureTests {
    private func row(_ event: AuditEvent.Kind, kind: ReferralMove? = nil) -> DisclosureView {
        var row = DisclosureView(sequence: 9, event: event.rawValue)
        row.at = Timestamp(milliseconds: 1_795_363_200_123)
        row.agent = AgentID(unchecked: "bo")
        row.organisation = OrganisationID(unchecked: "hospital")
        row.recipient = .service(ServiceID(unchecked: "cardiology"))
        row.outcome = "acknowledged"
        row.purpose = "COC"
        row.consentEpoch = 2
        row.kind = kind.map { Coded(.move($0)) }
        return row
    }

    @Test("each event of an accounting has its words")
    func says() {
        let kinds: [AuditEvent.Kind] = [
            .disclosureSent, .disclosureReceived, .disclosureWithheld, .disclosureRecalled,
            .breakGlassStarted, .breakGlassEnded, .breakGlassReviewed, .consentChecked,
            .accountingRead,
        ]
        for kind in kinds {
            #expect(DisclosuresCommand.what(row(kind)) != kind.rawValue, "\(kind)")
        }
        #expect(DisclosuresCommand.what(row(.disclosureSent, kind: .note)) == "was sent: note")
        var unknown = row(.disclosureSent)
        unknown.event = "frobnicated"
        #expect(DisclosuresCommand.what(unknown) == "frobnicated")
    }

    @Test("a line becomes an audit event again, one of a newer broker is counted")
    func rebuilds() throws {
        let record = try #require(AuditRecord(row(.disclosureReceived)))
        #expect(record.sequence == 9)
        #expect(record.event.agent?.name == "bo")
        #expect(record.event.recipient == Mailbox("service:cardiology"))
        #expect(record.event.epoch == 2)
        #expect(record.event.rule == nil)
        var unknown = row(.disclosureSent)
        unknown.event = "frobnicated"
        let patient = try #require(BusinessIdentifier(system: "urn:local", value: "17"))
        let (bytes, skippedCount) = AuditRecord.bundle(
            [row(.disclosureReceived), unknown], of: patient, broker: "careloopd",
            at: Timestamp(milliseconds: 0))
        #expect(skippedCount == 1)
        let value = try JSONSerialization.jsonObject(with: Data(bytes))
        let bundle = try #require(value as? [String: Any])
        #expect(bundle["resourceType"] as? String == "Bundle")
        #expect((bundle["entry"] as? [Any])?.count == 1)
        #expect(String(decoding: bytes, as: UTF8.self).contains(#""value":"17""#))
    }

    @Test("scripts get codes, and nothing that is not there")
    func writesRow() throws {
        #expect(
            try JSONText.line(DisclosureOutput(row(.disclosureSent)))
                == #"{"agent":"bo","at":"2026-11-22T16:00:00.123Z","consentEpoch":2,"#
                + #""event":"disclosure-sent","organisation":"hospital","outcome":"acknowledged","#
                + #""purpose":"COC","recipient":"service:cardiology","sequence":9}"#)
    }
}

@Suite("The inbox says at once what a message wants")
struct CLIInboxRowTests {
    private func row(
        _ kind: MessageKind = .move(.note), _ fill: (inout Envelope) -> Void = { _ in }
    ) -> InboxRow {
        var envelope = Envelope(
            message: MessageID(UUIDBytes(high: 1, low: 2)), kind: Coded(kind))
        fill(&envelope)
        let entry = InboxEntry(
            arrival: Arrival(
                delivery: DeliveryID(1), fence: Fence(1), mailbox: nil, envelope: envelope),
            receivedAt: Timestamp(milliseconds: 0))
        return InboxRow(
            referral: nil, messages: [entry],
            patient: PatientLook(label: "", documents: [], at: .noon), remarks: [], isOurs: false)
    }

    @Test("notices say what to do, copies what is missing")
    func tells() {
        #expect(row().told == "note")
        #expect(row { $0.isRedacted = true }.told == "note (parts left out)")
        #expect(
            row(.breakGlassNotice).told
                == "break-glass-notice: see `careloop break-glass list`")
        #expect(row(.breakGlassNotice).what == "break-glass-notice")
    }

    @Test("scripts see the flags of a message only where they are set")
    func writesFlags() throws {
        let glass = BreakGlassID(UUIDBytes(high: 1, low: 2))
        let flagged = row {
            $0.isRedacted = true
            $0.breakGlass = glass
        }
        let output = try #require(flagged.messages.first.map { MessageOutput($0) })
        #expect(output.redacted == true)
        #expect(output.breakGlass == glass.description)
        let plain = try #require(row().messages.first.map { MessageOutput($0) })
        #expect(plain.redacted == nil)
        #expect(plain.ending == nil)
    }
}
