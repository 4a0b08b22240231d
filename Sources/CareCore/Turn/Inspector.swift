internal import CareConsent
internal import CareModel
internal import CareStore

/// Looks into the stored documents on whose content a verdict of a step depends, within a budget;
/// what is left over has to wait for the next step.
struct Inspector {
    private let store: any Store
    private let reader: any DocumentReader
    private var cache = InspectionCache()

    /// No step looks into more documents than this, in bytes, for what is to go out, nor for what is
    /// looked at again; but for one that is longer.
    private static let byteCountMax = 16 << 20

    init(store: any Store, reader: any DocumentReader) {
        self.store = store
        self.reader = reader
    }

    /// What is in the documents that a step may decide on.
    mutating func inspections(
        for inputs: [Input], _ facts: Facts, _ consents: [PatientKey: PatientConsents]
    ) throws(StoreError) -> [MessageNumber: Inspection] {
        cache.trim()
        let limited = inputs.patientsOfDirectives
        // Most patients say nothing about content.
        guard !limited.isEmpty || consents.values.contains(where: \.compiled.hasContentRules)
        else { return [:] }
        var inspections: [MessageNumber: Inspection] = [:]
        for numbers in [facts.goingOut, facts.lookedAtAgain] {
            var byteCount = 0
            for number in numbers where inspections[number] == nil {
                guard let message = facts.messages[number], let patient = message.patient,
                    message.payloadType != nil, !message.isErased,
                    consents[patient]?.compiled.hasContentRules == true || limited.contains(patient)
                else { continue }
                if let known = cache.inspection(of: number) {
                    inspections[number] = known
                } else if byteCount < Self.byteCountMax {
                    byteCount += message.payloadByteCount
                    let found = try inspect(message)
                    cache.note(found, of: number)
                    inspections[number] = found
                }
            }
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
    /// The messages whose documents may go out, what somebody asks for first.
    fileprivate var goingOut: [MessageNumber] {
        let asked = messageIDs.values.sorted() + requests.values.sorted()
        let first = timelines.values.compactMap(\.first).sorted()
        let queued = queues.sorted { $0.key < $1.key }.flatMap(\.value)
        return asked + first + timelines.values.joined() + messages(of: queued)
    }

    /// The messages whose deliveries get another verdict.
    fileprivate var lookedAtAgain: [MessageNumber] {
        let patients = waiting.keys.sorted()
        return messages(of: keptBack + allKeptBack + patients.flatMap { waiting[$0] ?? [] })
    }

    private func messages(of deliveries: [DeliveryID]) -> [MessageNumber] {
        deliveries.compactMap { self.deliveries[$0]?.message }
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
