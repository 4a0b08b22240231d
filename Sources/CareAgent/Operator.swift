internal import CareModel
internal import CareWire
internal import Foundation
internal import SwiftProtobuf
internal import ZeroMQ

/// Speaks to a broker's `adm` socket on the broker's own machine: enrolment and operation.
///
/// Each command has a connection of its own, so any thread may send one.
public final class Operator {
    private let endpoint: String
    private let network: ZeroMQ.Context
    private var lastRequest: UInt64 = 0

    /// Takes the socket file of a data directory.
    ///
    /// Connects with the first command.
    ///
    /// - Throws: `.invalid` for a path that is empty or longer than a Unix socket allows.
    public init(socketPath: String) throws(AgentError) {
        // sockaddr_un has 108 bytes with the closing zero.
        guard (1...107).contains(socketPath.utf8.count) else {
            throw AgentError(
                .invalid,
                "The socket's path is empty or longer than 107 bytes."
                    + " Use a data directory with a shorter path.")
        }
        endpoint = "ipc://" + socketPath
        do throws(ZeroMQError) {
            network = try ZeroMQ.Context()
        } catch {
            throw AgentError(.unusableContext, "\(error)")
        }
    }

    /// Sends a command and waits for its answer.
    ///
    /// - Throws: `.unreachable` if no broker runs there, `.refused` with the broker's refusal,
    ///   `.brokenAnswer` for an answer this version does not know.
    public func send(
        _ command: OperatorCommand, deadline: Duration = .seconds(10)
    ) throws(AgentError) -> OperatorAnswer {
        lastRequest += 1
        let request = lastRequest
        let frame = WireAgentFrame.with {
            $0.version = WireLimits.version
            $0.request = request
            $0.administer = command.wire
        }
        let answer: WireBrokerFrame.OneOf_Body?
        do {
            answer = try exchange(frame, deadline)
        } catch let error as ZeroMQError {
            throw AgentError(.unreachable, "\(error)")
        } catch {
            throw AgentError(.invalid, "The command cannot be written. It is too long.")
        }
        switch answer {
        case .administered(let administered):
            if administered.outcome == "refused" {
                throw AgentError(BrokerRefusal(administered.refusal))
            }
            guard let answer = OperatorAnswer(administered, to: command) else {
                throw AgentError(
                    .brokenAnswer,
                    "The broker's answer cannot be read. Use programs of one version.")
            }
            return answer
        case .error(let report): throw AgentError(BrokerRefusal(report.refusal))
        default:
            throw AgentError(
                .unreachable,
                "No broker answers at \(endpoint). Start careloopd there, or name its data"
                    + " directory.")
        }
    }

    /// The answer's body; nil if none came in time.
    private func exchange(
        _ frame: WireAgentFrame, _ patience: Duration
    ) throws -> WireBrokerFrame.OneOf_Body? {
        let socket = try Socket(.dealer, in: network)
        // Without IMMEDIATE: with it, libzmq forgets what it has read and not handed out when the
        // broker goes, and the answer to "stop" is the last thing a broker says.
        try socket.set(.messageByteLimit, to: ControlLink.messageByteCountMax)
        try socket.connect(endpoint)
        let deadline = ContinuousClock.now + patience
        let bytes: [UInt8] = try frame.serializedBytes()
        guard try socket.send([.bytes(bytes)], timeout: patience) == .sent else { return nil }
        while true {
            let rest = deadline - ContinuousClock.now
            guard rest > .zero, let parts = try socket.receive(timeout: rest) else { return nil }
            guard let answer = BrokerFrame(parts)?.header, answer.request == frame.request else {
                continue
            }
            return answer.body
        }
    }
}
