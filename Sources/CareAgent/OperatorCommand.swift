public import CareModel
internal import CareWire
internal import SwiftProtobuf

/// Is what an operator wants of a broker on its own machine.
public enum OperatorCommand: Equatable, Sendable {
    /// Enrols an organisation, or changes its name or identifiers.
    case enrolOrganisation(Organisation)
    /// Enrols a service, or changes its name.
    case enrolService(Service)
    /// Enrols an agent, or changes its name, key, roles or services.
    case enrolAgent(CareModel.Agent)
    /// Takes an agent's key away for ever.
    case revokeAgent(AgentID)
    /// Lists everybody.
    case directory
    /// Tells how the broker is.
    case status
    /// Ends the broker in good order.
    case stop
    /// Takes a new master key into use.
    case rotateKeys
    /// Destroys a patient's data key: for good, once a second operator has asked the same, or at
    /// once if the first is sure.
    case shred(BusinessIdentifier, operatorName: String, isSure: Bool)
}

/// Is what became of an operator's command that was not refused.
public enum OperatorAnswer: Equatable, Sendable {
    /// Done, and on disk.
    case done
    /// It was so already.
    case unchanged
    /// Everybody enrolled.
    case directory([DirectoryEntry])
    /// How the broker is.
    case status(BrokerStatus)
    /// A second operator has to ask the same before this time.
    case awaitsSecond(until: Timestamp)
}

extension OperatorCommand {
    /// The command as CLP/1 carries it.
    var wire: WireAdminister {
        .with {
            switch self {
            case .enrolOrganisation(let organisation):
                $0.enrolOrganisation.id = organisation.id.name
                $0.enrolOrganisation.name = organisation.name
                $0.enrolOrganisation.identifiers = organisation.identifiers.map(\.wire)
            case .enrolService(let service):
                $0.enrolService.id = service.id.name
                $0.enrolService.organisation = service.organisation.name
                $0.enrolService.name = service.name
            case .enrolAgent(let agent):
                $0.enrolAgent.id = agent.id.name
                $0.enrolAgent.organisation = agent.organisation.name
                $0.enrolAgent.name = agent.name
                $0.enrolAgent.publicKey = agent.publicKey
                $0.enrolAgent.roles = agent.roles.sorted().map(\.rawValue)
                $0.enrolAgent.services = agent.services.sorted().map(\.name)
            case .revokeAgent(let agent): $0.revokeAgent.id = agent.name
            case .directory: $0.listDirectory = WireListDirectory()
            case .status: $0.status = WireStatus()
            case .stop: $0.stop = WireStop()
            case .rotateKeys: $0.rotateKeys = WireRotateKeys()
            case .shred(let patient, let name, let isSure):
                $0.shredPatient.patient = patient.wire
                $0.shredPatient.operator = name
                $0.shredPatient.sure = isSure
            }
        }
    }
}

extension OperatorAnswer {
    /// Reads what became of a command; nil for an outcome this version does not know.
    init?(_ wire: WireAdministered, to command: OperatorCommand) {
        switch (wire.outcome, command) {
        case ("done", .directory):
            self = .directory(wire.directory.compactMap { DirectoryEntry($0) })
        case ("done", .status): self = .status(BrokerStatus(wire.status))
        case ("done", _): self = .done
        case ("unchanged", _): self = .unchanged
        case ("awaits-second", _):
            self = .awaitsSecond(until: Timestamp(milliseconds: wire.awaitsSecondUntilMs))
        default: return nil
        }
    }
}

extension BrokerStatus {
    fileprivate init(_ wire: WireBrokerStatus) {
        self.init()
        sessions = Int(wire.sessions)
        messages = Int(clamping: wire.messages)
        queued = Int(clamping: wire.queued)
        leased = Int(clamping: wire.leased)
        deadLetters = Int(clamping: wire.deadLetters)
        keptBack = Int(clamping: wire.keptBack)
        keysToRewrap = Int(clamping: wire.keysToRewrap)
        auditEvents = Int(clamping: wire.auditEvents)
        if wire.oldestQueuedAtMs > 0 {
            oldestQueuedAt = Timestamp(milliseconds: wire.oldestQueuedAtMs)
        }
        metrics = wire.metrics.compactMap { MetricReading($0) }
    }
}

extension MetricReading {
    /// Reads a figure; nil for one of a kind this version does not know.
    fileprivate init?(_ wire: WireMetric) {
        let figure: Figure
        switch wire.figure {
        case .count(let count): figure = .count(count)
        case .level(let level): figure = .level(level)
        case .spread(let spread):
            figure = .spread(
                Spread(
                    count: spread.count, median: spread.median, p90: spread.p90, p99: spread.p99,
                    max: spread.max))
        case nil: return nil
        }
        self.init(name: wire.name, label: wire.label, figure: figure)
    }
}
