import CareFixtures
import Foundation
import Testing

@Suite("Field documents are referred with, or refused in words", .serialized)
struct CLIFieldTests {
    private let broker: CLIBroker

    init() throws { broker = try CLIBroker() }

    private func text(_ name: String) throws -> String {
        String(decoding: try FixtureFolder.bytes("field/\(name).json"), as: UTF8.self)
    }

    /// Adds the patient of a document, permits all, and refers with it.
    private func refer(
        _ name: String, changing change: (String) -> String = { $0 }, _ more: String...
    ) throws -> CLIProgram.Outcome {
        let document = change(try text(name))
        try addPatient(of: document)
        let arguments = ["--context", "ann", "refer", "ines", "--to", "cardiology", "--json"]
        return try broker.program.run(
            arguments + ["--reason", "assessment", "--bundle", "-"] + more, input: document)
    }

    private func addPatient(of document: String) throws {
        let plain = document.replacing("\u{FEFF}", with: "")
        let added = try broker.run(
            "ann", "patient", "add", "ines", "--replace", "--from", "-", input: plain)
        try #require(added.status == 0, "\(added.complaint)")
        let put = try broker.run("ann", "consent", "put", "ines", "--permit", "--json")
        try #require(put.status == 0, "\(put.complaint)")
    }

    @Test(
        "what is in order is sent, and arrives byte for byte",
        arguments: ["17a-refer-two-bases", "23d-refer-task-contained"])
    func sent(name: String) throws {
        let outcome = try refer(name)
        #expect(outcome.status == 0, "\(outcome.complaint)")
        let number = try #require(try outcome.object()["number"] as? String)
        _ = try broker.run("bo", "inbox")
        let raw = try broker.run("bo", "show", number, "--raw", "request").output
        #expect(raw == (try text(name)))
    }

    @Test(
        "what refers nobody is refused before it is sent, in words that say why",
        arguments: [
            ("15-refer-modifiers", "doNotPerform"), ("18-refer-bom", "byte order mark"),
            ("22a-refer-revoked", "the status revoked"),
        ])
    func refused(name: String, word: String) throws {
        let outcome = try refer(name, "--deceased-is-known")
        #expect(outcome.status == 1)
        #expect(try outcome.error()["code"] as? String == "payload-mismatch")
        let message = try #require(try outcome.error()["message"] as? String)
        #expect(message.contains(word))
        #expect(!message.contains("F-0") && !message.contains("Fieldtest"))
    }

    @Test("a patient who has died is not referred unless somebody says that it is meant")
    func deceased() throws {
        let change = { (text: String) in
            text.replacing("\"doNotPerform\": true", with: "\"priority\": \"routine\"")
        }
        let refused = try refer("15-refer-modifiers", changing: change)
        #expect(refused.status == 1)
        #expect(try refused.error()["code"] as? String == "not-confirmed")
        let message = try #require(try refused.error()["message"] as? String)
        #expect(message.contains("--deceased-is-known") && !message.contains("2026"))
        #expect(try broker.run("cora", "open").output == "Nothing is open.\n")
        let known = try refer("15-refer-modifiers", changing: change, "--deceased-is-known")
        #expect(known.status == 0, "\(known.complaint)")
    }

    @Test("words that a Windows program wrote are taken without their mark; UTF-16 is named")
    func words() throws {
        try addPatient(of: try text("14b-refer-practitioner-logical"))
        func refer(_ file: String) throws -> CLIProgram.Outcome {
            try broker.run(
                "ann", "refer", "ines", "--to", "cardiology", "--reason", "assessment",
                "--text-file", file, "--json")
        }
        let folder = try TemporaryFolder()
        let sent = try refer(try folder.write("\u{FEFF}chest pain\r\n", to: "note.txt"))
        #expect(sent.status == 0, "\(sent.complaint)")
        let number = try #require(try sent.object()["number"] as? String)
        _ = try broker.run("bo", "inbox")
        let raw = try broker.run("bo", "show", number, "--raw", "request").output
        #expect(raw.contains("\"chest pain\"") && !raw.unicodeScalars.contains("\u{FEFF}"))
        let wide = folder.path + "/wide.txt"
        try #require("chest pain".data(using: .utf16)).write(to: URL(fileURLWithPath: wide))
        let refused = try refer(wide)
        #expect(refused.status == 2)
        #expect(try refused.error()["code"] as? String == "not-text")
    }
}
