package import CareModel

extension Message {
    /// The message as it is once its patient's data key is gone.
    package var erased: Message {
        var details = details
        details.patient = nil
        return Message(
            number: number, id: id, kind: kind, acceptedAt: acceptedAt, sender: sender,
            organisation: organisation, thread: thread, patient: patient, state: state,
            version: version, reason: reason, expiresAt: expiresAt, details: details,
            payloadType: payloadType, payloadHash: nil, payloadByteCount: payloadByteCount)
    }
}

extension BusinessIdentifier {
    /// Stands where an identifier was erased; one is never empty, so a word that names nobody does.
    package static var erased: BusinessIdentifier {
        guard let nobody = BusinessIdentifier(system: "", value: "erased") else {
            preconditionFailure("a value that is not empty makes an identifier")
        }
        return nobody
    }
}

extension BreakGlass {
    /// The override as it is once its patient's data key is gone.
    package var erased: BreakGlass {
        var glass = BreakGlass(
            id: id, patient: patient, patientIdentifier: .erased, agent: agent,
            organisation: organisation, custodians: custodians, reason: "", startedAt: startedAt,
            endsAt: endsAt)
        glass.endedAt = endedAt
        glass.review = review
        return glass
    }
}
