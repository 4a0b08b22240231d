import CareModel
import CareStore
import CareVault
import Foundation
import Testing

@testable import careloopd

@Suite("Keys lie outside the data, only for their owner")
struct OperatorKeysFolderTests {
    private let home: TemporaryFolder

    init() throws { home = try TemporaryFolder() }

    private var files: BrokerFiles { BrokerFiles(directory: home.path + "/data") }

    /// A folder of keys beside a data directory.
    private func makeKeys() throws -> KeysFolder {
        try files.makeDirectory()
        let folder = KeysFolder(path: home.path + "/data-keys")
        try folder.make()
        return folder
    }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? Int)
    }

    @Test("a setting wins over systemd's credentials, and those over the folder beside the data")
    func precedence() throws {
        let credentials = home.path + "/credentials"
        try FileManager.default.createDirectory(
            atPath: credentials, withIntermediateDirectories: true)
        let environment = ["CREDENTIALS_DIRECTORY": credentials]
        func place(_ setting: String?) throws -> KeysFolder {
            try KeysFolder.place(files, setting: setting, environment: environment)
        }
        #expect(try place(nil).path == home.path + "/data-keys", "credentials hold no keys yet")
        for name in KeysFolder.names { _ = try home.write("x", to: "credentials/\(name)") }
        #expect(try place(nil).path == credentials)
        #expect(try place(nil).isCredentials)
        #expect(try place("/elsewhere").path == "/elsewhere")
        #expect(try !place("/elsewhere").isCredentials)
        #expect(try place(credentials).isCredentials)
        #expect(throws: OperatorFailure.self) { try place("relative/keys") }
    }

    @Test("four files are made, closed to others, and all of them can be used")
    func made() throws {
        let folder = try makeKeys()
        #expect(try mode(folder.path) == 0o700)
        for name in KeysFolder.names { #expect(try mode("\(folder.path)/\(name)") == 0o600) }
        try folder.check(against: files.directory)
        _ = try folder.curveKeys()
        _ = try folder.patients()
        #expect(try folder.signer().name.hasPrefix("careloop/"))
        #expect(try folder.masterKeys().versions == [1])
        #expect(throws: OperatorFailure.self, "never replaces a key") { try folder.make() }
    }

    @Test("a folder within the data directory is refused, by links and dots too")
    func refusesInside() throws {
        try files.makeDirectory()
        let inside = files.directory + "/keys"
        let link = home.path + "/link"
        try FileManager.default.createSymbolicLink(
            atPath: link, withDestinationPath: files.directory)
        for path in [inside, files.directory, link + "/keys", home.path + "/x/../data/keys"] {
            #expect(FolderPath.isInside(path, files.directory), "\(path)")
            #expect(throws: OperatorFailure.self) {
                try KeysFolder.of(files, setting: path, environment: [:])
            }
        }
        #expect(!FolderPath.isInside(files.directory + "-keys", files.directory))
    }

    @Test("a folder or file that is open to others is refused", arguments: [0o010, 0o001, 0o004])
    func refusesOpen(bits: Int) throws {
        let folder = try makeKeys()
        func set(_ mode: Int, _ path: String) throws {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        }
        try set(0o600 | bits, folder.auditKey)
        #expect(throws: OperatorFailure.self) { try folder.signer() }
        try set(0o600, folder.auditKey)
        try set(0o700 | bits, folder.path)
        #expect(throws: OperatorFailure.self) { try folder.check(against: files.directory) }
    }

    @Test("systemd's credentials may show the mask of their access list, and no more")
    func credentialModes() throws {
        var folder = try makeKeys()
        folder.isCredentials = true
        for name in KeysFolder.names { chmod("\(folder.path)/\(name)", 0o440) }
        chmod(folder.path, 0o550)
        defer { chmod(folder.path, 0o700) }
        try folder.check(against: files.directory)
        _ = try folder.signer()
        chmod(folder.auditKey, 0o444)
        #expect(throws: OperatorFailure.self) { try folder.signer() }
    }

    @Test("changed master keys take the file's place whole, and what was forgotten stays so")
    func saves() throws {
        let folder = try makeKeys()
        var keys = try folder.masterKeys()
        #expect(keys.addVersion(at: Instant.now) == 2)
        try folder.save(keys)
        #expect(try folder.masterKeys().versions == [1, 2])
        #expect(try mode(folder.masterKeyFile) == 0o600)
        #expect(!FileManager.default.fileExists(atPath: folder.masterKeyFile + ".new"))

        // An operator deletes version 1; a broker that still has it in memory rotates.
        try folder.forget(1)
        #expect(keys.addVersion(at: Instant.now) == 3)
        try folder.save(keys)
        #expect(try folder.masterKeys().versions == [2, 3])
        try folder.forget(3)
        #expect(try folder.masterKeys().versions == [2, 3], "the newest is never forgotten")
    }

    @Test("a file with a key that is not known here is not replaced")
    func refusesForeignFile() throws {
        let folder = try makeKeys()
        let old = try folder.masterKeys()
        var newer = old
        _ = newer.addVersion(at: Instant.now)
        try folder.save(newer)
        #expect(throws: OperatorFailure.self) { try folder.save(old) }
        #expect(try folder.masterKeys().versions == [1, 2])
    }

    @Test("where it cannot write, saving changes nothing and says what to do")
    func refusesReadOnly() throws {
        var folder = try makeKeys()
        folder.isCredentials = true
        var keys = try folder.masterKeys()
        _ = keys.addVersion(at: Instant.now)
        let failure = #expect(throws: OperatorFailure.self) { try folder.save(keys) }
        #expect(failure?.message.contains("keys.directory") == true)
        #expect(StoreError(savingKeys: try #require(failure)).message.contains("keys.directory"))
        #expect(try folder.masterKeys().versions == [1])
    }

    @Test("what is no key is refused by the file's name, never with its words")
    func refusesDamage() throws {
        let folder = try makeKeys()
        for name in KeysFolder.names {
            let path = "\(folder.path)/\(name)"
            try Data("swordfish\n".utf8).write(to: URL(fileURLWithPath: path))
            chmod(path, 0o600)
        }
        let attempts: [() throws -> Void] = [
            { _ = try folder.curveKeys() }, { _ = try folder.patients() },
            { _ = try folder.signer() }, { _ = try folder.masterKeys() },
        ]
        for attempt in attempts {
            let failure = #expect(throws: OperatorFailure.self) { try attempt() }
            #expect(failure?.message.contains("swordfish") == false)
            #expect(failure?.message.contains(folder.path) == true)
        }
    }
}
