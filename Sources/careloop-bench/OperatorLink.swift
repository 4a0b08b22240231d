internal import CareWire
internal import SwiftProtobuf
internal import ZeroMQ

/// Speaks to a broker's operator socket.
///
/// Belongs to the thread that made it.
struct OperatorLink: ~Copyable {
    private let socket: Socket

    init(_ path: String, in context: Context) throws {
        let socket = try Socket(.dealer, in: context)
        try socket.connect("ipc://\(path)")
        self.socket = socket
    }

    /// Sends a command and waits until it is done.
    ///
    /// - Throws: if the broker refused it or did not answer.
    @discardableResult
    func carryOut(_ command: WireAdminister) throws -> WireAdministered {
        let frame = WireAgentFrame.with {
            $0.version = WireLimits.version
            $0.request = 1
            $0.administer = command
        }
        let bytes: [UInt8] = try frame.serializedBytes()
        _ = try socket.send([.bytes(bytes)], timeout: Connection.patience)
        guard let parts = try socket.receive(timeout: Connection.patience), let header = parts.last
        else { throw BenchFailure("The broker did not answer its operator.") }
        let answer = try WireBrokerFrame(serializedBytes: header.bytes).administered
        guard answer.outcome == "done" else {
            throw BenchFailure("The broker refused its operator: \(answer.refusal.message)")
        }
        return answer
    }

    /// How the broker is.
    func status() throws -> WireBrokerStatus {
        try carryOut(.with { $0.status = WireStatus() }).status
    }
}
