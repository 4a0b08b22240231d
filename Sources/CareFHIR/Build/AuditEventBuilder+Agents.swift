internal import CareModel

extension AuditEventBuilder {
    /// Who took part; at most one of them, who began it, is the requestor (R4, 6.4.4).
    func agents(of event: AuditEvent) -> [JSONOutput] {
        let parts: [JSONOutput?]
        switch event.kind {
        case .consentDecided: parts = decision(event)
        case .disclosureSent:
            parts =
                [
                    agent(
                        AuditEventCode.source, broker, requestor: event.agent == nil,
                        network: name("broker")),
                    destination(event),
                ] + users(event, AuditEventCode.informationRecipient)
        case .disclosureReceived:
            parts = [
                agent(
                    AuditEventCode.source, broker, requestor: event.agent == nil,
                    network: name("broker")), recipient(event),
                human(event, AuditEventCode.humanUser),
            ]
        case .accountingRead, .consentChecked, .timelineRead:
            parts =
                [application(event)] + users(event, AuditEventCode.informationRecipient)
                + [destination(event)]
        default: parts = [application(event)] + users(event, nil) + [destination(event)]
        }
        return (parts + [organisation(event)]).compactMap(\.self)
    }

    /// Who reports: the broker, except for a receipt, which the recipient's agent noticed.
    ///
    /// R4 means by observer where the event was detected, and BALP's recipient profile that the
    /// recipient is the observer. The log is the broker's nevertheless, so the site is.
    func source(of event: AuditEvent) -> JSONOutput {
        let isReceipt = event.kind == .disclosureReceived
        let observer = isReceipt ? event.agent.map { Self.reference(to: .agent($0)) } : nil
        return .members([
            ("site", brokerName.isEmpty ? nil : .string(brokerName)),
            ("observer", observer ?? broker),
            ("type", .array([.coding(AuditEventCode.applicationServer)])),
        ])
    }

    private var broker: JSONOutput {
        .identifier(system: "urn:ietf:rfc:3986", value: name("broker"), type: "Device")
    }

    /// The four parts of BALP's AuthZconsent, and for whom the verdict was asked.
    ///
    /// BALP calls every user an information recipient; here it is the one who asked: the person for
    /// whom the client acts, or else the client itself.
    private func decision(_ event: AuditEvent) -> [JSONOutput?] {
        let client = event.agent.map { id in
            agent(
                AuditEventCode.application, Self.reference(to: .agent(id)),
                network: Self.address(.agent(id)))
        }
        return [
            client,
            human(event, AuditEventCode.informationRecipient)
                ?? user(event, AuditEventCode.informationRecipient),
            agent(
                AuditEventCode.authorizationServer, broker, requestor: event.agent == nil),
            destination(event),
        ]
    }

    private func application(_ event: AuditEvent) -> JSONOutput {
        agent(AuditEventCode.application, broker, requestor: event.agent == nil)
    }

    private func user(_ event: AuditEvent, _ type: Coding?) -> JSONOutput? {
        event.agent.map { agent(type, Self.reference(to: .agent($0)), requestor: true) }
    }

    /// Who did it: the agent; or the person who had it done, and the agent as their program.
    private func users(_ event: AuditEvent, _ type: Coding?) -> [JSONOutput?] {
        guard let human = human(event, type ?? AuditEventCode.humanUser) else {
            return [user(event, type)]
        }
        let program = event.agent.map {
            agent(AuditEventCode.application, Self.reference(to: .agent($0)))
        }
        return [program, human]
    }

    /// The person on whose behalf the agent acted, who began it then; nil if it did not tell.
    private func human(_ event: AuditEvent, _ type: Coding) -> JSONOutput? {
        event.actingFor.map { person in
            .members([
                ("type", .concept(type)),
                ("role", person.role.map { .array([.members([("text", .string($0))])]) }),
                (
                    "who",
                    .identifier(
                        system: person.identifier.system,
                        value: person.identifier.value)
                ), ("name", person.name.map { .string($0) }),
                ("requestor", .bool(true)),
            ])
        }
    }

    private func destination(_ event: AuditEvent) -> JSONOutput? {
        event.recipient.map { mailbox in
            agent(
                AuditEventCode.destination, Self.reference(to: mailbox),
                network: Self.address(mailbox))
        }
    }

    /// The agent that stored the copy, at the mailbox it collected it from.
    private func recipient(_ event: AuditEvent) -> JSONOutput? {
        guard let id = event.agent else { return destination(event) }
        return agent(
            AuditEventCode.destination, Self.reference(to: .agent(id)),
            requestor: event.actingFor == nil, network: Self.address(event.recipient ?? .agent(id)))
    }

    private func organisation(_ event: AuditEvent) -> JSONOutput? {
        event.organisation.map { organisation in
            let reference = JSONOutput.identifier(
                system: ConsentActor.organisationSystem, value: organisation.name,
                type: "Organization")
            return agent(AuditEventCode.provider, reference)
        }
    }

    private func agent(
        _ type: Coding?, _ who: JSONOutput, requestor: Bool = false, network: String? = nil
    ) -> JSONOutput {
        .members([
            ("type", type.map { .concept($0) }), ("who", who), ("requestor", .bool(requestor)),
            (
                "network",
                // 5 is a URI (R4 network-type): agents call in from anywhere, their mailbox stays.
                network.map { .members([("address", .string($0)), ("type", .string("5"))]) }
            ),
        ])
    }

    private static func address(_ mailbox: Mailbox) -> String { "urn:careloop:mailbox:\(mailbox)" }

    private static func reference(to mailbox: Mailbox) -> JSONOutput {
        switch mailbox {
        case .agent(let agent): .identifier(system: "urn:careloop:agent", value: agent.name)
        case .service(let service):
            .identifier(system: "urn:careloop:service", value: service.name)
        }
    }
}
