package import CareModel

extension Directory {
    /// One part of those enrolled whose mailbox or name, or whose organisation's, holds `text`.
    ///
    /// Ordered by mailbox, agents first; revoked agents are among them.
    ///
    /// - Parameter text: compared without regard to case; everybody matches the empty text.
    package func entries(matching text: String, page: Page) -> Answer {
        let wanted = text.lowercased()
        let found = allEntries.filter { entry in
            guard page.cursor.isEmpty || entry.mailbox.description > page.cursor else {
                return false
            }
            guard !wanted.isEmpty else { return true }
            return entry.searchedTexts.contains { $0.lowercased().contains(wanted) }
        }
        var answer = Answer()
        answer.directory = Array(found.prefix(page.limit))
        if found.count > page.limit {
            answer.cursor = answer.directory.last?.mailbox.description ?? ""
        }
        return answer
    }

    /// The organisation of a mailbox, also after its agent was revoked.
    package func owner(of mailbox: Mailbox) -> OrganisationID? {
        switch mailbox {
        case .agent(let id): agents[id]?.organisation
        case .service(let id): services[id]?.organisation
        }
    }

    private var allEntries: [DirectoryEntry] {
        let people = agents.values.map { agent in
            DirectoryEntry(
                mailbox: .agent(agent.id), name: agent.name, organisation: agent.organisation,
                organisationName: organisations[agent.organisation]?.name ?? "",
                roles: agent.roles, isActive: agent.isActive)
        }
        let teams = services.values.map { service in
            DirectoryEntry(
                mailbox: .service(service.id), name: service.name,
                organisation: service.organisation,
                organisationName: organisations[service.organisation]?.name ?? "", roles: [],
                isActive: true)
        }
        return (people + teams).sorted { $0.mailbox.description < $1.mailbox.description }
    }
}

extension DirectoryEntry {
    fileprivate var searchedTexts: [String] {
        [mailbox.description, name, organisation.name, organisationName]
    }
}
