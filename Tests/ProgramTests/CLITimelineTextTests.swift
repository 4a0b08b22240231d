import CareAgent
import CareModel
import CareWire
import Foundation
import SwiftProtobuf
import Testing

@testable import careloop

@Suite("A timeline's documents are told apart, or not shown at all")
struct CLITimelineTextTests {
    /// SHA-256 of `abc`.
    private let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    private func bytes(_ hex: String) -> Data {
        var data = Data()
        var rest = hex[...]
        while let byte = UInt8(rest.prefix(2), radix: 16) {
            data.append(byte)
            rest = rest.dropFirst(2)
        }
        return data
    }

    private func result(_ counts: UInt64...) -> WireResult {
        .with {
            $0.timeline = counts.map { count in
                .with {
                    $0.payloadBytes = count
                    $0.envelope.kind = "note"
                    guard count > 0 else { return }
                    $0.envelope.payloadType = "application/fhir+json"
                    $0.envelope.payloadSha256 = bytes(hash)
                }
            }
        }
    }

    @Test("documents are cut out by their lengths")
    func splits() throws {
        let entries = try TimelineEntry.entries(
            of: result(3, 0, 3), Payload(Array("abcabc".utf8)))
        #expect(entries.map { $0.document?.bytes } == [Array("abc".utf8), nil, Array("abc".utf8)])
        #expect(try TimelineEntry.entries(of: result(), nil).isEmpty)
        #expect(try TimelineEntry.entries(of: result(0), nil).count == 1)
    }

    @Test("lengths or hashes that do not fit are refused whole")
    func refuses() {
        let cases: [(WireResult, [UInt8])] = [
            (result(3), Array("ab".utf8)), (result(3), Array("abcd".utf8)),
            (result(3, .max), Array("abcabc".utf8)), (result(3), Array("abd".utf8)),
            (result(2, 4), Array("abcabc".utf8)), (result(), [1]), (result(0), [1]),
        ]
        for (result, payload) in cases {
            #expect(throws: CommandFailure.self) {
                try TimelineEntry.entries(of: result, Payload(payload))
            }
        }
        var untyped = result(3)
        untyped.timeline[0].envelope.payloadType = ""
        #expect(throws: CommandFailure.self) {
            try TimelineEntry.entries(of: untyped, Payload(Array("abc".utf8)))
        }
    }

    @Test("scripts see what was left out")
    func writesEntry() throws {
        var result = result(0)
        result.timeline[0].envelope.redacted = true
        let entry = try #require(try TimelineEntry.entries(of: result, nil).first)
        #expect(
            try JSONText.line(TimelineOutput(timeline: [.init(entry, at: .noon)], partial: true))
                == #"{"partial":true,"timeline":[{"documentBytes":0,"kind":"note","redacted":true}]}"#
        )
    }
}

@Suite("The accounting of disclosures")
struct CLIDisclosureTests {
    private func row(_ event: AuditEvent.Kind, kind: String = "") -> WireDisclosure {
        .with {
            $0.sequence = 9
            $0.event = event.rawValue
            $0.atMs = 1_795_363_200_123
            $0.agent = "bo"
            $0.organisation = "hospital"
            $0.recipient = "service:cardiology"
            $0.outcome = "acknowledged"
            $0.purpose = "COC"
            $0.consentEpoch = 2
            $0.kind = kind
        }
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
        #expect(DisclosuresCommand.what(row(.disclosureSent, kind: "note")) == "was sent: note")
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
    private func row(_ fill: (inout WireEnvelope) -> Void) -> InboxRow {
        var deliver = WireDeliver()
        deliver.envelope.kind = "note"
        fill(&deliver.envelope)
        let entry = AgentStore.InboxEntry(
            deliver: deliver, payload: nil, receivedAt: Timestamp(milliseconds: 0))
        return InboxRow(
            referral: nil, messages: [entry],
            patient: PatientLook(label: "", documents: [], at: .noon), remarks: [], isOurs: false)
    }

    @Test("notices say what to do, copies what is missing")
    func tells() {
        #expect(row { _ in }.told == "note")
        #expect(row { $0.redacted = true }.told == "note (parts left out)")
        #expect(
            row { $0.kind = "break-glass-notice" }.told
                == "break-glass-notice: see `careloop break-glass list`")
        #expect(row { $0.kind = "break-glass-notice" }.what == "break-glass-notice")
    }

    @Test("scripts see the flags of a message only where they are set")
    func writesFlags() throws {
        let glass = BreakGlassID(UUIDBytes(high: 1, low: 2))
        let flagged = row {
            $0.redacted = true
            $0.breakGlassID = glass.data
        }
        let output = try #require(flagged.messages.first.map { MessageOutput($0) })
        #expect(output.redacted == true)
        #expect(output.breakGlass == glass.description)
        let plain = try #require(row { _ in }.messages.first.map { MessageOutput($0) })
        #expect(plain.redacted == nil)
        #expect(plain.ending == nil)
    }
}
