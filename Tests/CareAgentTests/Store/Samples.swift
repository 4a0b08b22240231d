import CareAgent
import CareModel
import Foundation
import Synchronization

/// Holds values that are the same in each test run.
enum Sample {
    static let time = Timestamp(milliseconds: 1_700_000_000_000)
    static let patient = BusinessIdentifier(system: "urn:test:numbers", value: "4711")
    static let document = Payload(Array(#"{"resourceType":"Bundle"}"#.utf8))

    static func request(_ payload: Payload? = document) -> Draft {
        var draft = Draft(.move(.request), payload: payload)
        draft.referral = AgentIDs.system.referral()
        draft.to = .service(ServiceID(unchecked: "hearts"))
        draft.priority = .urgent
        draft.reason = ReasonCode("assessment")
        draft.patient = patient
        return draft
    }

    static func accepted(
        _ draft: Draft, version: UInt32 = 1, state: ReferralState = .requested
    ) -> Receipt {
        var receipt = Receipt(message: draft.message, outcome: Coded(.accepted))
        receipt.referral = draft.referral
        receipt.state = Coded(state)
        receipt.version = version
        return receipt
    }

    static func refused(
        _ draft: Draft, _ code: String, retriable: Bool = false, duplicate: Bool = false
    ) -> Receipt {
        var refusal = BrokerRefusal(code: code, message: "No.")
        refusal.isRetriable = retriable
        var receipt = Receipt(message: draft.message, refusal: refusal)
        receipt.isDuplicate = duplicate
        receipt.referral = draft.referral
        return receipt
    }

    static func delivery(
        _ number: Int64, fence: Int64 = 1, message: MessageID = AgentIDs.system.message(),
        about referral: ReferralID = AgentIDs.system.referral(), version: UInt32 = 1,
        state: ReferralState = .requested, kind: ReferralMove = .request,
        payload: Payload? = nil
    ) -> Arrival {
        var envelope = Envelope(message: message, kind: Coded(.move(kind)))
        envelope.referral = referral
        envelope.version = version
        envelope.state = Coded(state)
        envelope.priority = Coded(.urgent)
        envelope.reason = ReasonCode("assessment")
        envelope.acceptedAt = time
        envelope.initiator = OrganisationID(unchecked: "north")
        envelope.recipient = OrganisationID(unchecked: "hospital")
        envelope.payloadType = "application/fhir+json"
        return Arrival(
            delivery: DeliveryID(number), fence: Fence(fence),
            mailbox: .service(ServiceID(unchecked: "hearts")), envelope: envelope,
            payload: payload)
    }

    /// What is known of a referral.
    static func referral(
        _ id: ReferralID, version: UInt32, state: ReferralState, updatedAt: Int64? = nil
    ) -> ReferralView {
        var referral = ReferralView(id: id)
        referral.version = version
        referral.state = Coded(state)
        referral.updatedAt = updatedAt.map { Timestamp(milliseconds: $0) }
        return referral
    }
}

/// Makes a private folder, which is removed when the test process ends: a test's last use of a
/// folder is often not the last of what works in it.
final class Folder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "careagent-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        Self.register(path)
    }

    private static let made = Mutex<[String]>([])

    private static func register(_ path: String) {
        let isFirst = made.withLock { paths in
            paths.append(path)
            return paths.count == 1
        }
        guard isFirst else { return }
        atexit {
            for path in Folder.made.withLock(\.self) {
                try? FileManager.default.removeItem(atPath: path)
            }
        }
    }

    func mode(of name: String = "") throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path + "/" + name)
        return (attributes[.posixPermissions] as? Int ?? 0) & 0o777
    }

    func setMode(_ mode: Int, of name: String = "") throws {
        try FileManager.default.setAttributes(
            [.posixPermissions: mode], ofItemAtPath: path + "/" + name)
    }
}
