internal import CareModel

/// Is who has sent a document, or is about to.
struct Sender: Hashable, Sendable {
    /// The agent; nil if the broker made it.
    let agent: AgentID?
    /// The organisation it was sent for.
    let organisation: OrganisationID?

    /// An agent that sends now.
    init(_ agent: Agent) {
        self.agent = agent.id
        organisation = agent.organisation
    }

    /// Who sent a message.
    init(_ message: Message) {
        agent = message.sender
        organisation = message.organisation
    }
}

extension Directory {
    /// Who gets what goes to a mailbox, under all names by which directives may speak of them.
    ///
    /// Whoever collects from a service's mailbox is known only when they do.
    func party(of mailbox: Mailbox, collectedBy collector: AgentID?) -> ConsentParty {
        var party = Self.party(of: organisation(of: mailbox), organisations)
        var agent = collector
        switch mailbox {
        case .service(let service): party.add([service])
        case .agent(let id):
            agent = agent ?? id
            // What reaches one person reaches the services that person works.
            party.add(agents[id]?.services.sorted() ?? [])
        }
        if let agent { party.add(agent) }
        return party
    }

    /// Who sent a document, under all names by which directives may speak of them.
    func party(of sender: Sender) -> ConsentParty {
        var party = Self.party(of: sender.organisation, organisations)
        guard let agent = sender.agent else { return party }
        party.add(agents[agent]?.services.sorted() ?? [])
        party.add(agent)
        return party
    }

    private static func party(
        of organisation: OrganisationID?, _ organisations: [OrganisationID: Organisation]
    ) -> ConsentParty {
        // Patients, relatives and machines are not enrolled here, so no party is one of them.
        var party = ConsentParty([], known: [.patient, .relatedPerson, .device])
        guard let organisation else { return party }
        party.known.insert(.organisation)
        party.names = [
            .organisation(organisation),
            ConsentActor(
                reference: "Organization/\(organisation)",
                identifiers: organisations[organisation]?.identifiers ?? []),
        ]
        return party
    }
}

extension ConsentParty {
    /// Adds the services a party works, which are all of them.
    fileprivate mutating func add(_ services: [ServiceID]) {
        known.insert(.service)
        names += services.map {
            .enrolled("HealthcareService", $0.name, ConsentActor.serviceSystem)
        }
    }

    /// Adds the agent a party is.
    fileprivate mutating func add(_ agent: AgentID) {
        known.insert(.practitioner)
        names.append(.enrolled("Practitioner", agent.name, ConsentActor.agentSystem))
    }
}

extension ConsentActor {
    fileprivate static func enrolled(
        _ type: String, _ name: String, _ system: String
    ) -> ConsentActor {
        let identifier = BusinessIdentifier(system: system, value: name)
        return ConsentActor(
            reference: "\(type)/\(name)", identifiers: identifier.map { [$0] } ?? [])
    }
}
