public import CareModel
internal import Foundation
internal import SwiftProtobuf

extension AnswerPage {
    /// Reads a part of an answer.
    ///
    /// The documents of a timeline come in one piece, one after the other.
    ///
    /// - Parameters:
    ///   - payload: the next frame, if there was one.
    ///   - isWhole: says whether a document is the one that its envelope's hash names.
    /// - Returns: nil if documents, lengths and hashes do not fit together, or if there is a
    ///   document that belongs to nothing: none may be taken for another's.
    public init?(
        _ wire: WireResult, payload: Payload?, isWhole: (Payload, _ hash: [UInt8]) -> Bool
    ) {
        self.init()
        cursor = wire.cursor
        referrals = wire.referrals.compactMap { ReferralView($0) }
        messages = wire.messages.compactMap { MessageView($0) }
        trail = wire.trail.map { DeliveryView($0) }
        directory = wire.directory.compactMap { DirectoryEntry($0) }
        consents = wire.consents.compactMap { ConsentView($0) }
        if wire.hasDecision { decision = ConsentAdvice(wire.decision) }
        isPartial = wire.partial
        disclosures = wire.disclosures.map { DisclosureView($0) }
        breakGlasses = wire.breakGlasses.compactMap { BreakGlassView($0) }
        if !wire.timeline.isEmpty {
            guard !wire.hasContent, let items = Self.timeline(wire.timeline, payload, isWhole)
            else { return nil }
            timeline = items
            return
        }
        if wire.hasContent {
            guard let envelope = Envelope(wire.content), envelope.fits(payload, isWhole) else {
                return nil
            }
            content = envelope
        } else if consents.isEmpty {
            // Behind a timeline without entries comes an empty frame.
            guard (payload?.byteCount ?? 0) == 0 else { return nil }
            return
        }
        document = payload
    }

    private static func timeline(
        _ entries: [WireTimelineEntry], _ payload: Payload?,
        _ isWhole: (Payload, _ hash: [UInt8]) -> Bool
    ) -> [TimelineItem]? {
        let bytes = payload?.bytes ?? []
        var items: [TimelineItem] = []
        var place = 0
        for entry in entries {
            guard let envelope = Envelope(entry.envelope),
                entry.payloadBytes <= UInt64(bytes.count - place)
            else { return nil }
            let end = place + Int(entry.payloadBytes)
            let document = end > place ? Payload(Array(bytes[place..<end])) : nil
            guard envelope.fits(document, isWhole) else { return nil }
            items.append(TimelineItem(envelope: envelope, document: document))
            place = end
        }
        return place == bytes.count ? items : nil
    }
}

extension ConsentView {
    /// Reads a version of a directive; nil without the directive's id.
    public init?(_ wire: WireConsentEntry) {
        guard let id = ConsentID(bytes: wire.consentID) else { return nil }
        self.init(id: id, version: wire.version, status: wire.status)
        recordedAt = FieldReader.time(wire.recordedAtMs)
        revokedAt = FieldReader.time(wire.revokedAtMs)
        recordedBy = AgentID(wire.recordedBy)
        organisation = OrganisationID(wire.organisation)
    }
}

extension ConsentAdvice {
    /// Reads what consent would decide.
    public init(_ wire: WireConsentDecision) {
        self.init()
        decision = wire.decision
        effective = wire.effective
        rule = wire.rule
        basis = wire.basis
        limitsContent = wire.limitsContent
        reasons = wire.reasons.map { Reason($0) }
        remedies = wire.remedies
        breakGlass = wire.breakGlass.nonEmpty
    }
}

extension ConsentAdvice.Reason {
    init(_ wire: WireConsentReason) {
        self.init()
        consent = ConsentID(bytes: wire.consentID)
        version = wire.version
        applies = wire.applies
        effect = wire.effect.nonEmpty
        cause = wire.cause
        path = wire.path.nonEmpty
        met = wire.met
        failed = wire.failed
        unresolved = wire.unresolved
        text = wire.text
    }
}

extension DisclosureView {
    /// Reads a line of the accounting of disclosures.
    public init(_ wire: WireDisclosure) {
        self.init(sequence: wire.sequence, event: wire.event)
        at = FieldReader.time(wire.atMs)
        agent = AgentID(wire.agent)
        organisation = OrganisationID(wire.organisation)
        recipient = Mailbox(wire.recipient)
        outcome = wire.outcome
        rule = wire.rule.nonEmpty
        purpose = wire.purpose.nonEmpty
        consentEpoch = wire.consentEpoch
        message = MessageID(bytes: wire.messageID)
        kind = Coded(code: wire.kind)
        fromOrganisation = OrganisationID(wire.fromOrganisation)
        referralNumber = ReferralNumber(wire.referralNumber)
        actingFor = wire.hasActingFor ? Person(stored: wire.actingFor) : nil
    }
}

extension BreakGlassView {
    /// Reads an override of consent; nil without its id.
    public init?(_ wire: WireBreakGlassEntry) {
        guard let id = BreakGlassID(bytes: wire.breakGlassID) else { return nil }
        self.init(id: id)
        patient = BusinessIdentifier(system: wire.patient.system, value: wire.patient.value)
        agent = AgentID(wire.agent)
        organisation = OrganisationID(wire.organisation)
        words = wire.words
        startedAt = FieldReader.time(wire.startedAtMs)
        endsAt = FieldReader.time(wire.endsAtMs)
        endedAt = FieldReader.time(wire.endedAtMs)
        reviewer = AgentID(wire.reviewer)
        reviewerOrganisation = OrganisationID(wire.reviewerOrganisation)
        reviewedAt = FieldReader.time(wire.reviewedAtMs)
        finding = Coded(code: wire.finding)
    }
}
