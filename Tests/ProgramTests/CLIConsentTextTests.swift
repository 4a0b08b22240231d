import CareModel
import Foundation
import Testing

@testable import careloop

private let consentID = ConsentID(
    UUIDBytes(high: 0x01a2_03f1_3a84_7855, low: 0x8200_fbec_a569_edcf))

private let plainStyle = Style(isTerminal: false, isRefused: true, environment: [:])

private func entry(
    _ version: UInt32, _ status: String, at time: Int64, revokedAt: Int64 = 0
) -> ConsentView {
    var entry = ConsentView(id: consentID, version: version, status: status)
    entry.recordedAt = Timestamp(milliseconds: time)
    entry.revokedAt = revokedAt == 0 ? nil : Timestamp(milliseconds: revokedAt)
    entry.recordedBy = AgentID(unchecked: "ann")
    entry.organisation = OrganisationID(unchecked: "practice")
    return entry
}

@Suite("What became of a directive is told in order")
struct CLIConsentEventTests {
    @Test("recorded, replaced, withdrawn, each with its version")
    func tellsEvents() {
        let consent = KnownConsent(
            id: consentID,
            versions: [
                entry(1, "revoked", at: 1_000, revokedAt: 3_000),
                entry(2, "revoked", at: 2_000, revokedAt: 3_000),
            ], document: nil)
        let events = ConsentEvent.events(of: consent)
        #expect(events.map(\.what) == ["recorded", "replaced", "withdrawn"])
        #expect(events.map(\.version) == [1, 2, 2])
        #expect(events.map(\.at.milliseconds) == [1_000, 2_000, 3_000])
        #expect(events.map(\.who) == ["by ann, practice", "by ann, practice", "by practice"])
        #expect(consent.newest.version == 2)
    }

    @Test("scripts get the same, with the words where they are known")
    func writesEvents() throws {
        let consent = KnownConsent(
            id: consentID, versions: [entry(1, "active", at: 1_000)], document: nil)
        let event = try #require(ConsentEvent.events(of: consent).first)
        #expect(
            try JSONText.line(ConsentEventOutput(event, says: "permits everybody"))
                == #"{"at":"1970-01-01T00:00:01.000Z","by":"ann, practice","#
                + #""consent":"01a203f1-3a84-7855-8200-fbeca569edcf","event":"recorded","#
                + #""says":"permits everybody","version":1}"#)
    }
}

@Suite("Lists cut nothing of what matters")
struct CLIListTests {
    private let times = RelativeTime(now: Timestamp(milliseconds: 9_000), zone: .gmt)

    /// What a table says in so many columns, in one line.
    private func words(_ table: Table, width: Int) -> String {
        let lines = table.lines(width: width, style: plainStyle)
        #expect(lines.allSatisfy { $0.displayWidth <= width })
        return lines.map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
    }

    private static let says = [
        "permits everybody for coordination of care, except everything for Northside Hospital",
        "permits City Hospital (hospital) for coordination of care, except HIV-related content, "
            + "mental health and what Dr Anton Freiherr von Hohenstein-Langenburg wrote",
        "forbids everybody everything",
    ]

    @Test("a directive's summary is whole in the list and in the history", arguments: says)
    func directive(says: String) throws {
        let known = KnownConsent(
            id: consentID, versions: [entry(1, "active", at: 1_000)], document: nil)
        let event = try #require(ConsentEvent.events(of: known).first)
        let list = ConsentCommand.List.table([(known.newest, says)], times)
        let history = ConsentCommand.History.table([(event, says)], times)
        for width in [60, 80, 100, 200] {
            #expect(words(list, width: width).contains(says))
            #expect(words(history, width: width).contains(says))
        }
    }

    @Test("why somebody broke the glass is whole")
    func breakGlass() {
        var override = BreakGlassView(id: BreakGlassID(UUIDBytes(high: 1, low: 2)))
        override.words = String(repeating: "unconscious, needs drugs now ", count: 30) + "end"
        override.agent = AgentID(unchecked: "dora")
        let table = BreakGlassCommand.List.table([(override, "julie")], times)
        for width in [60, 80, 100] {
            #expect(words(table, width: width).contains(override.words))
        }
    }
}

