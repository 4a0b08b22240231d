public import CareModel
internal import Foundation
internal import SwiftProtobuf

/// Is what a broker tells every agent about itself when a session opens.
public struct SessionTerms: Sendable {
    /// How often an agent must say something.
    public var heartbeat: Duration
    /// No payload may be longer.
    public var payloadByteCountMax: UInt64
    /// No session gets more deliveries at once.
    public var creditMax: UInt32
    /// How long an agent may take over a delivery.
    public var lease: Duration
    /// Name and version of the broker program.
    public var program: String
    /// Where `evt` is, as the operator published it.
    public var eventsEndpoint: String
    /// How long an override of consent holds.
    public var breakGlass: Duration

    /// Makes the terms.
    public init(
        heartbeat: Duration, payloadByteCountMax: UInt64, creditMax: UInt32, lease: Duration,
        program: String, eventsEndpoint: String, breakGlass: Duration = .zero
    ) {
        self.heartbeat = heartbeat
        self.payloadByteCountMax = payloadByteCountMax
        self.creditMax = creditMax
        self.lease = lease
        self.program = program
        self.eventsEndpoint = eventsEndpoint
        self.breakGlass = breakGlass
    }
}

/// Turns what the broker says into headers.
public struct BrokerFrameEncoder {
    /// What every welcome says.
    public let terms: SessionTerms
    /// The time that worklists are judged at.
    public var now: Timestamp
    /// Turns a text into a note signed with the broker's audit key.
    public var sign: (String) -> String
    /// The moves an asker may make with a referral now.
    public var allowedMoves: (Referral, Asker) -> [ReferralMove]

    /// Makes the encoder.
    public init(
        terms: SessionTerms, now: Timestamp, sign: @escaping (String) -> String,
        allowedMoves: @escaping (Referral, Asker) -> [ReferralMove]
    ) {
        self.terms = terms
        self.now = now
        self.sign = sign
        self.allowedMoves = allowedMoves
    }

    /// The header's bytes.
    ///
    /// The payload, if any, goes into a frame of its own behind it. Of a redacted copy the message
    /// that is handed in names the copy's hash and length, not the original's.
    public func header(_ saying: BrokerSaying, request: UInt64) -> [UInt8] {
        var frame = WireBrokerFrame()
        frame.version = WireLimits.version
        frame.request = request
        frame.body = body(saying)
        return frame.wireBytes
    }

    private func body(_ saying: BrokerSaying) -> WireBrokerFrame.OneOf_Body {
        switch saying {
        case .welcome(let welcome): .welcome(wire(welcome))
        case .receipt(let items):
            .receipt(.with { $0.items = items.map { $0.wire(sign: sign) } })
        case .deliver(let delivery, let message, let referral, let redaction, let lease):
            .deliver(
                wire(delivery, WireEnvelope(message, referral, redaction), lease))
        case .recall(let delivery, let fence):
            .recall(
                .with {
                    $0.deliveryID = UInt64(delivery.number)
                    $0.fence = UInt64(fence.number)
                })
        case .settled(let delivery, let state):
            .settled(
                .with {
                    $0.deliveryID = UInt64(delivery.number)
                    $0.state = state.rawValue
                })
        case .staleLease(let delivery, let newest):
            .staleLease(
                .with {
                    $0.deliveryID = UInt64(delivery.number)
                    $0.fence = UInt64(newest.number)
                })
        case .drained(let waiting): .drained(.with { $0.waiting = UInt32(waiting) })
        case .answer(let answer, let asker): .result(wire(answer, asker))
        case .decision(let decision): .result(.with { $0.decision = decision.wire })
        case .content(let message, let referral, let redaction):
            .result(.with { $0.content = WireEnvelope(message, referral, redaction) })
        case .timeline(let timeline): .result(timeline.wire)
        case .consent(let versions):
            .result(.with { $0.consents = ConsentRecord.wire(versions: versions) })
        case .topic(let stream): .topic(stream.topic)
        case .events(let stream, let events): .events(wire(stream, events))
        case .pong: .pong(WirePong())
        case .ping: .ping(WirePing())
        case .resync: .resync(WireResync())
        case .bye(let refusal):
            .bye(
                .with {
                    $0.reason = refusal.message
                    $0.refusal = refusal.wire
                })
        case .error(let refusal): .error(.with { $0.refusal = refusal.wire })
        case .errorAbout(let delivery, let refusal, let request):
            .error(
                .with {
                    $0.refusal = refusal.wire
                    $0.deliveryID = UInt64(delivery.number)
                    $0.request = request
                })
        case .administered(let outcome): .administered(outcome.wire)
        }
    }

    private func wire(_ welcome: Welcome) -> WireWelcome {
        .with {
            $0.session = Data(welcome.session.bytes)
            $0.version = welcome.version
            $0.heartbeatMs = UInt32(clamping: terms.heartbeat.wholeMilliseconds)
            $0.payloadBytesMax = terms.payloadByteCountMax
            $0.creditMax = terms.creditMax
            $0.leaseMs = UInt32(clamping: terms.lease.wholeMilliseconds)
            $0.nowMs = welcome.now.milliseconds
            $0.organisation = welcome.agent.organisation.name
            $0.roles = welcome.agent.roles.sorted().map(\.rawValue)
            $0.mailboxes = welcome.agent.mailboxes.map(\.description)
            $0.heads = welcome.streams.map { stream in
                .with {
                    $0.stream = stream.name.description
                    $0.epoch = stream.epoch
                    $0.head = stream.head
                }
            }
            $0.program = terms.program
            $0.eventsEndpoint = terms.eventsEndpoint
            $0.breakGlassS = UInt32(clamping: terms.breakGlass.components.seconds)
        }
    }

    private func wire(
        _ delivery: Delivery, _ envelope: WireEnvelope, _ lease: Duration
    ) -> WireDeliver {
        .with {
            $0.deliveryID = UInt64(delivery.id.number)
            $0.fence = UInt64(delivery.fence.number)
            $0.attempt = delivery.attempts
            $0.leaseMs = UInt32(clamping: lease.wholeMilliseconds)
            $0.redelivered = delivery.attempts > 1
            $0.mailbox = delivery.mailbox.description
            $0.envelope = envelope
        }
    }

    private func wire(_ answer: Answer, _ asker: Asker) -> WireResult {
        .with {
            $0.cursor = answer.cursor
            $0.referrals = answer.referrals.map { referral in
                var row = WireReferral(referral, at: now)
                row.allowedMoves = allowedMoves(referral, asker).map(\.rawValue)
                return row
            }
            $0.messages = answer.messages.map { $0.wire(for: asker) }
            $0.trail = answer.trail.map(\.wire)
            $0.directory = answer.directory.map(\.wire)
            $0.consents = answer.consents.map { $0.wire(isNewest: true) }
            $0.disclosures = answer.disclosures.map { $0.wire(for: asker) }
            $0.breakGlasses = answer.breakGlasses.map(\.wire)
        }
    }

    private func wire(_ stream: CareModel.Stream, _ events: [SequencedEvent]) -> WireEvents {
        .with {
            $0.stream = stream.name.description
            $0.epoch = stream.epoch
            $0.head = stream.head
            $0.events = events.map { entry in
                .with {
                    $0.sequence = entry.sequence
                    $0.event = entry.event.wire
                }
            }
        }
    }
}
