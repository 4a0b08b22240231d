internal import CareModel
internal import Foundation
internal import ZeroMQ

/// Keeps the contexts of one person: a folder for each, and which one is current.
///
/// `HOME/contexts/NAME/` holds `context.json`, `agent.key` and `agent.db`; `HOME/current` names the
/// context that commands use unless told otherwise.
public struct AgentContexts: Sendable {
    /// The folder that holds everything.
    public let home: String

    /// Takes `home`, or if nil `$CARELOOP_HOME`, or else `~/.config/careloop`.
    public init(home: String? = nil) {
        let environment = ProcessInfo.processInfo.environment
        let variable = environment["CARELOOP_HOME"] ?? ""
        let user = environment["HOME"] ?? NSHomeDirectory()
        self.home = home ?? (variable.isEmpty ? user + "/.config/careloop" : variable)
    }

    /// The folder of a context, whether or not it exists.
    public func directory(of name: String) -> String { home + "/contexts/" + name }

    /// All contexts, by name.
    ///
    /// One that cannot be read is left out.
    public func list() -> [AgentContext] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: home + "/contexts")) ?? []
        return names.sorted().compactMap { try? read($0) }
    }

    /// The name of the current context; nil if none was chosen.
    public var current: String? {
        let text = try? String(contentsOfFile: home + "/current", encoding: .utf8)
        let name = text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        return name.isEmpty ? nil : name
    }

    /// Makes a context the current one.
    ///
    /// - Throws: `.notFound` if there is no such context.
    public func use(_ name: String) throws(AgentError) {
        _ = try read(name)
        try PrivateFiles.write(name + "\n", to: home + "/current")
    }

    /// Reads a context, the current one if `name` is nil.
    ///
    /// - Throws: `.unusableContext` if none is current or it cannot be read, `.notFound`.
    public func load(_ name: String? = nil) throws(AgentError) -> AgentContext {
        guard let chosen = name ?? current else {
            throw AgentError(
                .unusableContext,
                "No context is in use. Make one with `careloop init`, or choose one with `careloop context use`."
            )
        }
        return try read(chosen)
    }

    /// Makes a context with a new key and says the public half, which the operator enrols.
    ///
    /// The first one becomes the current one.
    ///
    /// - Throws: `.invalid` for an unusable name or one that is taken.
    public func create(_ context: AgentContext) throws(AgentError) -> String {
        try check(context.name)
        let folder = directory(of: context.name)
        guard PrivateFiles.mode(of: folder + "/context.json") == nil else {
            throw AgentError(
                .invalid,
                "The context \(context.name) exists. Choose another name, or delete it first.")
        }
        try PrivateFiles.makeDirectory(home)
        let key = try AgentKey.generate(in: folder)
        try save(context)
        if current == nil { try use(context.name) }
        return key.z85
    }

    /// Writes a context that was changed.
    public func save(_ context: AgentContext) throws(AgentError) {
        try check(context.name)
        let folder = directory(of: context.name)
        try PrivateFiles.makeDirectory(folder)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(context) else {
            throw AgentError(.invalid, "The context \(context.name) cannot be written.")
        }
        try PrivateFiles.write(
            String(decoding: data, as: UTF8.self) + "\n", to: folder + "/context.json")
    }

    /// Deletes a context with its key and its mail.
    ///
    /// - Throws: `.notFound` if there is no such context.
    public func delete(_ name: String) throws(AgentError) {
        _ = try read(name)
        do {
            try FileManager.default.removeItem(atPath: directory(of: name))
            if current == name { try FileManager.default.removeItem(atPath: home + "/current") }
        } catch {
            throw AgentError(
                .unusableContext,
                "The context \(name) could not be deleted. Check who owns \(directory(of: name)).")
        }
    }

    /// Opens a context's mail.
    public func openStore(of name: String) throws(AgentError) -> AgentStore {
        try AgentStore(directory: directory(of: name))
    }

    /// The public half of a context's key, for the operator who enrols it.
    public func publicKey(of name: String) throws(AgentError) -> String {
        try AgentKey.load(from: directory(of: name)).publicKey.z85
    }

    private func read(_ name: String) throws(AgentError) -> AgentContext {
        try check(name)
        let path = directory(of: name) + "/context.json"
        guard let data = FileManager.default.contents(atPath: path) else {
            throw AgentError(
                .notFound, "There is no context \(name). See `careloop context list`.")
        }
        guard let context = try? JSONDecoder().decode(AgentContext.self, from: data) else {
            throw AgentError(
                .unusableContext, "\(path) cannot be read. Correct it, or create the context again."
            )
        }
        return context
    }

    /// Names become folders, so only plain ones are taken.
    private func check(_ name: String) throws(AgentError) {
        guard AgentID(name) != nil else {
            throw AgentError(
                .invalid,
                "A context's name has 1 to 64 of a-z, 0-9, - and . with a letter or digit first.")
        }
    }
}
