internal import Foundation
internal import Synchronization

/// Is a thread with a result.
final class Worker<Value: Sendable>: Sendable {
    private let outcome = Mutex<Result<Value, any Error>?>(nil)
    private let finished = DispatchSemaphore(value: 0)

    /// Starts it.
    init(_ work: @escaping @Sendable () throws -> Value) {
        let thread = Thread { [self] in
            let result = Result { try work() }
            outcome.withLock { $0 = result }
            finished.signal()
        }
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// Waits for its end; called once.
    func result() -> Result<Value, any Error> {
        finished.wait()
        return outcome.withLock { $0 } ?? .failure(BenchFailure("A thread ended without a result."))
    }
}
