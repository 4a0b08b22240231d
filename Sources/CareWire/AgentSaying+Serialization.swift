public import CareModel
internal import Foundation
public import SwiftProtobuf

/// Is a decoded `ctl` header: what was said, and in which request.
public struct HeardFromAgent: Sendable {
    /// The agent's number for it; 0 for none, or if the header could not be read.
    public let request: UInt64
    /// What was said; `.unusable` with the reason if the broker cannot take it.
    public let saying: AgentSaying
    /// On whose behalf it was said; nil if the agent did not tell, or the header could not be read.
    ///
    /// The agent's word: to be audited, never to decide by.
    public let actingFor: Person?
    /// With a submission: what its content hash is taken over, besides the payload.
    public let envelope: WireSubmit?

    /// Decodes a header.
    ///
    /// Never fails: what cannot be read is an `.unusable` saying.
    ///
    /// - Parameters:
    ///   - header: the protobuf bytes.
    ///   - payload: the next frame, if there was one.
    ///   - patientKey: turns a patient's identifier into the broker's keyed hash.
    public init(
        header: some SwiftProtobufContiguousBytes, payload: Payload?,
        patientKey: (BusinessIdentifier) -> PatientKey
    ) {
        let frame: WireAgentFrame
        do {
            frame = try WireAgentFrame(serializedBytes: header)
        } catch {
            self.init(request: 0, saying: .unusable(Refusal(.malformedFrame)), envelope: nil)
            return
        }
        guard frame.version == WireLimits.version else {
            self.init(
                request: frame.request, saying: .unusable(Refusal(.unsupportedVersion)),
                envelope: nil)
            return
        }
        do throws(Refusal) {
            let person = frame.hasActingFor ? try Person(frame.actingFor) : nil
            let saying = try AgentSaying(frame, payload: payload, patientKey: patientKey)
            var envelope: WireSubmit?
            if case .submit(let submit) = frame.body { envelope = submit }
            self.init(
                request: frame.request, saying: saying, envelope: envelope, actingFor: person)
        } catch {
            var envelope: WireSubmit?
            if case .submit(let submit) = frame.body { envelope = submit }
            self.init(
                request: frame.request, saying: Self.refused(frame, because: error),
                envelope: envelope)
        }
    }

    private init(
        request: UInt64, saying: AgentSaying, envelope: WireSubmit?, actingFor: Person? = nil
    ) {
        self.request = request
        self.saying = saying
        self.envelope = envelope
        self.actingFor = actingFor
    }

    /// A submission that names itself gets its refusal in a receipt, so that its sender can tell
    /// which of many it is; anything else gets an error, which names the delivery it is about.
    private static func refused(_ frame: WireAgentFrame, because refusal: Refusal) -> AgentSaying {
        switch frame.body {
        case .submit(let submit):
            Submission(submit, refusedBecause: refusal).map { .submit($0) } ?? .unusable(refusal)
        case .ack(let ack): .unusableAbout(ack.deliveryID.delivery, refusal)
        case .refuse(let refuse): .unusableAbout(refuse.deliveryID.delivery, refusal)
        case .defer(let postponed): .unusableAbout(postponed.deliveryID.delivery, refusal)
        case .extend(let extend): .unusableAbout(extend.deliveryID.delivery, refusal)
        default: .unusable(refusal)
        }
    }
}

extension AgentSaying {
    init(
        _ frame: WireAgentFrame, payload: Payload?, patientKey: (BusinessIdentifier) -> PatientKey
    ) throws(Refusal) {
        switch frame.body {
        case .hello(let hello): self = .hello(try Hello(hello))
        case .submit(let submit):
            self = .submit(try Submission(submit, payload: payload, patientKey: patientKey))
        case .credit(let credit):
            self = .credit(messages: credit.messages, byteCount: credit.bytes, drain: credit.drain)
        case .ack(let ack):
            self = .ack(ack.deliveryID.delivery, ack.fence.fence, displayed: ack.displayed)
        case .refuse(let refuse):
            let reason = try FieldReader.codeText(refuse.reason, "reason")
            self = .refuse(refuse.deliveryID.delivery, refuse.fence.fence, reason: reason)
        case .defer(let postponed):
            self = .defer(
                postponed.deliveryID.delivery, postponed.fence.fence,
                notBefore: Timestamp(milliseconds: postponed.notBeforeMs))
        case .extend(let extend): self = .extend(extend.deliveryID.delivery, extend.fence.fence)
        case .query(let query):
            let page = Page(
                limit: Int(query.limit), cursor: try FieldReader.text(query.cursor, "cursor"))
            self = .query(try Question(query, patientKey: patientKey), page: page)
        case .subscribe(let subscribe):
            self = .subscribe(try StreamName(wire: subscribe.stream))
        case .fetch(let fetch):
            self = .fetch(
                try StreamName(wire: fetch.stream), epoch: fetch.epoch, from: fetch.from,
                to: fetch.to)
        case .ping: self = .ping
        case .pong: self = .pong
        case .bye: self = .bye
        case .snapshot, .administer, nil: self = .unusable(Refusal(.unsupportedVerb))
        }
    }
}

