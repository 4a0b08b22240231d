import CareModel
import CareStore
import GRDB

/// Answers questions over a read-only connection of its own, each from one committed state.
// Safety: statements and caches are only touched inside accesses of `queue`, one at a time.
final class SQLiteReader: StoreReader, @unchecked Sendable {
    private let queue: DatabaseQueue
    private let statements: ReaderStatements

    init(path: String, ring: KeyRing) throws(StoreError) {
        do {
            queue = try .readOnly(path, label: "careloop.reader")
            statements = try queue.read { try ReaderStatements($0, ring: ring) }
        } catch {
            throw StoreError(error)
        }
    }

    func answer(
        _ question: Question, asker: Asker, page: Page, now: Timestamp
    ) throws(StoreError) -> Answer {
        try read { (statements) throws(StoreError) in
            try statements.answer(question, asker: asker, page: page)
        }
    }

    func events(
        of stream: StreamName, from: UInt64, to: UInt64, limit: Int
    ) throws(StoreError) -> [SequencedEvent] {
        try read { (statements) throws(StoreError) in
            try statements.events(of: stream, from: from, to: to, limit: limit)
        }
    }

    func status() throws(StoreError) -> BrokerStatus {
        try read { (statements) throws(StoreError) in try statements.status() }
    }

    private func read<Result>(
        _ body: (ReaderStatements) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        do {
            return try queue.read { _ in try body(statements) }
        } catch {
            throw StoreError(error)
        }
    }
}
