internal import CareModel

extension AgentCore {
    /// Is what the agent holds of a session's deliveries.
    struct Inbox {
        /// Whether the broker was allowed to deliver in this session.
        var isGranted = false
        /// Deliveries that the store does not have yet, with their lengths.
        private var inHand: [Lease: Int] = [:]
        private var owedMessages: UInt32 = 0
        private var owedBytes: UInt64 = 0
        /// What was said and not answered, oldest first.
        private var unanswered: [(lease: Lease, isDisplay: Bool)] = []
        private var displays: [Lease] = []
        private var unsentDisplays: [Lease] = []

        /// Whether all is stored that was delivered, and all told that was opened.
        var isIdle: Bool { inHand.isEmpty && displays.isEmpty }

        mutating func take(_ lease: Lease, byteCount: Int) {
            inHand[lease] = byteCount
        }

        /// Takes deliveries that are stored; those of an earlier session came to nothing.
        mutating func store(_ leases: [Lease]) -> [Lease] {
            leases.filter { lease in
                guard let byteCount = inHand.removeValue(forKey: lease) else { return false }
                owedMessages += 1
                owedBytes += UInt64(byteCount)
                unanswered.append((lease, false))
                return true
            }
        }

        /// Half of the credit at a time: seldom, and never so late that the broker must wait.
        mutating func takeOwedCredit(_ policy: AgentPolicy) -> (messages: UInt32, bytes: UInt64)? {
            let isDue =
                owedMessages > 0
                && (owedMessages >= max(1, policy.creditMessages / 2)
                    || owedBytes >= policy.creditBytes / 2)
            guard isDue else { return nil }
            defer { (owedMessages, owedBytes) = (0, 0) }
            return (owedMessages, owedBytes)
        }

        mutating func addDisplays(_ leases: [Lease]) {
            for lease in leases where !displays.contains(lease) {
                displays.append(lease)
                unsentDisplays.append(lease)
            }
        }

        mutating func takeUnsentDisplays() -> [Lease] {
            defer { unsentDisplays = [] }
            unanswered += unsentDisplays.map { ($0, true) }
            return unsentDisplays
        }

        /// Takes an answer to the oldest word about a delivery; true if that was a display.
        mutating func settle(_ delivery: DeliveryID) -> Bool {
            guard let index = unanswered.firstIndex(where: { $0.lease.delivery == delivery })
            else { return false }
            return remove(at: index)
        }

        /// Takes an answer that names no delivery; the delivery if a display was meant.
        mutating func dropOldest() -> DeliveryID? {
            guard let first = unanswered.first else { return nil }
            return remove(at: 0) ? first.lease.delivery : nil
        }

        private mutating func remove(at index: Int) -> Bool {
            let (lease, isDisplay) = unanswered.remove(at: index)
            if isDisplay { displays.removeAll { $0 == lease } }
            return isDisplay
        }

        mutating func forgetSession() {
            isGranted = false
            inHand = [:]
            owedMessages = 0
            owedBytes = 0
            unanswered = []
            unsentDisplays = displays
        }
    }
}
