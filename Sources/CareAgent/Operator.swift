public import CareWire

/// Speaks to a broker's `adm` socket on the broker's own machine: enrolment and operation.
public final class Operator {
    /// Connects to the socket file of a data directory.
    public init(socketPath: String) throws(AgentError) { preconditionFailure("not written yet") }

    /// Sends a command and waits for its answer.
    ///
    /// - Throws: `.unreachable` if no broker runs there, `.refused` with the broker's refusal.
    public func send(
        _ command: WireAdminister, deadline: Duration = .seconds(10)
    ) throws(AgentError) -> WireAdministered { preconditionFailure("not written yet") }
}
