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

    /// Patients, each with one consent directive.
    var patientCount: Int { (count + referralsPerPatient - 1) / referralsPerPatient }

    /// Whom a message is about.
    ///
    /// Neighbouring messages are about different patients, as in life.
    func patient(of index: Int) -> Int { index % patientCount }
}
