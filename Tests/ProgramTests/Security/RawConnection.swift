import Foundation
import Glibc
import Testing

/// Is a TCP connection of somebody who need not speak ZeroMQ's protocol.
final class RawConnection {
    private let descriptor: Int32

    /// Begins to connect to a loopback port; does not wait until that is done.
    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        try #require(descriptor >= 0, "the test itself has no descriptors left")
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        address.sin_port = port.bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(status == 0 || errno == EINPROGRESS)
    }

    deinit { close(descriptor) }

    /// Sends bytes once the connection is there.
    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            try #require(poll(&wait, 1, 5_000) == 1, "the connection takes nothing")
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Waits until the other side ends the connection; false if it does not in time.
    func isEnded(within patience: Duration) -> Bool {
        let end = ContinuousClock.now + patience
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while ContinuousClock.now < end {
            var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let left = (end - ContinuousClock.now).components
            let milliseconds = left.seconds * 1_000 + left.attoseconds / 1_000_000_000_000_000
            guard poll(&wait, 1, Int32(max(1, milliseconds))) == 1 else { continue }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count == 0 || (count < 0 && errno != EAGAIN) { return true }
        }
        return false
    }
}

/// Writes the beginning of ZMTP 3.1 by hand.
enum ZMTP {
    /// A greeting that names a mechanism.
    static func greeting(_ mechanism: String) -> [UInt8] {
        let name = Array(mechanism.utf8) + [UInt8](repeating: 0, count: 20 - mechanism.utf8.count)
        return [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 1] + name
            + [UInt8](repeating: 0, count: 32)
    }

    /// A READY command with properties.
    static func ready(_ properties: [(String, String)]) -> [UInt8] {
        var body = [UInt8(5)] + Array("READY".utf8)
        for (name, value) in properties {
            body.append(UInt8(name.utf8.count))
            body += Array(name.utf8)
            withUnsafeBytes(of: UInt32(value.utf8.count).bigEndian) { body += $0 }
            body += Array(value.utf8)
        }
        return [0x04, UInt8(body.count)] + body
    }

    /// A message of one short frame.
    static func frame(_ bytes: [UInt8]) -> [UInt8] { [0x00, UInt8(bytes.count)] + bytes }
}
