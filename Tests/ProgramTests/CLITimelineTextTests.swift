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

    /// A message about a referral, opened or not.
    private func entry(
        _ number: UInt64, about referral: UInt64?, isOpened: Bool
    ) -> InboxEntry {
        var envelope = Envelope(
            message: MessageID(UUIDBytes(high: 1, low: number)), kind: Coded(.move(.note)))
        envelope.referral = referral.map { ReferralID(UUIDBytes(high: 2, low: $0)) }
        let time = Timestamp(milliseconds: Int64(number))
        envelope.acceptedAt = time
        let arrival = Arrival(
            delivery: DeliveryID(1), fence: Fence(1), mailbox: nil, envelope: envelope)
        return InboxEntry(
            arrival: arrival, receivedAt: time, openedAt: isOpened ? time : nil)
    }

    @Test("only the documents of listed messages are looked into", arguments: [false, true])
    func looksAtListed(isWhole: Bool) {
        // 1 was read and waits for somebody else, 2 waits here, 3 has something unread, 4 is known
        // by its message only, 5 has no message yet.
        let entries = [
            entry(9, about: nil, isOpened: true), entry(8, about: nil, isOpened: false),
            entry(7, about: 4, isOpened: false), entry(6, about: 3, isOpened: false),
            entry(5, about: 3, isOpened: true), entry(4, about: 2, isOpened: true),
            entry(3, about: 1, isOpened: true),
        ]
        let referrals = [1, 2, 3, 5].map {
            ReferralView(id: ReferralID(UUIDBytes(high: 2, low: $0)))
        }
        var looked: [[UInt64]] = []
        let rows = InboxRow.rows(
            of: entries, referrals, isWhole: isWhole, isOurs: { $0.id == referrals[1].id }
        ) { _, messages in
            looked.append(messages.map { UInt64($0.receivedAt.milliseconds) })
            return (PatientLook(), [])
        }
        let listed: [[UInt64]] =
            isWhole ? [[9], [8], [7], [5, 6], [4], [3], []] : [[8], [7], [5, 6], [4]]
        #expect(
            rows.map { $0.messages.map { UInt64($0.receivedAt.milliseconds) } } == listed)
        #expect(Set(looked) == Set(listed))
        #expect(rows.filter(\.isOurs).map(\.referral?.id) == [referrals[1].id])
        #expect(rows.count { $0.referral == nil } == (isWhole ? 3 : 2))
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