extension Hello {
    init(_ wire: WireHello) throws(Refusal) {
        guard let instance = UUIDBytes(bytes: wire.instance) else {
            throw FieldReader.invalid("instance", "needs 16 bytes")
        }
        self.init(
            agent: try FieldReader.name(wire.agent, "agent"), instance: instance,
            versions: Array(wire.versions.prefix(16)),
            program: try FieldReader.text(wire.program, "program"))
    }
}

extension Question {
    init(
        _ wire: WireQuery, patientKey: (BusinessIdentifier) -> PatientKey
    ) throws(Refusal) {
        switch wire.question {
        case .worklist(let worklist): self = .worklist(try WorklistKind(worklist))
        case .referral(let referral):
            if !referral.number.isEmpty {
                guard let number = ReferralNumber(referral.number) else {
                    throw FieldReader.invalid(
                        "number", "has a slip in it: its check character differs")
                }
                self = .referralNumber(number)
            } else {
                self = .referral(try FieldReader.uuid(referral.referralID, "referral_id"))
            }
        case .trail(let trail):
            if trail.messageID.isEmpty {
                self = .referralTrail(try FieldReader.uuid(trail.referralID, "referral_id"))
            } else {
                self = .messageTrail(try FieldReader.uuid(trail.messageID, "message_id"))
            }
        case .content(let content):
            self = .content(try FieldReader.uuid(content.messageID, "message_id"))
        case .directory(let directory):
            self = .directory(text: try FieldReader.text(directory.text, "text"))
        case .consents(let consents):
            self = .consents(patientKey(try FieldReader.identifier(consents.patient, "patient")))
        case .consentCheck(let check):
            guard let to = try FieldReader.mailbox(check.to, "to") else {
                throw Refusal(.unknownRecipient)
            }
            self = .consentCheck(
                patientKey(try FieldReader.identifier(check.patient, "patient")), to: to)
        case .deadLetters: self = .deadLetters
        case .consent(let consent):
            self = .consent(try FieldReader.uuid(consent.consentID, "consent_id"))
        case .timeline(let timeline):
            self = .timeline(patientKey(try FieldReader.identifier(timeline.patient, "patient")))
        case .disclosures(let disclosures):
            self = .disclosures(
                patientKey(try FieldReader.identifier(disclosures.patient, "patient")))
        case .breakGlasses: self = .breakGlasses
        case nil: throw FieldReader.invalid("question", "is missing or unknown")
        }
    }
}

extension WorklistKind {
    init(_ wire: WireWorklistQuestion) throws(Refusal) {
        switch wire.list {
        case "open": self = .open
        case "all": self = .all
        case "inbox":
            self = .inbox(try FieldReader.mailbox(wire.mailbox, "mailbox").map { [$0] } ?? [])
        default: throw FieldReader.invalid("list", "must be open, inbox or all")
        }
    }
}

extension StreamName {
    init(wire text: String) throws(Refusal) {
        guard let name = StreamName(text) else {
            throw FieldReader.invalid(
                "stream", "needs organisation:, service: or agent: and a name")
        }
        self = name
    }
}

extension UInt64 {
    /// Numbers beyond what a broker ever gives name nothing.
    var delivery: DeliveryID { DeliveryID(Int64(clamping: self)) }
    var fence: Fence { Fence(Int64(clamping: self)) }
}
