/// Is what one pass does.
struct Workload: Sendable {
    /// Messages to send.
    var count: Int
    /// Submissions without a receipt at most.
    var window: Int
    /// Bytes of each bundle.
    var payloadByteCount: Int
    /// Agents that collect.
    var receiverCount: Int
    /// Referrals of each patient.
    var referralsPerPatient: Int
    /// Observations in each bundle, which nobody may have.
    var observationCount = 0

    /// Patients, each with one consent directive.
    var patientCount: Int { (count + referralsPerPatient - 1) / referralsPerPatient }

    /// Whether a document of so many bytes is what the broker may deliver.
    func isDelivered(byteCount: Int) -> Bool {
        observationCount == 0
            ? byteCount == payloadByteCount : 0 < byteCount && byteCount < payloadByteCount
    }

    /// Whom a message is about.
    ///
    /// Neighbouring messages are about different patients, as in life.
    func patient(of index: Int) -> Int { index % patientCount }
}
