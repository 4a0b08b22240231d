internal import CareAgent
internal import CareModel
internal import ServiceLifecycle
internal import UnixSignals

/// Follows the broker until the person stops it, and hands over each change in order.
struct Watch {
    private let desk: Desk
    private let collects: Bool
    private let isLogged: Bool

    /// Follows for `desk`; with a log of its own, outages are told there and not here.
    init(_ desk: Desk, collects: Bool, isLogged: Bool = false) {
        self.desk = desk
        self.collects = collects
        self.isLogged = isLogged
    }

    /// Calls `body` on the caller's thread for each change, until a signal ends it.
    ///
    /// - Throws: the broker's refusal, or what `body` throws.
    func run(_ body: (Happening) throws -> Void) async throws {
        var options = Follower.Options()
        options.collects = collects
        let follower = Follower(
            context: desk.context, mail: desk.store, keyIn: desk.store.directory, options: options)
        let (changes, feed) = AsyncStream.makeStream(of: Happening.self)
        let group = ServiceGroup(
            services: [FollowerService(follower: follower, feed: feed)],
            gracefulShutdownSignals: [.sigterm, .sigint])
        let serving = Task { try await group.run() }
        do {
            for await change in changes {
                tell(change)
                try body(change)
            }
        } catch {
            follower.stop()
            _ = await serving.result
            throw error
        }
        do {
            try await serving.value
        } catch let failure as FollowerFailure {
            throw CommandFailure(failure.error)
        }
    }

    private func tell(_ change: Happening) {
        if case .connected = change { desk.retry() }
        guard case .disconnected = change, !isLogged else { return }
        desk.screen.hint("The broker cannot be reached; trying again by itself.")
    }
}

/// Runs a follower until shutdown is asked for.
struct FollowerService: ServiceLifecycle.Service {
    let follower: Follower
    let feed: AsyncStream<Happening>.Continuation

    func run() async throws {
        defer { feed.finish() }
        let feed = feed
        try await withGracefulShutdownHandler {
            do throws(AgentError) {
                try await follower.run { feed.yield($0) }
            } catch {
                throw FollowerFailure(error: error)
            }
        } onGracefulShutdown: { [follower] in
            follower.stop()
        }
    }
}

/// Carries the broker's word through the service group.
struct FollowerFailure: Error {
    let error: AgentError
}
