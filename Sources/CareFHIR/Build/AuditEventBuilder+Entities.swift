internal import CareModel

extension AuditEventBuilder {
    /// What it was about; nil if it was about nothing but the broker.
    func entities(
        of event: AuditEvent, profile: AuditEventProfile?,
        patients: [PatientKey: BusinessIdentifier]
    ) -> JSONOutput? {
        let patient = event.patient.map { key in
            entity(
                Self.reference(to: key, patients[key]), AuditEventCode.person,
                AuditEventCode.patientRole, details: Self.details([("epoch", epoch(event))]))
        }
        // BALP's AuthZconsent allows patient and consents only, so the rest goes into their details.
        let isClosed = profile == .consentDecision
        let subjects = isClosed ? Self.details(Self.numbers(of: event)) : nil
        let consents = event.directives.map { directive in
            entity(
                Self.uuid(directive.uuid, type: "Consent"), .resourceType("Consent"), nil,
                details: subjects)
        }
        let others = isClosed ? [] : [auditLog(event)] + data(event)
        let entities = [patient] + consents + others
        let present = entities.compactMap(\.self)
        return present.isEmpty ? nil : .array(present)
    }

    private func data(_ event: AuditEvent) -> [JSONOutput?] {
        [
            event.message.map {
                entity(
                    .identifier(system: name("message"), value: String($0.number)),
                    AuditEventCode.systemObject, AuditEventCode.reportRole)
            },
            event.delivery.map {
                entity(
                    .identifier(system: name("delivery"), value: String($0.number)),
                    AuditEventCode.systemObject, AuditEventCode.jobRole)
            },
            event.referral.map {
                entity(
                    Self.uuid($0.uuid, type: "ServiceRequest"), .resourceType("ServiceRequest"),
                    AuditEventCode.domainResourceRole)
            },
        ]
    }

    /// The log itself, where it was read: DICOM PS3.15, A.5.3.2 wants it, under that name.
    private func auditLog(_ event: AuditEvent) -> JSONOutput? {
        guard event.kind == .accountingRead else { return nil }
        return entity(
            .identifier(system: "urn:ietf:rfc:3986", value: name("audit")),
            AuditEventCode.systemObject, AuditEventCode.securityResourceRole,
            name: "Security Audit Log")
    }

    private func epoch(_ event: AuditEvent) -> String? { event.epoch.map { String($0) } }

    private func entity(
        _ what: JSONOutput, _ type: Coding, _ role: Coding?, name: String? = nil,
        details: JSONOutput? = nil
    ) -> JSONOutput {
        .members([
            ("what", what), ("type", .coding(type)), ("role", role.map { .coding($0) }),
            ("name", name.map { .string($0) }), ("detail", details),
        ])
    }

    private static func numbers(of event: AuditEvent) -> [(String, String?)] {
        [
            ("message", event.message.map { String($0.number) }),
            ("delivery", event.delivery.map { String($0.number) }),
            ("referral", event.referral.map { "urn:uuid:\($0)" }),
        ]
    }

    private static func details(_ values: [(String, String?)]) -> JSONOutput? {
        let details = values.compactMap { name, value in
            value.map {
                JSONOutput.members([
                    ("type", .string("urn:careloop:\(name)")), ("valueString", .string($0)),
                ])
            }
        }
        return details.isEmpty ? nil : .array(details)
    }

    private static func reference(
        to key: PatientKey, _ identifier: BusinessIdentifier?
    ) -> JSONOutput {
        if let identifier {
            return .identifier(
                system: identifier.system, value: identifier.value, type: "Patient")
        }
        return .identifier(
            system: "urn:careloop:patient-hash", value: key.bytes.hexText, type: "Patient")
    }

    private static func uuid(_ uuid: UUIDBytes, type: String) -> JSONOutput {
        .identifier(system: "urn:ietf:rfc:3986", value: "urn:uuid:\(uuid)", type: type)
    }
}
