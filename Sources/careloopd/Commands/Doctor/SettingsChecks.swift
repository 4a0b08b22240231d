import CareCore
import CareFHIR
import CareModel

/// Looks at what decides over consent.
enum SettingsChecks {
    /// Whether anything is released where a patient has said nothing.
    static func consent(_ policy: BrokerPolicy) -> Finding {
        let implicit = policy.implicitConsent.rawValue
        let breakGlass = policy.breakGlassConsent.rawValue
        guard policy.implicitConsent == .deny else {
            return .warn(
                "consent",
                "without a directive, \(implicit) holds. Make sure that your law permits it, or "
                    + "set consent.implicit to deny.")
        }
        return .ok("consent", "without a directive: \(implicit); for break-glass: \(breakGlass)")
    }

    /// Whether the table of labels can be used.
    static func labels(_ source: LabelSource) -> Finding {
        do {
            guard let table = try source.table() else {
                return .warn(
                    "labels",
                    "labelling is off: a rule about sensitive content finds only what came "
                        + "labelled. Set labels.file to standard.")
            }
            return .ok("labels", "\(table.rules.count) lines, \(source.summary(of: table))")
        } catch {
            return .fail("labels", error)
        }
    }
}
