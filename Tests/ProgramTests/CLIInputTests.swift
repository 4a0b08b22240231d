import ArgumentParser
import CareModel
import Foundation
import Testing

@testable import careloop

@Suite("Codes, mailboxes and files are checked before anything is sent")
struct CLIInputTests {
    @Test("a reason of the set is taken, another lists the set")
    func checksReasons() throws {
        #expect(try ReasonSet.decline.required("capacity") == ReasonCode("capacity"))
        for text in ["forgot", "Capacity", ""] {
            let failure = #expect(throws: CommandFailure.self) {
                try ReasonSet.decline.required(text)
            }
            #expect(failure?.status == .usage)
            #expect(failure?.message.contains("could-not-contact") == true)
        }
        #expect(throws: CommandFailure.self) { try ReasonSet.decline.required(nil) }
    }

    @Test("service: may be left out of a mailbox, agent: may not")
    func readsMailboxes() throws {
        let service = try Mailbox(typed: "cardiology", option: "--to")
        #expect(service.description == "service:cardiology")
        #expect(try Mailbox(typed: "service:cardiology", option: "--to") == service)
        #expect(try Mailbox(typed: "agent:dr-bo", option: "--to").description == "agent:dr-bo")
        #expect(service.spoken == "cardiology")
        #expect(Mailbox.spoken("agent:dr-bo") == "agent:dr-bo")
        #expect(throws: CommandFailure.self) { try Mailbox(typed: "Not A Name", option: "--to") }
    }

    @Test("a person is a number, or a system and a number; the rest is wrong usage")
    func readsPerson() throws {
        let cases = [("S-117", "", "S-117"), ("urn:x|S|7", "urn:x", "S|7"), ("|7", "", "7")]
        for (text, system, value) in cases {
            let inbox = try #require(
                try CareloopCommand.parseAsRoot(["inbox", "--acting-for", text]) as? InboxCommand)
            #expect(inbox.options.person?.identifier.system == system)
            #expect(inbox.options.person?.identifier.value == value)
        }
        for text in ["", "urn:x|", "a\nb", String(repeating: "x", count: 201)] {
            #expect(throws: (any Error).self) {
                try CareloopCommand.parseAsRoot(["inbox", "--acting-for", text])
            }
        }
    }

    @Test("words are read from a file, trimmed, and empty ones are refused")
    func readsText() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("  chest pain\n\n", to: "note.txt")
        #expect(try InputFile.text(at: file) == "chest pain")
        let empty = try folder.write(" \n", to: "empty.txt")
        let failure = #expect(throws: CommandFailure.self) { try InputFile.text(at: empty) }
        #expect(failure?.code == "empty-text")
    }

    @Test("a file that is missing, a folder, or no UTF-8 is a usage failure")
    func refusesUnreadable() throws {
        let folder = try TemporaryFolder()
        #expect(throws: CommandFailure.self) { try InputFile.bytes(at: folder.path + "/none") }
        #expect(throws: CommandFailure.self) { try InputFile.bytes(at: folder.path) }
        let file = folder.path + "/latin.txt"
        try Data([0x66, 0xE9, 0x66]).write(to: URL(fileURLWithPath: file))
        let failure = #expect(throws: CommandFailure.self) { try InputFile.text(at: file) }
        #expect(failure?.status == .usage)
        #expect(try InputFile.bytes(at: file) == [0x66, 0xE9, 0x66])
    }
}
