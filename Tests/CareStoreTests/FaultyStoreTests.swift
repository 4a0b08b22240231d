import CareModel
import CareStore
import CareTestKit
import Testing

@Suite("A faulty store fails as a disk does")
struct FaultyStoreTests {
    @Test(
        "the commit fails that was told to, before or after it became durable",
        arguments: FaultyStore.Fault.allCases)
    func failsOnce(fault: FaultyStore.Fault) throws {
        let memory = InMemoryStore()
        let store = FaultyStore(memory, failingCommit: 2, fault)
        _ = try store.start()
        try store.commit([.insertMessage(message(1), .none)])
        #expect(!store.hasFailed)
        let error = #expect(throws: StoreError.self) {
            try store.commit([.insertMessage(message(2), .none)])
        }
        #expect(error?.code == .inputOutput)
        #expect(store.hasFailed)
        #expect(throws: StoreError.self) { try store.load(FactKeys()) }
        let last = try memory.restarted().makeReader().status().messages
        #expect(last == (fault == .before ? 1 : 2))
    }
}
