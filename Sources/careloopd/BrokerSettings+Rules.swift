import CareCore
import CareFHIR
import CareModel
import CareStoreSQLite

extension BrokerSettings {
    /// One line of what decides, for the audit log's `configured` event; nothing secret.
    ///
    /// The master keys' versions are in it, because they are changed by hand as well: a version that
    /// was forgotten or added shows from one start to the next. So does an upgrade, by the schema of
    /// the database.
    func rules(labelledBy table: SensitivityTable?, masterVersions: [Int]) -> String {
        let hours = policy.breakGlassDuration.components.seconds / 3_600
        return [
            "schema=\(SQLiteStore.schemaVersion)",
            "consent.implicit=\(policy.implicitConsent.rawValue)",
            "consent.breakGlass=\(policy.breakGlassConsent.rawValue)",
            "consent.admitWithholding=\(policy.admitsWithholding)",
            "breakGlass.hours=\(hours)",
            "audit.checkpointSeconds=\(checkpoints.interval.components.seconds)",
            "audit.checkpointEvents=\(checkpoints.eventCount)",
            "masterKeys=\(masterVersions.map(String.init).joined(separator: ","))",
            "labels=\(labels.summary(of: table))",
        ].joined(separator: " ")
    }
}
