import CareFHIR
import CareModel

extension AuditRecord {
    /// The event as AUDIT-1.md, section 8, writes it.
    var json: JSONOutput {
        .members([
            ("sequence", .number(sequence)), ("kind", .string(event.kind.rawValue)),
            ("at", .number(event.at.milliseconds)), ("agent", event.agent.map { .string($0.name) }),
            ("organisation", event.organisation.map { .string($0.name) }),
            ("recipient", event.recipient.map { .string($0.description) }),
            ("message", event.message.map { .number($0.number) }),
            ("delivery", event.delivery.map { .number($0.number) }),
            ("referral", event.referral.map { .string($0.description) }),
            ("patient", event.patient.map { .string($0.bytes.hexText) }),
            ("outcome", .string(event.outcome)), ("rule", event.rule.map { .string($0) }),
            ("purpose", event.purpose.map { .string($0) }),
            ("epoch", event.epoch.map { .integer(Int($0)) }),
            ("acting_system", actingSystem.map { .string($0) }),
            ("acting_value", (event.actingFor?.identifier.value).map { .string($0) }),
            ("acting_name", (event.actingFor?.name).map { .string($0) }),
            ("acting_role", (event.actingFor?.role).map { .string($0) }),
        ])
    }

    /// An empty system is none.
    private var actingSystem: String? {
        guard let system = event.actingFor?.identifier.system, !system.isEmpty else { return nil }
        return system
    }
}