@Suite("A verdict is explained")
struct CLIDecisionTests {
    private var decision: ConsentAdvice {
        var decision = ConsentAdvice()
        decision.decision = "deny"
        decision.effective = "deny"
        decision.rule = "Refused by the patient's directives."
        decision.breakGlass = "permit"
        decision.remedies = ["Withdraw it, or \u{1B}[31mreplace it."]
        var refuses = ConsentAdvice.Reason()
        refuses.consent = consentID
        refuses.version = 2
        refuses.applies = true
        refuses.effect = "deny"
        refuses.cause = "rule"
        refuses.path = "provision"
        refuses.met = ["recipient", "purpose"]
        refuses.text = "It refuses at provision."
        var ended = ConsentAdvice.Reason()
        ended.version = 1
        ended.cause = "conditions"
        ended.failed = ["time"]
        ended.text = "It has ended."
        decision.reasons = [refuses, ended]
        return decision
    }

    private func lines(_ decision: ConsentAdvice) throws -> [String] {
        DecisionView(
            decision: decision, recipient: try #require(Mailbox("service:cardiology")),
            patient: "julie"
        ).lines(style: plainStyle)
    }

    @Test("people see the verdict, every directive, what would change it, and the override")
    func tellsPeople() throws {
        #expect(
            try lines(decision) == [
                "cardiology: deny", "  What decided  Refused by the patient's directives.", "",
                "Directives that were looked at:",
                "  01a203f1-3a84-7855-8200-fbeca569edcf version 2: forbids",
                "    It refuses at provision.", "    Fits: recipient, purpose",
                "  a directive without an id version 1: does not apply", "    It has ended.",
                "    Does not fit: time", "", "What would change it:",
                "  Withdraw it, or [31mreplace it.", "",
                "In an emergency, who has the role for it may break the glass: "
                    + "`careloop break-glass julie`",
            ])
    }

    @Test(
        "what one directive came to is told by its cause, and what holds back is never passed over",
        arguments: [
            ("conditions", "does not apply"), ("status", "does not apply"),
            ("category", "does not apply"), ("superseded", "does not apply"),
            ("cannot-tell", "cannot be told"), ("a-cause-of-tomorrow", "cannot be told"),
            ("unreadable", "cannot be understood, so it holds back"),
        ])
    func tellsCause(cause: String, words: String) throws {
        var decision = ConsentAdvice()
        decision.decision = "indeterminate"
        decision.effective = "hold"
        var reason = ConsentAdvice.Reason()
        reason.version = 3
        reason.cause = cause
        decision.reasons = [reason]
        #expect(try lines(decision).contains("  a directive without an id version 3: \(words)"))
    }

    @Test("the document on JSON names every cause and every condition there is")
    func documentsWords() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(
            contentsOf: folder.appending(path: "docs/careloop-json.md"), encoding: .utf8)
        let start = try #require(text.range(of: "**Reason:**"))
        let end = try #require(text.range(of: "**BreakGlass:**"))
        let reason = text[start.upperBound..<end.lowerBound]
        let conditions = Verdict.Conditions(rawValue: .max).words
        #expect(conditions.count == 8)
        for word in Verdict.Reason.Kind.allCases.map(\.rawValue) + conditions {
            #expect(reason.contains("`\(word)`"), "\(word)")
        }
    }

    @Test("an override that would not help is not suggested, nor one that is not needed")
    func suggestsNothingVain() throws {
        var decision = decision
        decision.breakGlass = "deny"
        #expect(try lines(decision).last == "Even breaking the glass would not permit it.")
        decision.effective = "permit"
        decision.limitsContent = true
        decision.remedies = []
        let lines = try lines(decision)
        #expect(lines.first == "cardiology: permit, but not all content")
        #expect(!lines.contains { $0.contains("glass") || $0.contains("change") })
    }

    @Test("where the broker names no remedy, the plain one is")
    func namesPlainRemedy() throws {
        var decision = decision
        decision.remedies = []
        #expect(
            try lines(decision).contains { $0.contains("recorded with `careloop consent put`") })
    }

    @Test("scripts get every condition")
    func writesDecision() throws {
        let output = DecisionOutput(decision)
        #expect(output.reasons.map(\.failed) == [[], ["time"]])
        #expect(output.reasons.map(\.consent) == [consentID.description, nil])
        #expect(output.breakGlass == "permit")
        #expect(
            try JSONText.line(output.reasons[1])
                == #"{"applies":false,"cause":"conditions","failed":["time"],"met":[],"#
                + #""text":"It has ended.","unresolved":[],"version":1}"#)
    }
}

