public import CareModel
internal import Foundation
public import SwiftProtobuf

/// Is a decoded `adm` header.
public struct HeardFromOperator: Sendable {
    /// The operator's number for it.
    public let request: UInt64
    /// What was asked; `.unusable` with the reason if the broker cannot take it.
    public let command: AdminCommand

    /// Decodes a header.
    ///
    /// Never fails: what cannot be read is an `.unusable` command.
    ///
    /// - Parameters:
    ///   - header: the protobuf bytes.
    ///   - patientKey: turns a patient's identifier into the broker's keyed hash.
    public init(
        header: some SwiftProtobufContiguousBytes,
        patientKey: (BusinessIdentifier) -> PatientKey
    ) {
        guard let frame = try? WireAgentFrame(serializedBytes: header) else {
            request = 0
            command = .unusable(Refusal(.malformedFrame))
            return
        }
        request = frame.request
        guard frame.version == WireLimits.version else {
            command = .unusable(Refusal(.unsupportedVersion))
            return
        }
        guard case .administer(let administer) = frame.body else {
            command = .unusable(Refusal(.unsupportedVerb))
            return
        }
        do throws(Refusal) {
            command = try AdminCommand(administer, patientKey: patientKey)
        } catch {
            command = .unusable(error)
        }
    }
}

extension AdminCommand {
    init(
        _ wire: WireAdminister, patientKey: (BusinessIdentifier) -> PatientKey
    ) throws(Refusal) {
        switch wire.command {
        case .enrolOrganisation(let organisation):
            self = .enrolOrganisation(try Organisation(organisation))
        case .enrolService(let service):
            self = .enrolService(
                Service(
                    id: try FieldReader.name(service.id, "id"),
                    organisation: try FieldReader.name(service.organisation, "organisation"),
                    name: try FieldReader.text(service.name, "name")))
        case .enrolAgent(let agent): self = .enrolAgent(try Agent(agent))
        case .revokeAgent(let revoke):
            self = .revokeAgent(try FieldReader.name(revoke.id, "id"))
        case .listDirectory: self = .directory
        case .status: self = .status
        case .stop: self = .stop
        // The shell makes the key, so it alone knows the version.
        case .rotateKeys: self = .rotateKeys(version: 0)
        case .shredPatient(let shred):
            let patient = try FieldReader.identifier(shred.patient, "patient")
            self = .shred(
                patientKey(patient),
                operatorName: try FieldReader.operatorName(shred.operator, "operator"),
                isSure: shred.sure)
        case nil: throw Refusal(.unsupportedVerb)
        }
    }
}

extension Organisation {
    init(_ wire: WireEnrolOrganisation) throws(Refusal) {
        var identifiers: [BusinessIdentifier] = []
        for identifier in wire.identifiers.prefix(32) {
            identifiers.append(try FieldReader.identifier(identifier, "identifiers"))
        }
        self.init(
            id: try FieldReader.name(wire.id, "id"),
            name: try FieldReader.text(wire.name, "name"), identifiers: identifiers)
    }
}

extension Agent {
    init(_ wire: WireEnrolAgent) throws(Refusal) {
        guard wire.publicKey.utf8.count == 40 else {
            throw FieldReader.invalid("public_key", "needs the 40 characters of a Z85 key")
        }
        var roles: Set<Role> = []
        for text in wire.roles {
            guard let role: Role = try FieldReader.code(text, "roles") else { continue }
            roles.insert(role)
        }
        guard !roles.isEmpty else { throw FieldReader.invalid("roles", "needs one role or more") }
        var services: Set<ServiceID> = []
        for text in wire.services { services.insert(try FieldReader.name(text, "services")) }
        self.init(
            id: try FieldReader.name(wire.id, "id"),
            organisation: try FieldReader.name(wire.organisation, "organisation"),
            name: try FieldReader.text(wire.name, "name"), publicKey: wire.publicKey,
            roles: roles, services: services)
    }
}

extension Administered {
    var wire: WireAdministered {
        .with {
            switch self {
            case .done: $0.outcome = "done"
            case .unchanged: $0.outcome = "unchanged"
            case .refused(let refusal):
                $0.outcome = "refused"
                $0.refusal = refusal.wire
            case .directory(let entries):
                $0.outcome = "done"
                $0.directory = entries.map(\.wire)
            case .status(let status):
                $0.outcome = "done"
                $0.status = status.wire
            case .awaitsSecond(let until):
                $0.outcome = "awaits-second"
                $0.awaitsSecondUntilMs = until.milliseconds
            }
        }
    }
}

extension BrokerStatus {
    var wire: WireBrokerStatus {
        .with {
            $0.sessions = UInt32(clamping: sessions)
            $0.messages = UInt64(messages)
            $0.queued = UInt64(queued)
            $0.leased = UInt64(leased)
            $0.deadLetters = UInt64(deadLetters)
            $0.keptBack = UInt64(keptBack)
            $0.keysToRewrap = UInt64(keysToRewrap)
            $0.auditEvents = UInt64(auditEvents)
            if let oldestQueuedAt { $0.oldestQueuedAtMs = oldestQueuedAt.milliseconds }
            $0.metrics = metrics.map(\.wire)
        }
    }
}

extension MetricReading {
    fileprivate var wire: WireMetric {
        .with {
            $0.name = name
            $0.label = label
            switch figure {
            case .count(let count): $0.count = count
            case .level(let level): $0.level = level
            case .spread(let spread):
                $0.spread = .with {
                    $0.count = spread.count
                    $0.median = spread.median
                    $0.p90 = spread.p90
                    $0.p99 = spread.p99
                    $0.max = spread.max
                }
            }
        }
    }
}
