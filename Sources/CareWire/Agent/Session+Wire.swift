public import CareModel
internal import Foundation
internal import SwiftProtobuf

extension SessionWelcome {
    /// Reads a welcome.
    public init(_ wire: WireWelcome) {
        self.init()
        program = wire.program
        organisation = OrganisationID(wire.organisation)
        roles = wire.roles.compactMap { Coded(code: $0) }
        mailboxes = wire.mailboxes.compactMap { Mailbox($0) }
        now = Timestamp(milliseconds: wire.nowMs)
        heartbeat = .milliseconds(wire.heartbeatMs)
        payloadByteCountMax = wire.payloadBytesMax == 0 ? .max : wire.payloadBytesMax
        breakGlass = .seconds(wire.breakGlassS)
        eventsEndpoint = wire.eventsEndpoint.nonEmpty
        streams = wire.heads.compactMap { StreamName($0.stream) }
    }
}

extension CareModel.Stream {
    /// Reads where a stream is on `evt` and how to open it; nil for what cannot be followed.
    public init?(_ wire: WireTopic) {
        guard let name = StreamName(wire.stream), wire.token.count == 16, wire.key.count == 32
        else { return nil }
        self.init(
            name: name, token: Array(wire.token), key: Array(wire.key), epoch: wire.epoch,
            head: wire.head)
    }
}

extension StreamEvent {
    /// Reads an event at its place in a stream.
    public init(_ wire: WireEvent, stream: StreamName, sequence: UInt64) {
        self.init(stream: stream, sequence: sequence)
        kind = Coded(code: wire.kind)
        at = FieldReader.time(wire.atMs)
        referral = ReferralID(bytes: wire.referralID)
        state = Coded(code: wire.state)
        version = wire.referralVersion
        priority = Coded(code: wire.priority)
        initiator = OrganisationID(wire.initiator)
        recipient = OrganisationID(wire.recipient)
        to = Mailbox(wire.to)
        dueAt = FieldReader.time(wire.dueAtMs)
        move = Coded(code: wire.move)
        deliveryState = Coded(code: wire.deliveryState)
        waitsFor = Coded(code: wire.waitsFor)
    }
}

extension Query {
    /// The question as CLP/1 carries it.
    public var wire: WireQuery {
        .with {
            $0.limit = UInt32(page.limit)
            $0.cursor = page.cursor
            $0.question = subject.wire
        }
    }
}

extension Query.Subject {
    var wire: WireQuery.OneOf_Question {
        switch self {
        case .worklist(let kind): .worklist(kind.wire)
        case .referral(let id): .referral(.with { $0.referralID = id.data })
        case .referralNumber(let number): .referral(.with { $0.number = number.description })
        case .messageTrail(let id): .trail(.with { $0.messageID = id.data })
        case .referralTrail(let id): .trail(.with { $0.referralID = id.data })
        case .content(let id): .content(.with { $0.messageID = id.data })
        case .directory(let text): .directory(.with { $0.text = text })
        case .consents(let patient): .consents(.with { $0.patient = patient.wire })
        case .consentCheck(let patient, let to):
            .consentCheck(
                .with {
                    $0.patient = patient.wire
                    $0.to = to.description
                })
        case .deadLetters: .deadLetters(WireDeadLetterQuestion())
        case .consent(let id): .consent(.with { $0.consentID = id.data })
        case .timeline(let patient): .timeline(.with { $0.patient = patient.wire })
        case .disclosures(let patient): .disclosures(.with { $0.patient = patient.wire })
        case .breakGlasses: .breakGlasses(WireBreakGlassQuestion())
        }
    }
}

extension WorklistKind {
    fileprivate var wire: WireWorklistQuestion {
        .with {
            switch self {
            case .open: $0.list = "open"
            case .all: $0.list = "all"
            case .inbox(let mailboxes):
                $0.list = "inbox"
                // One mailbox is asked for by name, or all that the agent works.
                $0.mailbox = mailboxes.count == 1 ? mailboxes[0].description : ""
            }
        }
    }
}
