public import CareModel

extension BrokerCore {
    /// Carries out an operator's command.
    mutating func administer(
        _ command: AdminCommand, on peer: Peer, request: UInt64, secret: [UInt8],
        _ step: inout Step
    ) {
        switch command {
        case .directory:
            step.answer(peer, request: request, .administered(.directory(directory.entries)))
        case .status:
            step.plan.inquiries.append(
                Inquiry(
                    asker: nil, peer: peer, request: request,
                    subject: .status(sessions: sessions.count)))
        case .stop:
            step.plan.stops = true
            step.answer(peer, request: request, .administered(.done))
        case .unusable(let refusal):
            step.answer(peer, request: request, .administered(.refused(refusal)))
        case .rotateKeys(let version):
            step.audit(AuditEvent(.keysRotated, at: step.now, outcome: "version \(version)"))
            step.answer(peer, request: request, .administered(.done))
        case .shred(let patient, let operatorName, let isSure):
            let outcome: Administered
            do throws(Rejection) {
                outcome = try shred(patient, operatorName: operatorName, isSure: isSure, &step)
            } catch {
                outcome = .refused(error.refusal)
            }
            step.answer(peer, request: request, .administered(outcome))
        case .enrolOrganisation, .enrolService, .enrolAgent, .revokeAgent:
            let outcome: Administered
            do throws(Rejection) {
                outcome = try enrol(command, secret: secret, &step) ? .done : .unchanged
            } catch {
                outcome = .refused(error.refusal)
            }
            step.answer(peer, request: request, .administered(outcome))
        }
    }

    /// Changes the directory; false if it was so already.
    private mutating func enrol(
        _ command: AdminCommand, secret: [UInt8], _ step: inout Step
    ) throws(Rejection) -> Bool {
        switch command {
        case .enrolOrganisation(let organisation):
            guard directory.organisations[organisation.id] != organisation else { return false }
            directory.organisations[organisation.id] = organisation
            reconsiderations.beginWithEverybody()
            step.plan.writes.append(.putOrganisation(organisation))
            addStream(.organisation(organisation.id), secret: secret[...], &step)
            audit(.enrolled, "organisation \(organisation.id)", &step)
        case .enrolService(let service):
            return try enrol(service, secret: secret, &step)
        case .enrolAgent(let agent):
            return try enrol(agent, secret: secret, &step)
        case .revokeAgent(let id):
            return try revoke(id, secret: secret, &step)
        case .directory, .status, .stop, .rotateKeys, .shred, .unusable:
            return false
        }
        return true
    }

    private mutating func enrol(
        _ service: Service, secret: [UInt8], _ step: inout Step
    ) throws(Rejection) -> Bool {
        guard directory.organisations[service.organisation] != nil else {
            throw Rejection(
                .invalidField, "Enrol the organisation \(service.organisation) first.")
        }
        if let earlier = directory.services[service.id] {
            guard earlier != service else { return false }
            guard earlier.organisation == service.organisation else {
                throw Rejection(.alreadyEnrolled)
            }
        }
        directory.services[service.id] = service
        step.plan.writes.append(.putService(service))
        addStream(.mailbox(.service(service.id)), secret: secret[...], &step)
        audit(.enrolled, "service \(service.id)", &step)
        return true
    }

