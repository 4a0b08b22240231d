internal import CareConsent
internal import CareModel
internal import CareStore

/// Looks into the stored documents on whose content a verdict of a step depends, within a budget;
/// what is left over has to wait for the next step.
struct Inspector {
    private let store: any Store
    private let reader: any DocumentReader
    private var cache = InspectionCache()

    /// No step looks into more documents than this, in bytes, but for those that somebody asked for.
    private static let byteCountMax = 32 << 20

    init(store: any Store, reader: any DocumentReader) {
        self.store = store
        self.reader = reader
    }

    /// What is in the documents that a step may decide on.
    mutating func inspections(
        for inputs: [Input], _ facts: Facts, _ consents: [PatientKey: PatientConsents]
    ) throws(StoreError) -> [MessageNumber: Inspection] {
        let limited = inputs.patientsOfDirectives
        var inspections: [MessageNumber: Inspection] = [:]
        var byteCount = 0
        for (number, isAskedFor) in facts.inspected where inspections[number] == nil {
            guard let message = facts.messages[number], let patient = message.patient,
                message.payloadType != nil, !message.isErased,
                consents[patient]?.compiled.hasContentRules == true || limited.contains(patient)
            else { continue }
            if let known = cache.inspection(of: number) {
                inspections[number] = known
                continue
            }
            guard isAskedFor || byteCount < Self.byteCountMax else { continue }
            byteCount += message.payloadByteCount
            let found = try inspect(message)
            cache.note(found, of: number)
            inspections[number] = found
        }
        return inspections
    }

    private func inspect(_ message: Message) throws(StoreError) -> Inspection {
        do throws(StoreError) {
            let document = try store.payload(of: message.number)
            return Inspection(document.flatMap { reader.contents(of: message, $0) })
        } catch {
            // What is damaged may hold anything; it is set aside when it is to be sent.
            guard error.code == .corrupt else { throw error }
            return Inspection(nil)
        }
    }
}

extension Facts {
    /// The messages on whose content something may be decided, in the order of their urgency, and
    /// whether somebody waits for just this one.
    fileprivate var inspected: [(MessageNumber, isAskedFor: Bool)] {
        var urgent = Array(messageIDs.values) + Array(requests.values)
        urgent += timelines.values.compactMap(\.first)
        let lists =
            queues.sorted { $0.key < $1.key }.map(\.value) + [keptBack, allKeptBack]
            + waiting.sorted { PatientKey.isBefore($0.key, $1.key) }.map(\.value)
        let rest = timelines.values.joined() + lists.joined().compactMap { deliveries[$0]?.message }
        return urgent.sorted().map { ($0, true) } + rest.map { ($0, false) }
    }
}

extension [Input] {
    /// Those for whom a directive is recorded, which may look at content.
    fileprivate var patientsOfDirectives: Set<PatientKey> {
        var patients: Set<PatientKey> = []
        for case .said(_, _, _, .submit(let submission), _) in self {
            guard case .record(let body) = submission.body else { continue }
            patients.insert(body.patient.key)
        }
        return patients
    }
}
