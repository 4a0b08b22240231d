internal import CareModel

/// Keeps the patients whom one operator wants shredded until a second one agrees; a restart forgets
/// them.
struct PendingShreds {
    /// Is one operator's wish.
    struct Wish {
        let operatorName: String
        let until: Timestamp
    }

    private var byPatient: [PatientKey: Wish] = [:]

    /// The wish that still counts.
    func wish(for patient: PatientKey, at time: Timestamp) -> Wish? {
        byPatient[patient].flatMap { time < $0.until ? $0 : nil }
    }

    /// Notes the first wish.
    mutating func note(_ wish: Wish, for patient: PatientKey) { byPatient[patient] = wish }

    /// Forgets it: it was carried out.
    mutating func settle(_ patient: PatientKey) { byPatient[patient] = nil }
}
