internal import CareCore
internal import CareModel
internal import CareWire
internal import Foundation
internal import SwiftProtobuf

extension WireAgentFrame {
    /// Writes what the core says.
    ///
    /// Nil if it speaks of a message or question that is gone.
    init?(
        _ said: AgentCore.Said, request: UInt64, hello: WireHello, submit: WireSubmit?,
        query: WireQuery?
    ) {
        self.init()
        version = WireLimits.version
        self.request = request
        switch said {
        case .hello: self.hello = hello
        case .submit:
            guard let submit else { return nil }
            self.submit = submit
        case .credit(let messages, let byteCount, let drain):
            credit = .with {
                $0.messages = messages
                $0.bytes = byteCount
                $0.drain = drain
            }
        case .ack(let lease, let displayed):
            ack = .with {
                $0.deliveryID = UInt64(clamping: lease.delivery.number)
                $0.fence = UInt64(clamping: lease.fence.number)
                $0.displayed = displayed
            }
        case .query:
            guard let query else { return nil }
            self.query = query
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
}
