/// Says where messages wait: with one agent or with a service that several agents work.
public enum Mailbox: Hashable, Comparable, Sendable {
    /// One agent's own mailbox.
    case agent(AgentID)
    /// A team's mailbox.
    case service(ServiceID)

    /// Reads `agent:NAME` or `service:NAME`; nil for anything else.
    @inlinable
    public init?(_ text: some StringProtocol) {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let name = text[text.utf8.index(after: colon)...]
        switch text[..<colon] {
        case "agent":
            guard let agent = AgentID(name) else { return nil }
            self = .agent(agent)
        case "service":
            guard let service = ServiceID(name) else { return nil }
            self = .service(service)
        default:
            return nil
        }
    }
}

extension Mailbox: CustomStringConvertible {
    /// `agent:NAME` or `service:NAME`, as CLP/1 writes it.
    public var description: String {
        switch self {
        case .agent(let agent): "agent:\(agent)"
        case .service(let service): "service:\(service)"
        }
    }
}
