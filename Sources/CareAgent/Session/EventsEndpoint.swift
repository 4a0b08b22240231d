/// Finds where `evt` is, seen from the agent.
enum EventsEndpoint {
    /// The address to connect to; nil if nobody knows one.
    ///
    /// A broker that binds to every address of its machine cannot name the one that the agent
    /// reaches it by; that is the host of `control`.
    static func address(published: String, control: String) -> String? {
        guard !published.isEmpty else { return nil }
        guard let (host, port) = split(published) else { return published }
        guard ["*", "0.0.0.0", "[::]"].contains(host), let (known, _) = split(control) else {
            return published
        }
        return "tcp://\(known):\(port)"
    }

    private static func split(_ endpoint: String) -> (host: Substring, port: Substring)? {
        guard endpoint.hasPrefix("tcp://"), let colon = endpoint.lastIndex(of: ":") else {
            return nil
        }
        let rest = endpoint.dropFirst("tcp://".count)
        guard colon > rest.startIndex else { return nil }
        return (rest[..<colon], rest[rest.index(after: colon)...])
    }
}
