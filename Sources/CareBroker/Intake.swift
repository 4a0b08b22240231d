internal import CareCore
internal import CareFHIR
internal import CareModel
internal import CareVault
internal import CareWire
internal import SwiftProtobuf
internal import ZeroMQ

/// Turns frames into inputs: decodes headers, hashes content, looks into payloads.
struct Intake {
    let patients: PatientHasher
    let payloadByteCountMax: Int
    private let inspector: PayloadInspector
    private let consentReader: FHIRConsentReader

    init(patients: PatientHasher, labels: SensitivityTable?, payloadByteCountMax: Int) {
        self.patients = patients
        self.payloadByteCountMax = payloadByteCountMax
        var limits = InspectionLimits()
        limits.byteCount = payloadByteCountMax
        inspector = PayloadInspector(limits: limits, labels: labels)
        consentReader = FHIRConsentReader(limits: limits)
    }

    /// Reads one message of `ctl`: routing id, header and perhaps a payload.
    func input(from parts: [ZeroMQ.Message], _ keyring: Keyring) -> Input? {
        guard let peer = parts.first.map({ Peer($0.bytes) }), parts.count >= 2,
            let agent = parts[1].userID.flatMap(keyring.agent(ofKey:))
        else { return nil }
        // Libzmq gives a connection the id it asks for, so that what is meant for one that was just
        // lost would go to who takes its id. Nobody says hello under an id of their own choice.
        guard !parts[1].hasChosenRoutingID, peer.routingID.count == 5, peer.routingID[0] == 0 else {
            return .said(
                peer, agent, request: 0,
                .unusable(Refusal(.invalidField, "A connection must not set a routing id.")))
        }
        guard parts.count <= 3, parts[1].byteCount <= WireLimits.headerByteCountMax else {
            return .said(peer, agent, request: 0, .unusable(Refusal(.malformedFrame)))
        }
        let payload = parts.count == 3 ? Payload(storage: FramePayload(parts[2])) : nil
        let heard = HeardFromAgent(
            header: parts[1].bytes, payload: payload, patientKey: patients.key(of:))
        guard case .submit(var submission) = heard.saying else {
            return .said(
                peer, agent, request: heard.request, heard.saying, actingFor: heard.actingFor)
        }
        complete(&submission, envelope: heard.envelope)
        return .said(
            peer, agent, request: heard.request, .submit(submission), actingFor: heard.actingFor)
    }

    /// Adds what only hashing and inspection can tell.
    private func complete(_ submission: inout Submission, envelope: WireSubmit?) {
        let payloadHash = (submission.document?.payload).map(ContentHash.of)
        submission.document?.hash = payloadHash
        // Serialised again, so that the hash does not depend on how the sender ordered its fields.
        guard let envelope else { preconditionFailure("a submission is decoded from an envelope") }
        submission.contentHash = patients.contentKey(
            envelope: envelope.wireBytes, payloadHash: payloadHash)
        guard submission.refusal == nil, var document = submission.document else { return }
        do throws(Refusal) {
            try inspect(&document, of: submission)
        } catch {
            document.refusal = error
        }
        submission.document = document
    }

    private func inspect(
        _ document: inout Submission.Document, of submission: Submission
    ) throws(Refusal) {
        guard document.payload.byteCount <= payloadByteCountMax else {
            throw Refusal(.payloadTooLarge)
        }
        guard let patient = submission.patient?.identifier else {
            throw Refusal(
                .invalidField, "A message with a document names the patient in its envelope.")
        }
        guard document.type == nil || document.type == "application/fhir+json" else {
            throw Refusal(
                .payloadMismatch,
                "Only application/fhir+json can be checked, so only that is taken.")
        }
        do throws(InspectionError) {
            let bytes = document.payload.bytes
            document.contents = try inspector.inspect(
                bytes, expecting: PayloadExpectation(patient: patient, kind: submission.kind.name)
            ).items
            guard case .record = submission.body else { return }
            document.directive = try consentReader.read(bytes).directive
        } catch {
            throw Refusal(.payloadMismatch, "\(error.code.rawValue): \(error.message)")
        }
    }

}

extension Intake: DocumentReader {
    func contents(of message: CareModel.Message, _ payload: Payload) -> [ContentItem]? {
        guard let patient = message.details.patient else { return nil }
        return try? inspector.inspect(
            payload.bytes,
            expecting: PayloadExpectation(patient: patient, kind: message.kind.name)
        ).items
    }

    func copy(
        of payload: Payload, _ message: CareModel.Message, without redaction: Redaction
    ) -> Payload? {
        guard let patient = message.details.patient else { return nil }
        let expectation = PayloadExpectation(patient: patient, kind: message.kind.name)
        let bytes = try? inspector.copy(
            of: payload.bytes, without: redaction, expecting: expectation)
        return bytes.map { Payload($0) }
    }

    func hash(of document: Payload) -> [UInt8] { ContentHash.of(document) }

    func consents(_ state: ConsentState) -> PatientConsents {
        PatientConsents(
            state.directives.map { directive($0.record, $0.document) },
            overrides: state.overrides, epoch: state.epoch)
    }

    /// Reads a stored directive again, named as verdicts name it.
    func directive(_ record: ConsentRecord, _ payload: Payload) -> ConsentDirective {
        var directive: ConsentDirective
        do throws(InspectionError) {
            directive = try consentReader.read(payload.bytes).directive
        } catch {
            // It was readable when it was recorded. Until somebody has looked, nothing leaves.
            directive = ConsentDirective(
                name: "", version: "", rule: .unreadable(error.code.rawValue))
        }
        directive.name = record.id.description
        directive.version = String(record.version)
        directive.recorder = record.organisation
        return directive
    }
}

/// Is a received frame, kept where libzmq put it.
final class FramePayload: PayloadStorage, @unchecked Sendable {
    // Safety: a received message is immutable.
    let message: ZeroMQ.Message

    init(_ message: ZeroMQ.Message) {
        self.message = message
        super.init()
    }

    override var byteCount: Int { message.byteCount }

    override func withBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
        message.withUnsafeBytes(body)
    }
}
