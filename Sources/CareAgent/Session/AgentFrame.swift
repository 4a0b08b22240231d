internal import CareCore
internal import CareModel
internal import CareWire
internal import Foundation
internal import SwiftProtobuf

extension WireAgentFrame {
    /// Writes what the core says.
    ///
    /// - Parameters:
    ///   - submit: with a message: its envelope, and on whose behalf it is sent; nil if the message
    ///     is gone, and nothing is written then.
    init?(
        _ said: AgentCore.Said, request: UInt64, hello: WireHello,
        submit: (envelope: WireSubmit, person: Person?)?
    ) {
        self.init()
        version = WireLimits.version
        self.request = request
        switch said {
        case .hello: self.hello = hello
        case .submit:
            guard let submit else { return nil }
            self.submit = submit.envelope
            take(submit.person)
        case .credit(let messages, let byteCount, let drain):
            credit = .with {
                $0.messages = messages
                $0.bytes = byteCount
                $0.drain = drain
            }
        case .ack(let lease): ack = WireAck(lease, displayed: false)
        case .display(let display):
            ack = WireAck(display.lease, displayed: true)
            take(display.person)
        case .query(let query):
            self.query = query.wire
            take(query.actingFor)
        case .subscribe(let stream): subscribe = .with { $0.stream = stream.description }
        case .fetch(let stream, let epoch, let from):
            fetch = .with {
                $0.stream = stream.description
                $0.epoch = epoch
                $0.from = from
            }
        case .ping: ping = WirePing()
        case .pong: pong = WirePong()
        case .bye: bye = WireBye()
        }
    }

    private mutating func take(_ person: Person?) {
        if let person { actingFor = person.wire }
    }
}

extension WireAck {
    fileprivate init(_ lease: DeliveryRight, displayed: Bool) {
        self.init()
        deliveryID = UInt64(clamping: lease.delivery.number)
        fence = UInt64(clamping: lease.fence.number)
        self.displayed = displayed
    }
}