    private mutating func enrol(
        _ agent: Agent, secret: [UInt8], _ step: inout Step
    ) throws(Rejection) -> Bool {
        guard directory.organisations[agent.organisation] != nil else {
            throw Rejection(.invalidField, "Enrol the organisation \(agent.organisation) first.")
        }
        guard agent.services.count <= Agent.serviceCountMax else {
            throw Rejection(
                .invalidField, "An agent works \(Agent.serviceCountMax) services at most.")
        }
        for service in agent.services.sorted() {
            guard directory.services[service]?.organisation == agent.organisation else {
                throw Rejection(
                    .invalidField,
                    "\(service) is not a service of \(agent.organisation). Enrol it first.")
            }
        }
        let sameKey = directory.agents.values.filter { $0.publicKey == agent.publicKey }
        guard sameKey.allSatisfy({ $0.id == agent.id }) else {
            throw Rejection(.alreadyEnrolled, "This key is enrolled for another agent.")
        }
        let earlier = directory.agents[agent.id]
        if let earlier {
            guard earlier != agent else { return false }
            guard earlier.isActive, earlier.organisation == agent.organisation else {
                throw Rejection(.alreadyEnrolled)
            }
        }
        directory.agents[agent.id] = agent
        reconsiderations.beginWithEverybody()
        step.plan.directoryChanged = true
        step.plan.writes.append(.putAgent(agent))
        addStream(.mailbox(.agent(agent.id)), secret: secret[...], &step)
        audit(.enrolled, "agent \(agent.id)", &step)
        // Its rights may have changed: whoever is connected says hello again and learns them.
        endSessions(of: agent.id, .resync, &step)
        guard let earlier else { return true }
        if earlier.publicKey != agent.publicKey || !agent.roles.contains(.emergency) {
            endBreakGlasses(of: agent.id, &step)
        }
        // Whoever has the old key, or the agent itself, may follow no more than the new rights say.
        if earlier.publicKey != agent.publicKey || earlier.services != agent.services
            || earlier.roles != agent.roles
        {
            renewStreams(of: earlier, secret: secret, &step)
        }
        return true
    }

    private mutating func revoke(
        _ id: AgentID, secret: [UInt8], _ step: inout Step
    ) throws(Rejection) -> Bool {
        guard var agent = directory.agents[id] else {
            throw Rejection(.invalidField, "No agent of that name is enrolled.")
        }
        guard agent.isActive else { return false }
        agent.isActive = false
        directory.agents[id] = agent
        step.plan.directoryChanged = true
        step.plan.writes.append(.putAgent(agent))
        audit(.revoked, "agent \(id)", &step)
        endBreakGlasses(of: id, &step)
        endSessions(of: id, .bye(Refusal(.revoked)), &step)
        renewStreams(of: agent, secret: secret, &step)
        return true
    }

    /// Gives the streams that an agent could follow another token and key: its connection to `evt`
    /// outlives its key, and events are nobody's business who is not asked to act on them.
    private mutating func renewStreams(
        of agent: Agent, secret: [UInt8], _ step: inout Step
    ) {
        var secret = secret[...]
        for name in agent.streams {
            guard let old = streams[name], secret.count >= Input.streamSecretByteCount else {
                continue
            }
            let renewed = Stream(
                name: name, token: Array(secret.prefix(16)),
                key: Array(secret.dropFirst(16).prefix(32)), epoch: old.epoch)
            secret = secret.dropFirst(Input.streamSecretByteCount)
            streams.put(renewed)
            step.plan.writes.append(.renewStream(renewed))
            tellFollowers(of: renewed, &step)
        }
    }

    private mutating func addStream(
        _ name: StreamName, secret: ArraySlice<UInt8>, _ step: inout Step
    ) {
        guard streams[name] == nil, secret.count >= Input.streamSecretByteCount else { return }
        let stream = Stream(
            name: name, token: Array(secret.prefix(16)),
            key: Array(secret.dropFirst(16).prefix(32)), epoch: 1)
        streams.put(stream)
        step.plan.writes.append(.putStream(stream))
    }

    private func audit(_ kind: AuditEvent.Kind, _ subject: String, _ step: inout Step) {
        step.audit(AuditEvent(kind, at: step.now, outcome: subject))
    }
}

extension Directory {
    /// Everybody, ordered by mailbox.
    public var entries: [DirectoryEntry] {
        let agents = agents.values.map { agent in
            entry(.agent(agent.id), agent.name, agent.organisation, agent.roles, agent.isActive)
        }
        let services = services.values.map { service in
            entry(.service(service.id), service.name, service.organisation, [], true)
        }
        return (agents + services).sorted { $0.mailbox < $1.mailbox }
    }

    private func entry(
        _ mailbox: Mailbox, _ name: String, _ organisation: OrganisationID, _ roles: Set<Role>,
        _ isActive: Bool
    ) -> DirectoryEntry {
        DirectoryEntry(
            mailbox: mailbox, name: name, organisation: organisation,
            organisationName: organisations[organisation]?.name ?? organisation.name,
            roles: roles, isActive: isActive)
    }
}
