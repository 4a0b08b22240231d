import CareCore
import CareFHIR
import CareModel
import CareStoreSQLite

extension BrokerSettings {
    /// One line of what decides, for the audit log's `configured` event; nothing secret.
    func rules(labelledBy table: SensitivityTable?) -> String {
        let hours = policy.breakGlassDuration.components.seconds / 3_600
        return [
            "consent.implicit=\(policy.implicitConsent.rawValue)",
            "consent.breakGlass=\(policy.breakGlassConsent.rawValue)",
            "consent.admitWithholding=\(policy.admitsWithholding)",
            "breakGlass.hours=\(hours)",
            "audit.checkpointSeconds=\(checkpoints.interval.components.seconds)",
            "audit.checkpointEvents=\(checkpoints.eventCount)",
            "labels=\(labels.summary(of: table))",
        ].joined(separator: " ")
    }
}
