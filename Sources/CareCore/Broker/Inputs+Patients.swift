public import CareModel

extension [Input] {
    /// Everybody the inputs are about, as far as they say: a step must know their directives.
    public var patients: Set<PatientKey> {
        var patients: Set<PatientKey> = []
        for input in self {
            switch input {
            case .said(_, _, _, .submit(let submission), _):
                if let patient = submission.patient?.key { patients.insert(patient) }
            case .said(_, _, _, .query(let question, _), _):
                if let patient = question.patient { patients.insert(patient) }
            case .administer(_, _, .shred(let patient, _, _), _): patients.insert(patient)
            default: break
            }
        }
        return patients
    }

    /// How many of the inputs are submissions.
    var submissionCount: Int {
        count { if case .said(_, _, _, .submit, _) = $0 { true } else { false } }
    }
}

extension Question {
    fileprivate var patient: PatientKey? {
        switch self {
        case .consentCheck(let patient, _), .timeline(let patient), .disclosures(let patient):
            patient
        default: nil
        }
    }
}
