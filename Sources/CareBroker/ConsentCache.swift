internal import CareCore
internal import CareModel
internal import CareStore

/// Keeps patients' directives compiled until they change.
struct ConsentCache {
    private var known: [PatientKey: PatientConsents] = [:]

    /// Beyond so many patients it starts anew.
    private static let patientsMax = 100_000

    /// The directives of `patients`.
    mutating func consents(
        of patients: Set<PatientKey>, in store: any Store, _ intake: Intake
    ) throws(StoreError) -> [PatientKey: PatientConsents] {
        var answer: [PatientKey: PatientConsents] = [:]
        for patient in patients {
            if let consents = known[patient] {
                answer[patient] = consents
                continue
            }
            var directives: [ConsentDirective] = []
            for (record, payload) in try store.consents(of: patient) where record.revokedAt == nil {
                directives.append(intake.directive(record, payload))
            }
            if known.count >= Self.patientsMax { known = [:] }
            let consents = PatientConsents(
                directives, epoch: try store.consentEpoch(of: patient))
            known[patient] = consents
            answer[patient] = consents
        }
        return answer
    }

    /// Forgets patients whose directives changed.
    mutating func forget(_ patients: Set<PatientKey>) {
        for patient in patients { known[patient] = nil }
    }
}
