import Foundation
import Glibc
import Synchronization
import Testing

/// Stands on the network between one agent and the broker and writes down what the agent says.
final class Recorder: Sendable {
    /// Where the agent connects.
    let port: UInt16
    private let listener: Int32
    private let said = Mutex<[UInt8]>([])

    /// Listens for one connection and passes it on to a loopback port.
    init(to target: UInt16) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
                bind(descriptor, general, length) == 0 && listen(descriptor, 1) == 0
                    ? getsockname(descriptor, general, &length) : -1
            }
        }
        try #require(status == 0)
        port = UInt16(bigEndian: address.sin_port)
        Thread { [self] in pass(to: target) }.start()
    }

    /// All that the agent has said so far.
    var recorded: [UInt8] { said.withLock { $0 } }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        address.sin_port = port.bigEndian
        return address
    }

    /// Copies both ways until one side ends.
    private func pass(to target: UInt16) {
        let agent = accept(listener, nil, nil)
        close(listener)
        let broker = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer {
            close(agent)
            close(broker)
        }
        var address = Self.loopback(target)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(broker, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard agent >= 0, status == 0 else { return }
        while true {
            var waits = [
                pollfd(fd: agent, events: Int16(POLLIN), revents: 0),
                pollfd(fd: broker, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&waits, 2, 30_000) > 0 else { return }
            if waits[0].revents != 0, !copy(from: agent, to: broker, isRecorded: true) { return }
            if waits[1].revents != 0, !copy(from: broker, to: agent, isRecorded: false) { return }
        }
    }

    private func copy(from source: Int32, to sink: Int32, isRecorded: Bool) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = recv(source, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        if isRecorded { said.withLock { $0 += buffer.prefix(count) } }
        return send(sink, buffer, count, Int32(MSG_NOSIGNAL)) == count
    }
}
