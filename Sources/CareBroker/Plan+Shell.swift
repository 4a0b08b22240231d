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
        case .deliver(_, let message, _, _, _), .content(let message, _, _):
            message.payloadType == nil ? nil : message
        default: nil
        }
    }

    /// What is left out of that document.
    var redaction: Redaction? {
        switch self {
        case .deliver(_, _, _, let redaction, _), .content(_, _, let redaction): redaction
        default: nil
        }
    }

    /// The same saying about the copy that is sent.
    func carrying(_ message: Message) -> BrokerSaying {
        switch self {
        case .deliver(let delivery, _, let referral, let redaction, let lease):
            .deliver(delivery, message, referral, redaction, lease: lease)
        case .content(_, let referral, let redaction): .content(message, referral, redaction)
        default: self
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
            .union(breakGlasses.values.map(\.patient))
    }
}
