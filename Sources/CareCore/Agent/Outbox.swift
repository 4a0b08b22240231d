internal import CareModel

extension AgentCore {
    /// Is the part of the outbox that is on its way or next.
    struct Outbox: Sendable {
        private struct Entry {
            let message: OutgoingMessage
            /// The request it was sent with in this session; 0 if it was not.
            var request: UInt64 = 0
            /// A busy broker does not want it before.
            var notBefore: Duration?
        }

        private var payloadByteCountMax: UInt64 = .max
        private var entries: [Entry] = []
        private var sentCount = 0
        private var sentBytes = 0

        var count: Int { entries.count }

        /// Whether every message has its answer, or is to be sent again later.
        var isDone: Bool { entries.allSatisfy { $0.notBefore != nil && $0.request == 0 } }

        var nextRetry: Duration? {
            entries.lazy.filter { $0.request == 0 }.compactMap(\.notBefore).min()
        }

        mutating func setLimit(payloadByteCountMax: UInt64) {
            self.payloadByteCountMax = payloadByteCountMax
        }

        mutating func append(_ message: OutgoingMessage) {
            guard !entries.contains(where: { $0.message.message == message.message }) else {
                return
            }
            entries.append(Entry(message: message))
        }

        /// Takes out what this broker would not even receive: it would cut the connection.
        mutating func dropTooLong() -> [(MessageID, UInt64)] {
            let limit = payloadByteCountMax
            let dropped = entries.filter { UInt64($0.message.byteCount) > limit }
            guard !dropped.isEmpty else { return [] }
            entries.removeAll { UInt64($0.message.byteCount) > limit }
            return dropped.map { ($0.message.message, limit) }
        }

        /// The messages that may be sent now.
        ///
        /// A message goes only once the one before it about the same referral is answered: if that
        /// one must be sent again later, it would otherwise be overtaken.
        func sendable(at now: Duration, _ policy: AgentPolicy) -> [MessageID] {
            var room = policy.windowMessagesMax - sentCount
            var bytes = sentBytes
            var busy: Set<ReferralID> = []
            var chosen: [MessageID] = []
            for entry in entries {
                guard room > 0 else { break }
                if let referral = entry.message.referral, !busy.insert(referral).inserted {
                    continue
                }
                guard entry.request == 0, entry.notBefore ?? now <= now else { continue }
                let fits = bytes + entry.message.byteCount <= policy.windowBytesMax
                guard fits || sentCount + chosen.count == 0 else { break }
                room -= 1
                bytes += entry.message.byteCount
                chosen.append(entry.message.message)
            }
            return chosen
        }

        mutating func noteSent(_ message: MessageID, request: UInt64) {
            guard let index = index(of: message) else { return }
            assert(request != 0 && entries[index].request == 0, "a message is sent once a session")
            entries[index].request = request
            entries[index].notBefore = nil
            sentCount += 1
            sentBytes += entries[index].message.byteCount
        }

        /// Takes an answer: the message is done, or to be sent again later.
        mutating func answer(_ message: MessageID, retryAt: Duration?) {
            guard let index = index(of: message) else { return }
            if entries[index].request != 0 {
                sentCount -= 1
                sentBytes -= entries[index].message.byteCount
                assert(sentCount >= 0 && sentBytes >= 0)
            }
            guard let retryAt else {
                entries.remove(at: index)
                return
            }
            entries[index].request = 0
            entries[index].notBefore = retryAt
        }

        func message(of request: UInt64) -> MessageID? {
            guard request != 0 else { return nil }
            return entries.first { $0.request == request }?.message.message
        }

        /// Somebody wants everything sent now.
        mutating func forgetPauses() {
            for index in entries.indices { entries[index].notBefore = nil }
        }

        mutating func forgetSession() {
            for index in entries.indices { entries[index].request = 0 }
            sentCount = 0
            sentBytes = 0
        }

        /// What is answered is nearly always among the first.
        private func index(of message: MessageID) -> Int? {
            entries.firstIndex { $0.message.message == message }
        }
    }
}
