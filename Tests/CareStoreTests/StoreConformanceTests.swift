import CareStore
import CareStoreSQLite
import CareTestKit
import Testing

@Suite("Every store keeps the contract")
struct StoreConformanceTests {
    @Test("a store does what the contract says", arguments: storeKinds, StoreConformance.all)
    func keepsContract(kind: StoreKind, part: StoreConformance) throws {
        try part.run(on: kind)
    }
}

private let storeKinds = [
    StoreKind(name: "in memory") { InMemoryFixture() },
    StoreKind(name: "SQLite") { try SQLiteFixture() },
]

private final class InMemoryFixture: StoreFixture {
    private var store = InMemoryStore()

    func open() throws -> any Store & StoreChores {
        store = store.restarted()
        return store
    }
}

private final class SQLiteFixture: StoreFixture {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func open() throws -> any Store & StoreChores {
        try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
    }
}
