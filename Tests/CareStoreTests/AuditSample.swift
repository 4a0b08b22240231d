import CareModel
import CareStore
import CareStoreSQLite
import CareTestKit
import CareVault
import Foundation

/// Makes data directories with audit logs.
struct AuditSample {
    let folder: TemporaryFolder
    var keys = TestKeys.shared
    var policy = CheckpointPolicy(eventCount: 10, interval: .seconds(3_600))

    /// Makes the directory of a broker that has written `count` events and ended in good order.
    init(events count: Int) throws {
        folder = try TemporaryFolder()
        try run { try Self.append(count, to: $0) }
    }

    /// Lets a broker run on the directory.
    func run(_ body: (SQLiteStore) throws -> Void) throws {
        let store = try SQLiteStore(
            directory: folder.path, keys: keys.keys, checkpoints: policy)
        _ = try store.start()
        try body(store)
    }

    /// Commits events one at a time.
    static func append(_ count: Int, to store: SQLiteStore, from first: Int = 1) throws {
        for number in first..<(first + count) {
            try store.commit([.appendAudit(event(number))])
        }
    }

    /// An event with every column.
    static func event(_ number: Int) -> AuditEvent {
        var event = AuditEvent(
            .disclosureSent, at: now + .seconds(number), outcome: "permit \(number)")
        event.agent = AgentID(unchecked: "agent-\(number % 3)")
        event.organisation = OrganisationID(unchecked: "organisation-\(number % 2)")
        event.recipient = .service(ServiceID(unchecked: "service-\(number % 5)"))
        event.message = MessageNumber(Int64(number))
        event.delivery = DeliveryID(Int64(number))
        event.referral = ReferralID(UUIDBytes(high: UInt64(number), low: 7))
        event.patient = samplePatient(UInt8(number % 7))
        event.rule = "rule \(number)"
        event.purpose = "COC"
        event.epoch = UInt32(number)
        event.actingFor = BusinessIdentifier(system: "urn:staff", value: "S-\(number)").flatMap {
            Person(identifier: $0, name: "Nora Example", role: "nurse")
        }
        return event
    }

    /// What a verification finds.
    func verify(external: String? = nil) throws -> AuditReport {
        try AuditLog(directory: folder.path).verify(
            with: keys.signer.verifier, headKey: keys.signer.headKey, external: external)
    }
}
