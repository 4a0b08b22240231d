internal import CareModel

/// Keeps what patients permit, compiled, as long as its epoch is the same.
struct ConsentCache {
    private var known: [PatientKey: PatientConsents] = [:]

    /// Beyond so many patients it starts anew.
    private static let patientsMax = 100_000

    /// Starts anew when too much is known; only before a load, which relies on what is known.
    mutating func trim() {
        if known.count >= Self.patientsMax { known = [:] }
    }

    /// Whether what a patient permits is known as of an epoch.
    func knows(_ patient: PatientKey, as epoch: UInt32) -> Bool {
        known[patient]?.epoch == epoch
    }

    /// What everybody whom `facts` are about permits.
    mutating func consents(
        for facts: Facts, read: (ConsentState) -> PatientConsents
    ) -> [PatientKey: PatientConsents] {
        for (patient, state) in facts.consentStates { known[patient] = read(state) }
        var consents: [PatientKey: PatientConsents] = [:]
        for (patient, epoch) in facts.epochs {
            guard let found = known[patient], found.epoch == epoch else {
                preconditionFailure("a store tells what a patient permits unless it is known")
            }
            consents[patient] = found
        }
        return consents
    }
}
