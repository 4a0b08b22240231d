import CareAgent
import CareModel
import CareWire
import Foundation
import SwiftProtobuf
import Synchronization

/// Holds values that are the same in each test run.
enum Sample {
    static let time = Timestamp(milliseconds: 1_700_000_000_000)
    static let patient = BusinessIdentifier(system: "urn:test:numbers", value: "4711")
    static let document = Payload(Array(#"{"resourceType":"Bundle"}"#.utf8))

    static func request(_ payload: Payload? = document) -> Draft {
        var draft = Draft(.move(.request), payload: payload)
        draft.submit.referralID = AgentIDs.system.referral().data
        draft.submit.to = "service:hearts"
        draft.submit.priority = "urgent"
        draft.submit.reason = "assessment"
        if let patient { draft.submit.patient = patient.wire }
        return draft
    }

    static func accepted(
        _ draft: Draft, version: UInt32 = 1, state: String = "requested"
    ) -> WireReceiptItem {
        .with {
            $0.messageID = draft.submit.messageID
            $0.outcome = "accepted"
            $0.referralID = draft.submit.referralID
            $0.state = state
            $0.referralVersion = version
        }
    }

    static func refused(
        _ draft: Draft, _ code: String, retriable: Bool = false, duplicate: Bool = false
    ) -> WireReceiptItem {
        .with {
            $0.messageID = draft.submit.messageID
            $0.outcome = "refused"
            $0.duplicate = duplicate
            $0.referralID = draft.submit.referralID
            $0.refusal.code = code
            $0.refusal.message = "No."
            $0.refusal.retriable = retriable
        }
    }

    static func delivery(
        _ number: UInt64, fence: UInt64 = 1, message: MessageID = AgentIDs.system.message(),
        about referral: ReferralID = AgentIDs.system.referral(), version: UInt32 = 1,
        state: String = "requested", kind: String = "request"
    ) -> WireDeliver {
        .with {
            $0.deliveryID = number
            $0.fence = fence
            $0.mailbox = "service:hearts"
            $0.envelope.messageID = message.data
            $0.envelope.kind = kind
            $0.envelope.referralID = referral.data
            $0.envelope.referralNumber = ReferralNumber(referral).description
            $0.envelope.referralVersion = version
            $0.envelope.state = state
            $0.envelope.priority = "urgent"
            $0.envelope.reason = "assessment"
            $0.envelope.acceptedAtMs = time.milliseconds
            $0.envelope.initiator = "north"
            $0.envelope.recipient = "hospital"
            $0.envelope.payloadType = "application/fhir+json"
        }
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

extension MessageID {
    init?(_ deliver: WireDeliver) { self.init(bytes: deliver.envelope.messageID) }
}
