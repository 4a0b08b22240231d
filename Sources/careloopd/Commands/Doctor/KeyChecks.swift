import CareModel
import CareVault
import Foundation

/// Looks at the keys: where they are, who can read them, how old they are.
struct KeyChecks {
    /// The folder, if the settings lead to one.
    let folder: KeysFolder?
    /// The keys, as far as they can be read.
    let masterKeys: MasterKeys?
    let signer: NoteSigner?

    private let trouble: [Finding]

    /// A year, after which a master key should be rotated.
    private static let ageMax: Duration = .seconds(365 * 86_400)

    init(files: BrokerFiles, setting: String?) {
        var trouble: [Finding] = []
        func attempt<Value>(_ body: () throws -> Value) -> Value? {
            do {
                return try body()
            } catch {
                trouble.append(.fail("keys", error))
                return nil
            }
        }
        let folder = attempt { try KeysFolder.of(files, setting: setting) }
        self.folder = folder
        masterKeys = folder.flatMap { folder in attempt { try folder.masterKeys() } }
        signer = folder.flatMap { folder in attempt { try folder.signer() } }
        if let folder {
            _ = attempt { try folder.curveKeys() }
            _ = attempt { try folder.patients() }
        }
        self.trouble = trouble
    }

    func findings(at now: Timestamp = Instant.now) -> [Finding] {
        var findings = trouble
        if let folder {
            let isCredentials = folder.isCredentials
            findings.append(
                FolderChecks.folder("keys", folder.path, isCredentials: isCredentials))
            findings += KeysFolder.names.map {
                FolderChecks.file("keys", "\(folder.path)/\($0)", isCredentials: isCredentials)
            }
            if access(folder.path, W_OK) != 0 {
                findings.append(
                    .warn(
                        "keys",
                        "\(folder.path) cannot be written, so keys cannot be rotated. See the "
                            + "runbook, Keys."))
            }
        }
        if let masterKeys { findings.append(Self.age(of: masterKeys, now)) }
        if let signer { findings.append(.ok("audit key", signer.verifierText)) }
        return findings
    }

    static func age(of keys: MasterKeys, _ now: Timestamp) -> Finding {
        let versions = "version \(keys.newest) of \(keys.versions.count) kept"
        guard let createdAt = keys.createdAt(keys.newest) else {
            return .fail("master key", "there is none. Restore master.keys from your back-up.")
        }
        let age = Instant.age(of: createdAt, at: now)
        guard now - createdAt <= ageMax else {
            return .warn(
                "master key", "\(versions) is \(age) old. Run: careloopd keys rotate")
        }
        return .ok("master key", "\(versions), \(age) old")
    }
}
