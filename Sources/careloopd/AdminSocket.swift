import Foundation

/// Looks at the operators' socket before a command is sent into it.
enum AdminSocket {
    /// Is what a knock came to.
    enum State {
        case answered
        /// Nobody listens, or there is no socket.
        case silent
        /// Only the broker's user may open it.
        case forbidden
    }

    /// Knocks and goes away again: a message would wait for the whole deadline in vain.
    static func knock(_ path: String) -> State {
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return .silent }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let fits = withUnsafeMutableBytes(of: &address.sun_path) { place in
            guard bytes.count < place.count else { return false }
            place.copyBytes(from: bytes)
            return true
        }
        guard fits else { return .silent }
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status != 0 else { return .answered }
        return errno == EACCES || errno == EPERM ? .forbidden : .silent
    }
}
