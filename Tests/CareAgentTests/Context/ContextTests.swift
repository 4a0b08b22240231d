import CareModel
import Foundation
import Testing

@testable import CareAgent

@Suite("Contexts and keys")
struct ContextTests {
    private let folder: Folder
    private let contexts: AgentContexts

    init() throws {
        folder = try Folder()
        contexts = AgentContexts(home: folder.path)
    }

    private func context(_ name: String) -> AgentContext {
        AgentContext(
            name: name, agent: "dr-\(name)", brokerKey: String(repeating: "0", count: 40),
            endpoints: [.init(control: "tcp://broker.example:7701")])
    }

    @Test("a new context has a key of its own, and the first is in use")
    func creates() throws {
        #expect(throws: AgentError.self) { try contexts.load() }
        let key = try contexts.create(context("north"))
        #expect(key.count == 40)
        #expect(try contexts.publicKey(of: "north") == key)
        #expect(try contexts.create(context("south")) != key)
        #expect(contexts.current == "north")
        #expect(try contexts.load() == context("north"))
        #expect(contexts.list().map(\.name) == ["north", "south"])
        try contexts.use("south")
        #expect(try contexts.load().name == "south")
    }

    @Test("on whose behalf a context acts is kept, and nobody is nobody")
    func person() throws {
        var made = context("north")
        _ = try contexts.create(made)
        #expect(try contexts.load("north").actingFor == nil)
        let identifier = try #require(BusinessIdentifier(system: "urn:test:staff", value: "7"))
        for person in [
            Person(identifier: identifier, name: "Nora", role: "nurse"),
            Person(identifier: identifier),
        ] {
            made.actingFor = person
            try contexts.save(made)
            #expect(try contexts.load("north") == made)
        }
        let file = contexts.directory(of: "north") + "/context.json"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let broken = text.replacingOccurrences(of: #""value" : "7""#, with: #""value" : """#)
        try broken.write(toFile: file, atomically: true, encoding: .utf8)
        let error = #expect(throws: AgentError.self) { try contexts.load("north") }
        #expect(error?.code == .unusableContext, "the audit log would lack the person")
    }

    @Test("a context is not made twice, and its key is never overwritten")
    func keepsKeys() throws {
        let key = try contexts.create(context("north"))
        #expect(throws: AgentError.self) { try contexts.create(context("north")) }
        #expect(throws: AgentError.self) {
            try AgentKey.generate(in: contexts.directory(of: "north"))
        }
        #expect(try contexts.publicKey(of: "north") == key)
    }

    @Test("a deleted context is gone, and nothing is in use if it was")
    func deletes() throws {
        _ = try contexts.create(context("north"))
        try contexts.delete("north")
        #expect(contexts.list().isEmpty)
        #expect(contexts.current == nil)
        let error = #expect(throws: AgentError.self) { try contexts.delete("north") }
        #expect(error?.code == .notFound)
    }

    @Test("a name that would leave the folder is refused", arguments: ["../x", "", "A B", "a/b"])
    func names(name: String) {
        let error = #expect(throws: AgentError.self) { try contexts.create(context(name)) }
        #expect(error?.code == .invalid)
    }

    @Test("a key that others may read is refused with the remedy")
    func keyMode() throws {
        _ = try contexts.create(context("north"))
        let path = contexts.directory(of: "north")
        #expect(try folder.mode(of: "contexts/north/agent.key") == 0o600)
        try folder.setMode(0o640, of: "contexts/north/agent.key")
        let error = #expect(throws: AgentError.self) { _ = try AgentKey.load(from: path) }
        #expect(error?.message.contains("chmod 600") == true)
    }

    @Test("a key that is missing or broken is refused, and never shown")
    func brokenKey() throws {
        #expect(throws: AgentError.self) { _ = try AgentKey.load(from: folder.path) }
        let text = "not a key at all, not a key at all, not."
        try PrivateFiles.write(text, to: folder.path + "/agent.key")
        let error = #expect(throws: AgentError.self) { _ = try AgentKey.load(from: folder.path) }
        #expect(error?.code == .unusableContext)
        #expect(error?.message.contains(text) == false)
    }

    @Test("a changed context is read back")
    func saves() throws {
        _ = try contexts.create(context("north"))
        var changed = context("north")
        changed.endpoints.append(.init(control: "tcp://b:1", events: "tcp://b:2"))
        try contexts.save(changed)
        #expect(try contexts.load("north") == changed)
    }

    @Test(
        "evt is where the broker says, at the host that reached it if it says no host",
        arguments: [
            ("", nil), ("tcp://10.0.0.2:7702", "tcp://10.0.0.2:7702"),
            ("tcp://*:7702", "tcp://clinic.example:7702"),
            ("tcp://0.0.0.0:7702", "tcp://clinic.example:7702"),
            ("tcp://[::]:7702", "tcp://clinic.example:7702"), ("ipc:///run/e", "ipc:///run/e"),
        ])
    func events(published: String, expected: String?) {
        let address = EventsEndpoint.address(
            published: published, control: "tcp://clinic.example:7701")
        #expect(address == expected)
    }
}
