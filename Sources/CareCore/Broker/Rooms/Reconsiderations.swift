internal import CareModel

/// Keeps whose deliveries have to be looked at again, and how far that has come.
///
/// What a patient permits has changed, or who may have what: nothing leaves without a fresh verdict
/// anyway, but what waits is to be kept back or let go, copies are to be called back, and senders
/// told. That is done in parts, so that no step takes long.
struct Reconsiderations {
    /// The last delivery that was looked at.
    private var cursors: [PatientKey: DeliveryID]
    /// Those of whom the store knows that it is not finished.
    private var stored: Set<PatientKey>
    /// The last of all that are kept back; nil if they need no look.
    private var everybody: DeliveryID?

    /// No more patients than this are gone on with in one step.
    static let patientsMax = 4

    /// Begins with those that the last broker left, and with all that is kept back: who may have it
    /// may have changed while no broker ran.
    init(_ left: [PatientKey: DeliveryID]) {
        cursors = left
        stored = Set(left.keys)
        everybody = DeliveryID(0)
    }

    /// Whether nothing is left to do.
    var isEmpty: Bool { cursors.isEmpty && everybody == nil }

    /// The patients to go on with next, and after which delivery.
    var next: [PatientKey: DeliveryID] {
        guard !cursors.isEmpty else { return [:] }
        let patients = cursors.keys.sorted()
            .prefix(Self.patientsMax)
        return cursors.filter { patients.contains($0.key) }
    }

    /// Where everybody's look goes on; nil if there is none to do.
    var everybodyAfter: DeliveryID? { everybody }

    /// After which delivery a patient's look goes on; nil if there is none to do.
    func cursor(of patient: PatientKey) -> DeliveryID? { cursors[patient] }

    /// Begins with a patient from the start.
    mutating func begin(_ patient: PatientKey) { cursors[patient] = DeliveryID(0) }

    /// Begins with all that is kept back.
    mutating func beginWithEverybody() { everybody = DeliveryID(0) }

    /// Everybody's look has come so far; nil if it is done.
    mutating func advanceEverybody(to last: DeliveryID?) { everybody = last }

    /// A patient's look has come so far; nil if it is done.
    ///
    /// - Returns: what the store has to remember, if anything.
    mutating func advance(_ patient: PatientKey, to last: DeliveryID?) -> Write? {
        cursors[patient] = last
        if last != nil {
            stored.insert(patient)
            return .reconsider(patient, after: last)
        }
        return stored.remove(patient).map { .reconsider($0, after: nil) }
    }
}
