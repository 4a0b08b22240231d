import CareModel
import CareStore
@testable import CareStoreSQLite
import CareVault
import Foundation
import GRDB
import Testing

@Suite("The store and its master keys")
struct SQLiteKeyTests {
    @Test("a directory is not opened with other master keys, and nothing in it changes")
    func refusesOtherKeys() throws {
        let folder = try TemporaryFolder()
        try fill(folder, try TestKeys(), patients: 3)
        let before = try folder.contents()["careloop.db"]
        let error = #expect(throws: StoreError.self) {
            try SQLiteStore(directory: folder.path, keys: TestKeys().keys).start()
        }
        #expect(error?.code == .unusableDirectory)
        #expect(error?.message.contains("version 1 of the master key") == true)
        #expect(error?.message.contains("restore the file of master keys") == true)
        #expect(try folder.contents()["careloop.db"] == before)
    }

    @Test("a directory is not opened with an older file of master keys")
    func refusesOlderKeys() throws {
        let folder = try TemporaryFolder()
        let keys = try TestKeys()
        let older = keys.keys
        try fill(folder, keys, patients: 1)
        try SQLiteStore(directory: folder.path, keys: keys.keys).starting { store, _ in
            #expect(try store.rotateMasterKey(at: now) == 2)
            try store.maintain(isIdle: true)
        }
        let error = #expect(throws: StoreError.self) {
            try SQLiteStore(directory: folder.path, keys: older).start()
        }
        #expect(error?.code == .unusableDirectory)
        #expect(error?.message.contains("version 2 of the master key") == true)
        _ = try SQLiteStore(directory: folder.path, keys: keys.keys).start()
    }

    @Test("a rotation wraps all keys again, some at a time, and then the older one can go")
    func rewraps() throws {
        let folder = try TemporaryFolder()
        let keys = try TestKeys()
        let count = Chores.rewrapCount * 2 + 10
        try fill(folder, keys, patients: count)
        try SQLiteStore(directory: folder.path, keys: keys.keys).starting { store, _ in
            let reader = try store.makeReader()
            #expect(try reader.status().keysToRewrap == 0)
            let old = try (1...count).map { try #require(wrappedKey(of: $0, store)) }
            #expect(try store.rotateMasterKey(at: now) == 2)
            #expect(keys.masterKeys.versions == [1, 2])
            var left = count
            while left > 0 {
                #expect(try reader.status().keysToRewrap == left)
                try store.maintain(isIdle: true)
                left = max(0, left - Chores.rewrapCount)
            }
            #expect(try reader.status().keysToRewrap == 0)
            try store.maintain(isIdle: true)
            for (name, bytes) in try folder.contents() {
                #expect(old.allSatisfy { bytes.range(of: $0) == nil }, "\(name)")
            }
        }
        keys.change { $0.forget(1) }
        try SQLiteStore(directory: folder.path, keys: keys.keys).starting { store, _ in
            for number in 1...count {
                let document = try store.payload(of: MessageNumber(Int64(number)))
                #expect(document == Payload([1, 2, 3]))
            }
        }
    }

    @Test("a rotation goes on after a restart, and new patients get the new key at once")
    func rewrapsAfterRestart() throws {
        let folder = try TemporaryFolder()
        let keys = try TestKeys()
        try fill(folder, keys, patients: 2)
        try SQLiteStore(directory: folder.path, keys: keys.keys).starting { store, _ in
            _ = try store.rotateMasterKey(at: now)
            try store.commit(writes(patient: 3))
            #expect(try store.makeReader().status().keysToRewrap == 2)
        }
        try SQLiteStore(directory: folder.path, keys: keys.keys).starting { store, _ in
            try store.maintain(isIdle: false)
            #expect(try store.makeReader().status().keysToRewrap == 0)
        }
    }

    @Test("a new master key that cannot be saved is not used, and the store goes on")
    func saveFails() throws {
        let folder = try TemporaryFolder()
        let keys = try TestKeys()
        let failing = StoreKeys(masterKeys: keys.masterKeys, signer: keys.signer) { _ in
            throw CocoaError(.fileWriteOutOfSpace)
        }
        try SQLiteStore(directory: folder.path, keys: failing).starting { store, _ in
            let error = #expect(throws: StoreError.self) { try store.rotateMasterKey(at: now) }
            #expect(error?.code == .inputOutput)
            try store.commit(writes(patient: 1))
        }
        try SQLiteStore(directory: folder.path, keys: keys.keys).starting { store, _ in
            let document = try store.payload(of: MessageNumber(1))
            #expect(document == Payload([1, 2, 3]))
        }
    }

    @Test("a wrapped key that was destroyed is in no file afterwards", arguments: [false, true])
    func destroysKey(isRotated: Bool) throws {
        let folder = try TemporaryFolder()
        let keys = try TestKeys()
        let count = 2_000
        try fill(folder, keys, patients: count)
        let store = try SQLiteStore(directory: folder.path, keys: keys.keys)
        _ = try store.start()
        if isRotated {
            _ = try store.rotateMasterKey(at: now)
            for _ in 0...(count / Chores.rewrapCount) { try store.maintain(isIdle: true) }
        }
        try expectDestroyed(stride(from: 1, through: count, by: 97), folder, store)
        // Patients' rows grow when they come back and when what they permit changes: their keys'
        // rows must not move for it.
        for epoch in 1...3 as ClosedRange<UInt32> {
            try store.commit(
                (1...count).filter { $0 % 7 != 0 }
                    .map { .raiseConsentEpoch(key($0), to: epoch) })
        }
        for number in stride(from: 1, through: count, by: 97) {
            try store.commit(writes(patient: number, message: count + number))
        }
        try expectDestroyed(stride(from: 1, through: count, by: 194), folder, store)
        // Many, because a row that moved seldom leaves something behind.
        let others = stride(from: 2, through: count, by: 3).filter { $0 % 97 != 1 }
        try expectDestroyed(others, folder, store)
        #expect(try store.payload(of: MessageNumber(3)) != nil)
        // What keeps them in their places.
        let lengths = try store.queue.unsafeRead {
            try Int.fetchAll($0, sql: "SELECT DISTINCT length(wrapped) FROM patient_key")
        }
        #expect(lengths == [61])
    }

    private func expectDestroyed(
        _ numbers: some Sequence<Int>, _ folder: TemporaryFolder, _ store: SQLiteStore
    ) throws {
        let wrapped = try numbers.map { try #require(wrappedKey(of: $0, store)) }
        let before = try folder.contents()
        for key in wrapped { #expect(before.values.contains { $0.range(of: key) != nil }) }
        try store.commit(numbers.map { .shred(key($0), at: now) })
        let after = try folder.contents()
        #expect(after["careloop.db-wal"]?.isEmpty == true)
        for (name, bytes) in after {
            for key in wrapped { #expect(bytes.range(of: key) == nil, "\(name)") }
        }
        for number in numbers {
            #expect(try store.payload(of: MessageNumber(Int64(number))) == nil)
        }
    }

    @Test("while somebody reads, a destroyed key goes as soon as the reader has ended")
    func destroysKeyLater() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteStore(directory: folder.path, keys: TestKeys.shared.keys)
        _ = try store.start()
        try store.commit(writes(patient: 1))
        let wrapped = try #require(wrappedKey(of: 1, store))
        var configuration = Configuration()
        configuration.readonly = true
        let other = try DatabaseQueue(
            path: folder.path("careloop.db"), configuration: configuration)
        try other.read { database in
            _ = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM patient")
            try store.commit([.shred(key(1), at: now)])
        }
        try store.maintain(isIdle: false)
        for (name, bytes) in try folder.contents() {
            #expect(bytes.range(of: wrapped) == nil, "\(name)")
        }
    }

    private func wrappedKey(of number: Int, _ store: SQLiteStore) -> Data? {
        try? store.queue.unsafeRead {
            try Data.fetchOne(
                $0,
                sql: """
                    SELECT wrapped FROM patient_key
                    WHERE patient = (SELECT id FROM patient WHERE key = ?)
                    """,
                arguments: [Data(key(number).bytes)])
        }
    }

    private func fill(_ folder: TemporaryFolder, _ keys: TestKeys, patients count: Int) throws {
        try SQLiteStore(directory: folder.path, keys: keys.keys).starting { store, _ in
            for start in stride(from: 1, through: count, by: 64) {
                let numbers = start...min(count, start + 63)
                try store.commit(numbers.flatMap(writes(patient:)))
            }
        }
    }

    private func writes(patient number: Int) -> [Write] {
        writes(patient: number, message: number)
    }

    private func writes(patient number: Int, message place: Int) -> [Write] {
        let message = Message(
            number: MessageNumber(Int64(place)),
            id: MessageID(UUIDBytes(version7At: now, random: (0, UInt64(place)))), kind: .report,
            acceptedAt: now, sender: nil, organisation: nil, thread: nil, patient: key(number),
            state: nil, version: 0, reason: nil, expiresAt: now)
        return [.insertMessage(message, .document(Payload([1, 2, 3])))]
    }

    private func key(_ number: Int) -> PatientKey {
        var random = SplitMix(state: UInt64(number))
        let bytes = (0..<4).flatMap { _ in withUnsafeBytes(of: random.next()) { Array($0) } }
        return PatientKey(bytes: bytes) ?? samplePatient(0)
    }
}

/// Scatters patients' keys as a hash does.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
