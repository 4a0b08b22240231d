import ArgumentParser
import CareFHIR
import Foundation

/// Looks whether everything that the broker's safety rests on is as it should be.
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look whether everything the broker's safety rests on is as it should be.",
        discussion: """
            Run it as the broker's user, with the broker running or not. Changes nothing. Each line \
            says ok, warn or FAIL, and what to do. Ends with 1 if anything fails.
            """)

    @OptionGroup var data: DataOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let findings = await findings()
        let hasFailed = findings.contains { $0.result == .fail }
        if json {
            JSONOutput.members([
                ("ok", .bool(!hasFailed)), ("findings", .array(findings.map(\.json))),
            ]).printLine()
        } else {
            for finding in findings { print(finding.line) }
        }
        guard !hasFailed else { throw ExitCode(1) }
    }

    private func findings() async -> [Finding] {
        let files = data.files
        var findings = FolderChecks.data(files)
        let settings: BrokerSettings
        do {
            settings = try await BrokerSettings.load(files)
            findings.append(.ok("settings", files.settings))
        } catch {
            return findings + [.fail("settings", error)] + MachineChecks.all()
        }
        findings.append(SettingsChecks.consent(settings.policy))
        findings.append(SettingsChecks.labels(settings.labels))
        let keys = KeyChecks(files: files, setting: settings.keysDirectory)
        findings += keys.findings()
        let store = StoreChecks(files: files, settings: settings)
        findings += store.findings(keys: keys)
        findings.append(await BrokerCheck.finding(data))
        return findings + MachineChecks.all()
    }
}
