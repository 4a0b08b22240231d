public import CareStore
internal import Foundation
public import Logging
internal import Synchronization
internal import ZeroMQ

/// Runs a broker on a thread of its own.
public final class Broker: Sendable {
    private let configuration: BrokerConfiguration
    private let logger: Logger
    private let signals: BrokerSignals

    /// Makes a broker; ``run(store:onReady:)`` starts it.
    ///
    /// - Throws: `.socket` if the system has no descriptors left.
    public init(configuration: BrokerConfiguration, logger: Logger) throws(BrokerError) {
        self.configuration = configuration
        self.logger = logger
        signals = try BrokerSignals()
    }

    /// Works until ``stop()``, or until something happens that only a new start can mend.
    ///
    /// - Parameters:
    ///   - store: opens the store; called on the broker's thread, which then owns it.
    ///   - onReady: told once, when agents can connect. Called on the broker's thread.
    /// - Throws: why it ended. The caller should end the process: nothing was answered that is
    ///   not on disk, and a new start finds everything that is.
    public func run(
        store: @escaping @Sendable () throws(StoreError) -> any Store & StoreChores,
        onReady: @escaping @Sendable (BrokerEndpoints) -> Void = { _ in }
    ) async throws(BrokerError) {
        let result: Result<Void, BrokerError> = await withCheckedContinuation { continuation in
            let thread = Thread { [self] in
                continuation.resume(returning: work(store, onReady))
            }
            thread.name = "careloopd"
            thread.stackSize = 8 << 20
            thread.start()
        }
        try result.get()
    }

    /// Asks the broker to end in good order.
    ///
    /// Callable from any thread.
    public func stop() {
        signals.stop()
    }

    private func work(
        _ open: () throws(StoreError) -> any Store & StoreChores,
        _ onReady: (BrokerEndpoints) -> Void
    ) -> Result<Void, BrokerError> {
        Result { () throws(BrokerError) in
            let store: any Store & StoreChores
            let context: Context
            do {
                store = try open()
                context = try Context()
            } catch let error as StoreError {
                throw BrokerError(.store, "\(error)")
            } catch {
                throw BrokerError(.socket, "\(error)")
            }
            var loop = try BrokerLoop(
                configuration, store: store, signals: signals, context: context, logger: logger)
            onReady(loop.endpoints)
            try loop.run()
        }
    }
}

/// Says where a broker can be reached.
public struct BrokerEndpoints: Equatable, Sendable {
    /// `ctl`, as bound.
    public let control: String
    /// `evt`, as bound.
    public let events: String
}

/// Is the only way into the loop from other threads.
final class BrokerSignals: Sendable {
    let wakeUp: WakeUp
    private let stopping = Atomic(false)

    init() throws(BrokerError) {
        do throws(ZeroMQError) {
            wakeUp = try WakeUp()
        } catch {
            throw BrokerError(.socket, "\(error)")
        }
    }

    var isStopping: Bool { stopping.load(ordering: .acquiring) }

    func stop() {
        stopping.store(true, ordering: .releasing)
        wakeUp.signal()
    }
}
