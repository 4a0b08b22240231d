internal import CareCore
internal import CareModel
internal import CareVault
internal import CareWire
internal import SwiftProtobuf
internal import ZeroMQ

/// Puts what the broker says into frames and hands them to libzmq.
struct Post {
    private let terms: SessionTerms
    private let signer: NoteSigner

    init(_ configuration: BrokerConfiguration, eventsEndpoint: String) {
        signer = configuration.signer
        terms = SessionTerms(
            heartbeat: configuration.policy.heartbeat,
            payloadByteCountMax: configuration.policy.payloadBytesMax,
            creditMax: configuration.policy.creditMessagesMax,
            lease: configuration.policy.lease, program: configuration.program,
            eventsEndpoint: configuration.publishedEventsEndpoint ?? eventsEndpoint,
            breakGlass: configuration.policy.breakGlassDuration)
    }

    /// The header of what is said.
    func header(
        _ item: Outgoing, at now: Timestamp,
        allowedMoves: @escaping (Referral, Asker) -> [ReferralMove]
    ) throws(VaultError) -> [UInt8] {
        let notes = try notes(in: item.saying)
        return BrokerFrameEncoder(
            terms: terms, now: now,
            sign: { statement in
                guard let note = notes[statement] else {
                    preconditionFailure("only receipts carry statements")
                }
                return note
            },
            allowedMoves: allowedMoves
        ).header(item.saying, request: item.request)
    }

    /// The statements of a receipt, signed; a stored one that is damaged throws: nobody gets a
    /// receipt that looks as if it needed no signature.
    private func notes(in saying: BrokerSaying) throws(VaultError) -> [String: String] {
        guard case .receipt(let items) = saying else { return [:] }
        var notes: [String: String] = [:]
        for statement in items.compactMap(\.statement) {
            notes[statement] = try signer.sign(statement)
        }
        return notes
    }

    /// Sends a header and perhaps a document to one connection.
    static func send(
        _ header: [UInt8], _ document: Payload?, to peer: Peer, on socket: borrowing Socket
    ) throws(ZeroMQError) -> SendOutcome {
        let parts: [MessagePart] = [.bytes(peer.routingID), .bytes(header)]
        guard let document else { return try socket.send(parts) }
        if let frame = document.storage as? FramePayload {
            return try socket.send(parts + [.message(frame.message)])
        }
        return try document.withUnsafeBytes { bytes throws(ZeroMQError) in
            try socket.send(parts + [.borrowed(bytes)])
        }
    }

    /// Publishes the events of a committed turn, sealed, and the heads that are due.
    ///
    /// A lost event is repaired from the store, so a full queue needs no answer.
    func publish(_ outcome: Turn.Outcome, on socket: borrowing Socket) throws(ZeroMQError) {
        for (stream, entry) in outcome.events {
            let sealed = TopicSeal.seal(
                entry.event.wire.wireBytes, token: stream.token, key: stream.key,
                epoch: stream.epoch,
                sequence: entry.sequence)
            try publish(stream, sequence: entry.sequence, sealed: sealed, on: socket)
        }
        for stream in outcome.plan.heads {
            try publish(stream, sequence: stream.head, sealed: [], on: socket)
        }
    }

    private func publish(
        _ stream: CareModel.Stream, sequence: UInt64, sealed: [UInt8], on socket: borrowing Socket
    ) throws(ZeroMQError) {
        let frame = EventFrame.bytes(
            epoch: stream.epoch, sequence: sequence, sealed: sealed)
        _ = try socket.send([.bytes(stream.token), .bytes(frame)])
    }
}
