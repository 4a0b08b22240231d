import CareFHIR
import CareModel
import Foundation
import Testing

@testable import careloop

/// Reads a made-up small input of Tests/Fixtures/field.
private func document(_ name: String) throws -> Payload {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/field")
    return Payload(Array(try Data(contentsOf: folder.appending(path: name))))
}

@Suite("What a person reads on the terminal says what was sent")
struct CLIDisplayTests {
    private let plain = Style(isTerminal: false, isRefused: false, environment: [:])

    @Test(
        "text is broken at blanks and nothing of it is lost",
        arguments: [
            "short", "",
            "  ! refuted; inactive - Allergy: " + String(repeating: "penicillin ", count: 12),
            "  " + String(repeating: "x", count: 200), "漢字 " + String(repeating: "漢", count: 90),
        ])
    func wraps(text: String) {
        let lines = text.wrapped(to: 80)
        #expect(lines.allSatisfy { $0.displayWidth <= 80 })
        #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
        #expect(text.wrapped(to: nil) == [text])
    }

    @Test("a document fits 80 columns, and each line that changes a meaning is painted")
    func paints() throws {
        let view = DocumentView(try document("15-refer-modifiers.json"), at: .noon)
        let coloured = Style(isTerminal: true, isRefused: false, environment: [:])
        let lines = DocumentView.paint(view.lines, width: 80, style: plain)
        #expect(lines.allSatisfy { $0.displayWidth <= 80 })
        let painted = DocumentView.paint(view.lines, width: nil, style: coloured)
        #expect(painted.count { $0.hasPrefix("\u{1B}[31m  ! ") } == 5)
    }

    @Test("the inbox says first that a patient has died and that a request is not to be done")
    func inbox() throws {
        let sent = try document("15-refer-modifiers.json")
        let look = PatientLook(label: "", documents: [sent], at: .noon)
        #expect(look.shown == "deceased 2026-11-20 - Ines Fieldtest")
        let row = InboxRow(
            referral: nil, messages: [], patient: look,
            remarks: DocumentView(sent, at: .noon).remarks, isOurs: false)
        #expect(row.note == "deceased 2026-11-20; NOT to be done (Cardiology assessment)")
        let table = InboxCommand.table([row, row], RelativeTime(now: ShowingTime.noon.now))
        for width in [nil, 80, 60, 40] {
            let lines = table.lines(width: width, style: plain)
            #expect(lines.allSatisfy { $0.displayWidth <= width ?? .max })
            // 41 columns wide: a narrower terminal gets it in two lines.
            let words = lines.map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
            let note = "! deceased 2026-11-20; NOT to be done (Cardiology assessment):"
            #expect(words.ranges(of: note).count == 2)
        }
        let json = try JSONText.line(InboxOutput([row], waiting: 0, isStale: false))
        #expect(
            json.contains(
                #""patientCaveats":[{"element":"deceasedDateTime","resource":"Patient","#
                    + #""says":"deceased 2026-11-20","value":"2026-11-20"}]"#))
        #expect(
            json.contains(
                #""element":"doNotPerform","resource":"ServiceRequest","#
                    + #""says":"NOT to be done","title":"Cardiology assessment","value":"true""#))
    }

    @Test("what is not to be done beside the referral does not speak for it in the inbox")
    func inboxOfSeveral() throws {
        let wanted =
            #"{"resourceType":"ServiceRequest","status":"active","intent":"order","#
            + #""code":{"text":"Cardiology opinion"}}"#
        let refused =
            #"{"resourceType":"ServiceRequest","status":"active","intent":"order","#
            + #""doNotPerform":true,"code":{"text":"Resuscitation"}}"#
        let entries = [wanted, refused].map { #"{"resource":"# + $0 + "}" }.joined(separator: ",")
        let bundle = #"{"resourceType":"Bundle","type":"collection","entry":["# + entries + "]}"
        let view = DocumentView(Payload(Array(bundle.utf8)), at: .noon)
        #expect(DocumentView.words(of: view.remarks) == "NOT to be done (Resuscitation)")
    }

    @Test("a table too wide for the terminal goes on in a second line, and loses no column")
    func folds() {
        var table = Table((0..<9).map { .init("column\($0)", isFlexible: $0 == 1) })
        table.add((0..<9).map { .init("value number \($0)") })
        table.add([.init("first only")], after: "NOT so")
        let lines = table.lines(width: 80, style: plain)
        #expect(lines.allSatisfy { $0.displayWidth <= 80 })
        for place in [0, 2, 3, 4, 5, 6, 7, 8] {
            #expect(lines.contains { $0.contains("value number \(place)") })
            #expect(lines.contains { $0.contains("COLUMN\(place)") })
        }
        #expect(Array(lines.suffix(2)) == ["   ! NOT so:", "first only"])
    }

    @Test("the newest document gives the name, every one of them what has to be known")
    func look() throws {
        let old = try document("01-refer-oldname.json")
        let dead = try document("15-refer-modifiers.json")
        let look = PatientLook(label: "", documents: [old, dead], at: .noon)
        #expect(look.label == "Ines Presentname MD")
        #expect(look.formerNames == ["Ines Formername (old, until 2020-07-22)"])
        #expect(look.caveats.map(\.says) == ["deceased 2026-11-20"])
        #expect(PatientLook(label: "ines", documents: [dead], at: .noon).label == "ines")
        #expect(PatientLook(label: "", documents: [], at: .noon).shown.isEmpty)
    }
}
