public import CareModel
internal import Foundation
internal import SwiftProtobuf

extension ReferralView {
    /// Reads a referral; nil without its id.
    public init?(_ wire: WireReferral) {
        guard let id = ReferralID(bytes: wire.referralID) else { return nil }
        self.init(id: id)
        state = Coded(code: wire.state)
        version = wire.version
        priority = Coded(code: wire.priority)
        reason = ReasonCode(wire: wire.reason)
        initiator = OrganisationID(wire.initiator)
        recipient = OrganisationID(wire.recipient)
        to = Mailbox(wire.to)
        replyTo = Mailbox(wire.replyTo)
        assignee = AgentID(wire.assignee)
        requestedAt = FieldReader.time(wire.requestedAtMs)
        updatedAt = FieldReader.time(wire.updatedAtMs)
        dueAt = FieldReader.time(wire.dueAtMs)
        appointment = Appointment(wire: wire.appointmentStartMs, wire.appointmentEndMs)
        waitsFor = Coded(code: wire.waitsFor)
        worklist = Coded(code: wire.worklist)
        allowedMoves = wire.allowedMoves.compactMap { Coded(code: $0) }
        previous = ReferralID(bytes: wire.previousReferralID)
        next = ReferralID(bytes: wire.nextReferralID)
        lastReason = ReasonCode(wire: wire.lastReason)
    }

    /// The referral as CLP/1 carries it.
    public var wire: WireReferral {
        .with {
            $0.referralID = id.data
            $0.number = number.description
            $0.state = state.text
            $0.version = version
            $0.priority = priority.text
            $0.reason = reason?.code ?? ""
            $0.initiator = initiator?.name ?? ""
            $0.recipient = recipient?.name ?? ""
            $0.to = to.text
            $0.replyTo = replyTo.text
            $0.assignee = assignee?.name ?? ""
            $0.requestedAtMs = requestedAt.wire
            $0.updatedAtMs = updatedAt.wire
            $0.dueAtMs = dueAt.wire
            $0.appointmentStartMs = (appointment?.start).wire
            $0.appointmentEndMs = (appointment?.end).wire
            $0.waitsFor = waitsFor.text
            $0.worklist = worklist.text
            $0.allowedMoves = allowedMoves.map(\.code)
            $0.previousReferralID = previous.data
            $0.nextReferralID = next.data
            $0.lastReason = lastReason?.code ?? ""
        }
    }
}

extension MessageView {
    /// Reads a line of a referral's history; nil without id and kind.
    public init?(_ wire: WireMessageEntry) {
        guard let id = MessageID(bytes: wire.messageID),
            let kind = Coded<MessageKind>(code: wire.kind)
        else { return nil }
        self.init(id: id, kind: kind)
        acceptedAt = FieldReader.time(wire.acceptedAtMs)
        fromAgent = AgentID(wire.fromAgent)
        fromOrganisation = OrganisationID(wire.fromOrganisation)
        state = Coded(code: wire.state)
        version = wire.referralVersion
        reason = ReasonCode(wire: wire.reason)
        payloadByteCount = wire.payloadBytes
    }
}

extension DeliveryView {
    /// Reads a message's way to one mailbox.
    public init(_ wire: WireTrailEntry) {
        self.init(id: wire.deliveryID.delivery)
        message = MessageID(bytes: wire.messageID)
        kind = Coded(code: wire.kind)
        referral = ReferralID(bytes: wire.referralID)
        mailbox = Mailbox(wire.mailbox)
        state = Coded(code: wire.state)
        code = wire.code.nonEmpty
        attempts = wire.attempts
        failures = wire.failures
        queuedAt = FieldReader.time(wire.queuedAtMs)
        sentAt = FieldReader.time(wire.sentAtMs)
        settledAt = FieldReader.time(wire.settledAtMs)
        displayedAt = FieldReader.time(wire.displayedAtMs)
        nextAttemptAt = FieldReader.time(wire.nextAttemptAtMs)
        agent = AgentID(wire.agent)
        if wire.replayOf != 0 { replayOf = wire.replayOf.delivery }
    }
}

extension DirectoryEntry {
    /// Reads a line of the directory; nil without a mailbox and an organisation.
    public init?(_ wire: WireDirectoryEntry) {
        guard let mailbox = Mailbox(wire.mailbox),
            let organisation = OrganisationID(wire.organisation)
        else { return nil }
        self.init(
            mailbox: mailbox, name: wire.name, organisation: organisation,
            organisationName: wire.organisationName,
            roles: Set(wire.roles.compactMap { Role(rawValue: $0) }), isActive: wire.active)
    }
}