@Suite("Receipts of consent are read strictly")
struct CLIReceiptTests {
    private static let hash = String(repeating: "ab", count: 32)
    private static let text = """
        careloop consent receipt 1
        consent 01a203f1-3a84-7855-8200-fbeca569edcf
        version 3
        epoch 7
        action recorded
        at 1795363200123
        agent ann
        organisation practice
        document sha256:\(hash)

        """
    /// Signed with a seed of 32 times 7, by the signer of CareVault.
    private static let key =
        "careloop/0123456789abcdef+79586773+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs"
    private static let signature =
        "— careloop/0123456789abcdef "
        + "eVhnc4FuVLStm9p+HPgmLmi0dtVEmgU9y6R7/6+yTBrvpNiQTuUv//kQSRZYAkObL8W0viq7"
        + "pHqds3tLnsBRyjvPvgQ="

    @Test("each line has its place")
    func reads() throws {
        let receipt = try #require(ConsentReceipt(text: Self.text))
        #expect(receipt.consent == consentID)
        #expect(receipt.version == 3)
        #expect(receipt.epoch == 7)
        #expect(receipt.action == "recorded")
        #expect(receipt.at.milliseconds == 1_795_363_200_123)
        #expect(receipt.agent == "ann")
        #expect(receipt.organisation == "practice")
        #expect(receipt.documentHash == Self.hash)
        let withdrawal = Self.text.replacingOccurrences(of: "sha256:\(Self.hash)", with: "-")
        #expect(try #require(ConsentReceipt(text: withdrawal)).documentHash == nil)
    }

    @Test("a text that says more, less or something else is no receipt")
    func refuses() {
        let lines = Self.text.split(separator: "\n")
        for place in lines.indices {
            var fewer = lines
            fewer.remove(at: place)
            #expect(ConsentReceipt(text: fewer.joined(separator: "\n") + "\n") == nil)
            var other = lines
            other[place] += "x y"
            #expect(ConsentReceipt(text: other.joined(separator: "\n") + "\n") == nil, "\(place)")
        }
        #expect(ConsentReceipt(text: Self.text + "more\n") == nil)
        #expect(ConsentReceipt(text: "") == nil)
    }

    private func verify(_ note: String, _ more: String...) throws -> CLIProgram.Outcome {
        let arguments = ["consent", "verify", "-", "--key=\(Self.key)"] + more
        return try CLIProgram().run(arguments, input: note)
    }

    @Test("a signed receipt is verified without context and broker, a changed one is not")
    func verifies() throws {
        let note = Self.text + "\n" + Self.signature + "\n"
        let good = try verify(note)
        #expect(good.status == 0, "\(good.complaint)")
        #expect(
            good.output == """
                The receipt is good.
                Directive 01a203f1-3a84-7855-8200-fbeca569edcf version 3 was recorded 2026-11-22 16:00 \
                by ann of practice.

                """)
        #expect(try verify(note, "--json").object()["epoch"] as? Int == 7)
        let changed = try verify(note.replacingOccurrences(of: "epoch 7", with: "epoch 8"))
        #expect(changed.status == 1)
        #expect(changed.complaint.contains("changed"))
        let unsigned = try verify(Self.text, "--json")
        #expect(try unsigned.error()["code"] as? String == "malformed-note")
        let wrongKey = try CLIProgram().run(
            ["consent", "verify", "-", "--key", "none"], input: note)
        #expect(wrongKey.status == 2)
    }

    @Test("a receipt is for one document only")
    func comparesDocument() throws {
        let note = Self.text + "\n" + Self.signature + "\n"
        let folder = try TemporaryFolder()
        let other = try folder.write("{}", to: "consent.json")
        let outcome = try verify(note, "--document", other, "--json")
        #expect(outcome.status == 1)
        #expect(try outcome.error()["code"] as? String == "other-document")
    }
}
