internal import CareModel

extension FHIRDate {
    /// Writes an instant in UTC with milliseconds, as FHIR `instant` and `dateTime` take it.
    static func text(of instant: Timestamp) -> String { CivilTime(instant).description }
}
