internal import CareAgent
internal import CareFHIR
internal import CareModel
internal import CareWire

/// Is what travels with a move: nothing, words to be made into FHIR, or a document as it is.
enum MoveDocument {
    /// Nothing clinical.
    case none
    /// Words about the referral.
    case comment(String, topic: String)
    /// A consult note.
    case note(String, title: String, isFinal: Bool)
    /// A document that somebody else wrote, sent byte for byte.
    case bytes([UInt8])
}

extension Desk {
    /// Attaches a document to a move and names its patient on the envelope.
    ///
    /// Checked here as the broker will check it, so that nothing is queued that must be refused.
    func attach(
        _ document: MoveDocument, to submit: inout WireSubmit, about referral: ReferralID
    ) throws -> Payload? {
        if case .none = document { return nil }
        let patient = try patientRecord(of: referral)
        let bytes = bytes(of: document, patient: patient, referral: referral)
        return try attach(bytes, to: &submit, patients: patient.identifiers)
    }

    /// Attaches bytes, after looking whether they are about the patient and of the right kind.
    func attach(
        _ bytes: [UInt8], to submit: inout WireSubmit, patients: [BusinessIdentifier]
    ) throws -> Payload {
        guard let patient = patients.first else {
            preconditionFailure("a patient has an identifier")
        }
        _ = try inspect(bytes, kind: submit.kind, patient: patient)
        submit.patient = patient.wire
        return Payload(bytes)
    }

    /// Looks into a document as the broker will.
    func inspect(
        _ bytes: [UInt8], kind: String, patient: BusinessIdentifier
    ) throws -> PayloadInspection {
        do throws(InspectionError) {
            return try PayloadInspector().inspect(
                bytes, expecting: PayloadExpectation(patient: patient, kind: kind))
        } catch {
            throw CommandFailure(.refused, "payload-mismatch", error.message)
        }
    }

    private func bytes(
        of document: MoveDocument, patient: PatientRecord, referral: ReferralID
    ) -> [UInt8] {
        let draft = draft(about: patient, referral: referral)
        switch document {
        case .none: return []
        case .bytes(let bytes): return bytes
        case .comment(let text, let topic):
            return CommentBundle(draft: draft, text: text, topic: topic).bytes
        case .note(let text, let title, let isFinal):
            return NoteBundle(draft: draft, title: title, text: text, isFinal: isFinal).bytes
        }
    }

    /// What every bundle of this agent begins with.
    func draft(about patient: PatientRecord, referral: ReferralID?) -> BundleDraft {
        BundleDraft(
            id: AgentIDs.system.message().uuid, patient: patient,
            author: welcome.flatMap { OrganisationID($0.organisation) }, writtenAt: now,
            referral: referral)
    }
}
