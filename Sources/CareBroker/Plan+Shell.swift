internal import CareCore
internal import CareModel

extension Plan {
    /// The documents that this plan's commit made durable: they need not be read back.
    var documents: [MessageNumber: Payload] {
        var documents: [MessageNumber: Payload] = [:]
        for case .insertMessage(let message, .document(let payload)) in writes {
            documents[message.number] = payload
        }
        return documents
    }
}

extension BrokerSaying {
    /// The message whose document goes along; nil if none does.
    var documented: Message? {
        switch self {
        case .deliver(_, let message, _, _), .content(let message, _):
            message.payloadType == nil ? nil : message
        default: nil
        }
    }

    /// Whether it answers an operator.
    var isAdministered: Bool {
        if case .administered = self { true } else { false }
    }
}

extension Facts {
    /// Everybody the facts are about.
    var patients: Set<PatientKey> {
        Set(referrals.values.map(\.patient)).union(messages.values.compactMap(\.patient))
            .union(consents.values.map(\.patient))
    }
}

extension [Input] {
    /// Everybody the inputs are about.
    var patients: Set<PatientKey> {
        var patients: Set<PatientKey> = []
        for case .said(_, _, _, let saying) in self {
            switch saying {
            case .submit(let submission): submission.patient.map { _ = patients.insert($0) }
            case .query(.consentCheck(let patient, _), _): patients.insert(patient)
            default: break
            }
        }
        return patients
    }
}
