import CareModel
import CareVault
import CareWire
import Foundation
import SwiftProtobuf
import Synchronization
import ZeroMQ

/// Is the thread of a ``FakeBroker``: its sockets and what it answers.
final class Stage {
    let control: String
    let events: String
    private let shared: FakeBroker.Shared
    private let changed: NSCondition
    private let wakeUp: WakeUp
    private let handler: ZAPHandler
    private let router: Socket
    private let publisher: Socket
    private var poller = Poller()

    init(
        secret: CurveSecretKey, at places: (String, String)?, _ shared: FakeBroker.Shared,
        _ changed: NSCondition, _ wakeUp: WakeUp
    ) throws {
        self.shared = shared
        self.changed = changed
        self.wakeUp = wakeUp
        let context = try Context()
        handler = try ZAPHandler(in: context)
        router = try Socket(.router, in: context)
        try router.secureAsServer(secretKey: secret, domain: "test")
        try router.set(.routerMandatory, to: true)
        try router.bind(places?.0 ?? "tcp://127.0.0.1:*")
        publisher = try Socket(.xpub, in: context)
        try publisher.secureAsServer(secretKey: secret, domain: "test")
        try publisher.bind(places?.1 ?? "tcp://127.0.0.1:*")
        control = try router.lastEndpoint
        events = try publisher.lastEndpoint
        _ = poller.add(handler.socket)
        _ = poller.add(router)
        _ = poller.add(publisher)
        _ = poller.add(wakeUp)
    }

    func play() throws {
        while !shared.state.withLock({ $0.isStopped }) {
            // The real one repeats heads each second; tests need not wait that long.
            _ = try poller.wait(timeout: .milliseconds(20))
            wakeUp.drain()
            try handler.answerAll { [shared] request in
                guard shared.state.withLock({ $0.takesKeys }),
                    case .curve(let key) = request.credentials
                else { return .refused("unknown") }
                return .accepted(userID: key.z85)
            }
            while try publisher.receive() != nil {}
            while let parts = try router.receive() { try hear(parts) }
            shared.state.withLock { $0.deliver() }
            try send()
            try publish()
            changed.lock()
            changed.broadcast()
            changed.unlock()
        }
    }

    private func hear(_ parts: [ZeroMQ.Message]) throws {
        let peer = parts[0].bytes
        let frame = try WireAgentFrame(serializedBytes: parts[1].bytes)
        let payload = parts.count > 2 ? parts[2].bytes : []
        shared.state.withLock { $0.take(frame, payload, from: peer) }
    }

    private func send() throws {
        let outbound = shared.state.withLock { state in
            defer { state.outbound = [] }
            return state.outbound
        }
        for (peer, frame, payload) in outbound {
            let header: [UInt8] = try frame.serializedBytes()
            let body = payload.map { [MessagePart.bytes($0)] } ?? []
            _ = try router.send([.bytes(peer), .bytes(header)] + body)
        }
    }

    private func publish() throws {
        let (published, head, epoch) = shared.state.withLock { state in
            defer { state.published = [] }
            return (state.published, UInt64(state.events.count), state.epoch)
        }
        for (sequence, event) in published {
            let body: [UInt8] = try event.serializedBytes()
            let sealed = TopicSeal.seal(
                body, token: FakeBroker.token, key: FakeBroker.topicKey, epoch: epoch,
                sequence: sequence)
            try publish(epoch, sequence, sealed)
        }
        try publish(epoch, head, [])
    }

    private func publish(_ epoch: UInt32, _ sequence: UInt64, _ sealed: [UInt8]) throws {
        let frame = WireEventFrame.with {
            $0.version = WireLimits.version
            $0.epoch = epoch
            $0.sequence = sequence
            $0.sealed = Data(sealed)
        }
        let bytes: [UInt8] = try frame.serializedBytes()
        _ = try publisher.send([.bytes(FakeBroker.token), .bytes(bytes)])
    }
}

extension FakeBroker.State {
    /// Takes what an agent says.
    mutating func take(_ frame: WireAgentFrame, _ payload: [UInt8], from peer: [UInt8]) {
        let request = frame.request
        if case .hello(let hello) = frame.body { return open(hello, peer, request) }
        guard sessions.contains(peer) else { return say(peer, request, .resync(WireResync())) }
        if frame.hasActingFor { people.append(frame.actingFor) }
        switch frame.body {
        case .submit(let submit):
            submits.append(submit)
            payloads.append(payload)
            if let item = answer(submit) { say(peer, 0, .receipt(.with { $0.items = [item] })) }
        case .credit(let more):
            credit[peer, default: 0] += Int(more.messages)
            if more.drain { drains[peer] = request }
        case .ack(let ack): acknowledge(ack, peer)
        case .query(let query):
            guard answersQueries else { return }
            answer(query, peer, request)
        case .subscribe:
            let topic = WireTopic.with {
                $0.stream = FakeBroker.stream
                $0.token = Data(FakeBroker.token)
                $0.key = Data(FakeBroker.topicKey)
                $0.epoch = epoch
                $0.head = UInt64(events.count)
            }
            say(peer, request, .topic(topic))
        case .fetch(let fetch):
            fetches.append(fetch)
            say(peer, request, .events(answer(fetch)))
        case .ping: say(peer, request, .pong(WirePong()))
        case .bye:
            byes += 1
            sessions.remove(peer)
            credit[peer] = nil
            takeBack()
        default: break
        }
    }

