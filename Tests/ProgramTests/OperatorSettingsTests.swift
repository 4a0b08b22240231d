import CareCore
import CareFHIR
import CareModel
import CareStoreSQLite
import Foundation
import Testing

@testable import careloopd

@Suite("Settings are taken as they are written, or refused")
struct OperatorSettingsTests {
    private let home: TemporaryFolder

    init() throws { home = try TemporaryFolder() }

    private func load(_ json: String) async throws -> BrokerSettings {
        _ = try home.write(json, to: "careloopd.json")
        return try await BrokerSettings.load(BrokerFiles(directory: home.path))
    }

    @Test("without a word the strictest policy holds, break-glass for four hours")
    func defaults() async throws {
        let settings = try await load("{}")
        #expect(settings.policy.implicitConsent == .deny)
        #expect(settings.policy.breakGlassConsent == .breakGlassOnly)
        #expect(settings.policy.breakGlassDuration == .seconds(4 * 3_600))
        #expect(!settings.policy.admitsWithholding)
        #expect(settings.labels == .standard)
        #expect(settings.keysDirectory == nil)
        #expect(settings.checkpoints.interval == .seconds(60))
        #expect(settings.checkpoints.eventCount == 1_000)
    }

    @Test("every setting of consent, labels, keys and audit is read")
    func reads() async throws {
        let settings = try await load(
            """
            {"consent": {"implicit": "basic-normal", "breakGlass": "deny", "admitWithholding": true},
             "breakGlass": {"hours": 2}, "labels": {"file": "off"}, "keys": {"directory": "/k"},
             "audit": {"checkpointSeconds": 5, "checkpointEvents": 10}}
            """)
        #expect(settings.policy.implicitConsent == .basicNormal)
        #expect(settings.policy.breakGlassConsent == .deny)
        #expect(settings.policy.breakGlassDuration == .seconds(7_200))
        #expect(settings.policy.admitsWithholding)
        #expect(settings.labels == .off)
        #expect(settings.keysDirectory == "/k")
        #expect(settings.checkpoints.interval == .seconds(5))
        #expect(settings.checkpoints.eventCount == 10)
    }

    @Test(
        "what cannot be meant is refused with status 2",
        arguments: [
            #"{"consent": {"implicit": "permit"}}"#, #"{"consent": {"breakGlass": "yes"}}"#,
            #"{"consent": {"admitWithholding": "perhaps"}}"#, #"{"breakGlass": {"hours": 0}}"#,
            #"{"breakGlass": {"hours": 25}}"#, #"{"breakGlass": {"hours": "four"}}"#,
            #"{"audit": {"checkpointSeconds": 0}}"#, #"{"audit": {"checkpointEvents": 0}}"#,
        ])
    func refuses(json: String) async throws {
        let failure = await #expect(throws: OperatorFailure.self) { try await load(json) }
        #expect(failure?.status == 2)
    }

    @Test("the sample is what the broker takes without a word, but for its addresses")
    func sample() async throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(
            contentsOf: root.appending(path: "deploy/careloopd.sample.json"), encoding: .utf8)
        let sample = try await load(text)
        let plain = try await load("{}")
        let table = try plain.labels.table()
        #expect(
            sample.rules(labelledBy: table, masterVersions: [1])
                == plain.rules(labelledBy: table, masterVersions: [1]))
        #expect(sample.keysDirectory == "/var/lib/careloop-keys")
        #expect(sample.policy.expiry == plain.policy.expiry)
        #expect(sample.reserveByteCount == plain.reserveByteCount)
    }

    @Test("the rules name every setting that decides, and the table by its hash")
    func rules() async throws {
        let strict = try await load("{}")
        let table = try strict.labels.table()
        let rules = strict.rules(labelledBy: table, masterVersions: [2, 3])
        #expect(rules.contains("consent.implicit=deny consent.breakGlass=break-glass-only"))
        #expect(rules.contains("breakGlass.hours=4"))
        #expect(rules.contains(" masterKeys=2,3 "))
        #expect(rules.contains(/labels=standard sha256:[0-9a-f]{64}$/))
        #expect(!rules.contains("\n"))
        let off = try await load(#"{"labels": {"file": "off"}}"#)
        let unlabelled = off.rules(labelledBy: try off.labels.table(), masterVersions: [1])
        #expect(unlabelled.hasSuffix(" masterKeys=1 labels=off"))
    }

    @Test("a table of one's own is read from the data directory, and its hash follows its lines")
    func labelFile() async throws {
        let line = #"{"system": "urn:x", "code": "1", "labels": ["HIV"]}"#
        let path = try home.write(#"{"labels": [\#(line)]}"#, to: "labels.json")
        chmod(path, 0o644)
        let settings = try await load(#"{"labels": {"file": "labels.json"}}"#)
        #expect(settings.labels == .file(path))
        let table = try #require(try settings.labels.table())
        #expect(table.labels(system: "urn:x", code: "1").map(\.code) == ["HIV"])
        let summary = settings.labels.summary(of: table)
        #expect(!summary.contains(home.path))
        _ = try home.write(
            #"{"labels": [\#(line.replacing("HIV", with: "PSY"))]}"#, to: "labels.json")
        chmod(path, 0o644)
        #expect(settings.labels.summary(of: try settings.labels.table()) != summary)
    }

    @Test("a table that is missing, damaged or open to others' changes stops the broker")
    func refusesLabelFile() throws {
        let missing = LabelSource(home.path + "/none.json", home.path)
        #expect(throws: OperatorFailure.self) { try missing.table() }
        let path = try home.write(#"{"labels": [{"system": "urn:x"}]}"#, to: "bad.json")
        chmod(path, 0o644)
        #expect(throws: OperatorFailure.self) { try LabelSource(path, home.path).table() }
        _ = try home.write(#"{"labels": []}"#, to: "bad.json")
        chmod(path, 0o666)
        let failure = #expect(throws: OperatorFailure.self) {
            try LabelSource(path, home.path).table()
        }
        #expect(failure?.message.contains("chmod go-w") == true)
    }
}
