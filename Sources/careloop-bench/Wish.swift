internal import CareFHIR
internal import CareModel

/// Is what a patient wants of the receiving organisation.
enum Wish {
    /// That it gets everything.
    case everything
    /// That it gets nothing.
    case nothing
    /// That it gets everything but observations.
    case allButObservations

    /// The directive that says so.
    func directive(of patient: BusinessIdentifier, agreedAt: Timestamp) -> ConsentBuilder {
        let observation = Coding(system: CodeSystem.resourceTypes, code: "Observation")
        return ConsentBuilder(
            patient: patient, effect: self == .nothing ? .deny : .permit,
            organisations: [Cast.receiving], agreedAt: agreedAt,
            exceptClasses: self == .allButObservations ? [observation] : [],
            custodian: Cast.referring)
    }
}
