internal import CareAgent
internal import CareModel
internal import Foundation
internal import ZeroMQ

/// Keeps the contexts of this person: a private folder for each, and which one is current.
struct ContextShelf {
    /// The folder that holds everything.
    let home: URL

    /// Looks where `CARELOOP_HOME` says, else in the person's configuration folder.
    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        if let home = environment["CARELOOP_HOME"], !home.isEmpty {
            self.home = URL(fileURLWithPath: home, isDirectory: true)
        } else if let base = environment["XDG_CONFIG_HOME"], !base.isEmpty {
            home = URL(fileURLWithPath: base, isDirectory: true).appending(path: "careloop")
        } else {
            home = FileManager.default.homeDirectoryForCurrentUser
                .appending(path: ".config/careloop", directoryHint: .isDirectory)
        }
    }

    /// The folder of a context.
    func folder(of name: String) -> URL {
        home.appending(path: "contexts", directoryHint: .isDirectory)
            .appending(path: name, directoryHint: .isDirectory)
    }

    /// The file of a context's secret key.
    func keyFile(of name: String) -> URL { folder(of: name).appending(path: "agent.key") }

    /// All contexts by name.
    func names() -> [String] {
        let folder = home.appending(path: "contexts").path
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { Self.isName($0) }.sorted()
    }

    /// The context that is used where none is named; nil if there is none.
    func currentName() -> String? {
        let text = try? String(contentsOf: home.appending(path: "current"), encoding: .utf8)
        let name = text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        return Self.isName(name) ? name : nil
    }

    /// Whether the name may be a context's.
    static func isName(_ name: String) -> Bool { ServiceID(name) != nil }

    /// Reads the named context, or the current one.
    func load(_ named: String?) throws(CommandFailure) -> AgentContext {
        guard let name = named ?? currentName() else {
            throw CommandFailure(
                .refused, "unusable-context",
                "There is no context yet. Make one with `careloop init`, "
                    + "or choose one with `careloop context use NAME`.")
        }
        let file = folder(of: name).appending(path: "context.json")
        guard Self.isName(name), let data = try? Data(contentsOf: file) else {
            throw CommandFailure(
                .refused, "unusable-context",
                "There is no context of that name. See `careloop context list`.")
        }
        guard let context = try? JSONDecoder().decode(AgentContext.self, from: data) else {
            throw CommandFailure(
                .refused, "unusable-context",
                "The file context.json of the context cannot be read. Make it anew with "
                    + "`careloop init`.")
        }
        return context
    }

    /// Makes a context with a fresh key and gives its public half.
    func create(_ context: AgentContext) throws(CommandFailure) -> CurvePublicKey {
        guard !FileManager.default.fileExists(atPath: folder(of: context.name).path) else {
            throw CommandFailure(
                .refused, "context-exists",
                "A context of that name exists. Choose another name, or delete it first with "
                    + "`careloop context delete`.")
        }
        do {
            let pair = try CurveKeyPair.generate()
            try makePrivate(home)
            try makePrivate(folder(of: context.name))
            try write(Data((pair.secretKey.revealZ85() + "\n").utf8), to: keyFile(of: context.name))
            try save(context)
            return pair.publicKey
        } catch {
            throw unwritable
        }
    }

    /// Makes a context the current one.
    func use(_ name: String) throws(CommandFailure) {
        _ = try load(name)
        do {
            try write(Data((name + "\n").utf8), to: home.appending(path: "current"))
        } catch {
            throw unwritable
        }
    }

    /// Deletes a context with its key and its mail.
    func delete(_ name: String) throws(CommandFailure) {
        _ = try load(name)
        do {
            try FileManager.default.removeItem(at: folder(of: name))
            if currentName() == name {
                try FileManager.default.removeItem(at: home.appending(path: "current"))
            }
        } catch {
            throw unwritable
        }
    }

    /// The public half of a context's key.
    func publicKey(of name: String) -> CurvePublicKey? {
        guard let text = try? String(contentsOf: keyFile(of: name), encoding: .utf8),
            let secret = CurveSecretKey(z85: text.trimmingCharacters(in: .whitespacesAndNewlines))
        else { return nil }
        return try? secret.publicKey()
    }

    private func save(_ context: AgentContext) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try write(
            try encoder.encode(context),
            to: folder(of: context.name).appending(path: "context.json"))
    }

    private var unwritable: CommandFailure {
        CommandFailure(
            .refused, "unusable-context",
            "The folder \(home.path) cannot be written. Check its owner and the disk.")
    }

    private func makePrivate(_ folder: URL) throws {
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
    }

    /// Writes beside and renames, so that no reader ever sees half a file.
    private func write(_ data: Data, to file: URL) throws {
        let draft = file.appendingPathExtension("new")
        guard
            FileManager.default.createFile(
                atPath: draft.path, contents: data, attributes: [.posixPermissions: 0o600])
        else { throw unwritable }
        _ = try FileManager.default.replaceItemAt(file, withItemAt: draft)
    }
}