    /// Queues what was delivered and not acknowledged again.
    mutating func takeBack() {
        for deliver in leases.values {
            var again = deliver
            again.fence += 1
            again.redelivered = true
            mail.insert((again, []), at: 0)
        }
        leases = [:]
    }

    private mutating func open(_ hello: WireHello, _ peer: [UInt8], _ request: UInt64) {
        hellos.append(hello)
        if let words = refusesHello {
            return say(peer, request, .bye(.with { $0.reason = words }))
        }
        sessions.insert(peer)
        let welcome = WireWelcome.with {
            $0.version = 1
            $0.heartbeatMs = 5_000
            $0.payloadBytesMax = 1 << 20
            $0.organisation = "north"
            $0.heads = [
                .with {
                    $0.stream = FakeBroker.stream
                    $0.epoch = epoch
                    $0.head = UInt64(events.count)
                }
            ]
        }
        say(peer, request, .welcome(welcome))
    }

    private mutating func acknowledge(_ ack: WireAck, _ peer: [UInt8]) {
        acks.append(ack)
        let hasNewerLease = leases[ack.deliveryID].map { $0.fence != ack.fence } ?? false
        if hasNewerLease || recalled.contains(ack.deliveryID) {
            return say(peer, 0, .staleLease(.with { $0.deliveryID = ack.deliveryID }))
        }
        leases[ack.deliveryID] = nil
        let settled = WireSettled.with {
            $0.deliveryID = ack.deliveryID
            $0.state = ack.displayed ? "displayed" : "acknowledged"
        }
        say(peer, 0, .settled(settled))
    }

    private mutating func answer(_ query: WireQuery, _ peer: [UInt8], _ request: UInt64) {
        if case .deadLetters = query.question {
            return say(
                peer, request,
                .error(
                    .with {
                        $0.refusal.code = "not-allowed"
                        $0.refusal.message = "Your roles do not allow this."
                    }))
        }
        if let (result, payload) = result(query) {
            return outbound.append((peer, frame(request, .result(result)), payload))
        }
        var payload: [UInt8]?
        var result = WireResult.with { $0.cursor = query.cursor }
        if case .content(let content) = query.question {
            let document = Array("document".utf8)
            result = .content(content.messageID, document)
            payload = document
        }
        outbound.append((peer, frame(request, .result(result)), payload))
    }

    private func answer(_ fetch: WireFetch) -> WireEvents {
        .with {
            $0.stream = FakeBroker.stream
            $0.epoch = epoch
            $0.head = UInt64(events.count)
            guard fetch.epoch == epoch, fetch.from >= 1 else { return }
            // Never more than a few at once, as a broker may.
            for index in events.indices.dropFirst(Int(fetch.from) - 1).prefix(4) {
                $0.events.append(
                    .with {
                        $0.sequence = UInt64(index + 1)
                        $0.event = events[index]
                    })
            }
        }
    }

    /// Delivers what credit allows, and says when nothing is left.
    mutating func deliver() {
        for peer in sessions.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            while credit[peer, default: 0] > 0, !mail.isEmpty {
                var (deliver, payload) = mail.removeFirst()
                deliver.envelope.payloadSha256 = Data(ContentHash.of(Payload(payload)))
                credit[peer, default: 0] -= 1
                leases[deliver.deliveryID] = deliver
                outbound.append((peer, frame(0, .deliver(deliver)), payload))
                if recallsAfter.contains(deliver.deliveryID) { recall(deliver, peer) }
            }
            guard let request = drains[peer], leases.isEmpty else { continue }
            drains[peer] = nil
            let waiting = mail.isEmpty ? 0 : 1
            say(peer, request, .drained(.with { $0.waiting = UInt32(waiting) }))
        }
    }

    /// Takes a lease back; an acknowledgement that is under way comes too late.
    private mutating func recall(_ deliver: WireDeliver, _ peer: [UInt8]) {
        leases[deliver.deliveryID] = nil
        recalled.insert(deliver.deliveryID)
        let recall = WireRecall.with {
            $0.deliveryID = deliver.deliveryID
            $0.fence = deliver.fence
        }
        say(peer, 0, .recall(recall))
    }

    private mutating func say(
        _ peer: [UInt8], _ request: UInt64, _ body: WireBrokerFrame.OneOf_Body
    ) {
        outbound.append((peer, frame(request, body), nil))
    }

    private func frame(
        _ request: UInt64, _ body: WireBrokerFrame.OneOf_Body
    ) -> WireBrokerFrame {
        .with {
            $0.version = WireLimits.version
            $0.request = request
            $0.body = body
        }
    }
}

extension WireResult {
    /// Answers with a message's document.
    static func content(_ message: Data, _ document: [UInt8]) -> WireResult {
        .with {
            $0.content.messageID = message
            $0.content.kind = "note"
            $0.content.payloadType = "application/fhir+json"
            $0.content.payloadSha256 = Data(ContentHash.of(Payload(document)))
        }
    }
}
