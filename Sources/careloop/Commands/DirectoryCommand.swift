internal import ArgumentParser
internal import CareModel

/// Shows who is enrolled.
struct DirectoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "directory", abstract: "Show whom you can refer to and who takes part.",
        discussion:
            "Roles: referrer, specialist, coordinator, auditor, administrator, and emergency "
            + "for those who may break the glass.")

    @OptionGroup var options: GlobalOptions

    @Argument(help: "Part of a name or an id.")
    var text: String?

    func run() throws {
        let desk = try Desk(options)
        guard !options.offline else {
            throw CommandFailure.usage("The directory is at the broker. Leave --offline out.")
        }
        if let entries = try desk.askForAll(.directory(text: text ?? ""), \.directory) {
            try show(entries, on: desk.screen)
        }
        try desk.finish()
    }

    private func show(_ entries: [DirectoryEntry], on screen: Screen) throws {
        guard !screen.isJSON else {
            return try screen.print(json: ["directory": entries.map { Output($0) }])
        }
        var table = Table([
            .init("mailbox"), .init("name", isFlexible: true),
            .init("organisation", isFlexible: true), .init("roles", isFlexible: true), .init(""),
        ])
        for entry in entries {
            table.add([
                .init(entry.mailbox.description, .strong), .init(entry.name),
                .init("\(entry.organisationName) (\(entry.organisation))"),
                .init(entry.roles.sorted().map(\.rawValue).joined(separator: ", ")),
                .init(entry.isActive ? "" : "revoked", .bad),
            ])
        }
        screen.print(table, ifEmpty: "Nobody is enrolled under such a name.")
    }

    private struct Output: Encodable {
        let mailbox: String
        let name: String
        let organisation: String
        let organisationName: String
        let roles: [String]
        let active: Bool

        init(_ entry: DirectoryEntry) {
            mailbox = entry.mailbox.description
            name = entry.name
            organisation = entry.organisation.name
            organisationName = entry.organisationName
            roles = entry.roles.sorted().map(\.rawValue)
            active = entry.isActive
        }
    }
}
