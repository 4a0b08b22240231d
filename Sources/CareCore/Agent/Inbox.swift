internal import CareModel

extension AgentCore {
    /// Is what the agent holds of a session's deliveries.
    struct Inbox: Sendable {
        /// Is something said about a delivery that the broker answers.
        struct Word: Equatable {
            let lease: DeliveryRight
            /// Whether it says that a person opened it, rather than that it is stored.
            let isDisplay: Bool
        }

        /// Whether the broker was allowed to deliver in this session.
        private(set) var isGranted = false
        /// Deliveries that the store does not have yet, with their lengths.
        private var inHand: [DeliveryRight: Int] = [:]
        private var owedMessages: UInt32 = 0
        private var owedBytes: UInt64 = 0
        /// What was said and not answered, oldest first.
        private var unanswered: [Word] = []
        private var displays: [OpenedDelivery] = []
        private var unsentDisplays: [OpenedDelivery] = []
        /// What was opened and the broker would not hear of in this session.
        private var refusedDisplays: Set<DeliveryRight> = []

        /// Whether all is stored that was delivered, and all told that was opened.
        var isIdle: Bool {
            inHand.isEmpty && displays.allSatisfy { refusedDisplays.contains($0.lease) }
        }

        /// Whether something was said since the broker was asked whether anything is left: its
        /// answer, which may take a copy back, comes after that to the question.
        private(set) var hasSpokenSinceDrain = false

        mutating func noteGranted() { isGranted = true }

        mutating func noteDrainAsked() { hasSpokenSinceDrain = false }

        mutating func take(_ lease: DeliveryRight, byteCount: Int) {
            inHand[lease] = byteCount
        }

        /// Takes deliveries that are stored; those of an earlier session came to nothing.
        mutating func store(_ leases: [DeliveryRight]) -> [DeliveryRight] {
            leases.filter { lease in
                guard let byteCount = inHand.removeValue(forKey: lease) else { return false }
                owedMessages += 1
                owedBytes += UInt64(byteCount)
                unanswered.append(Word(lease: lease, isDisplay: false))
                hasSpokenSinceDrain = true
                return true
            }
        }

        /// Takes deliveries of earlier sessions that are not spoken of in this one yet.
        mutating func takeUnsettled(_ leases: [DeliveryRight]) -> [DeliveryRight] {
            let new = leases.filter { lease in
                inHand[lease] == nil
                    && !unanswered.contains { $0.lease == lease && !$0.isDisplay }
            }
            unanswered += new.map { Word(lease: $0, isDisplay: false) }
            if !new.isEmpty { hasSpokenSinceDrain = true }
            return new
        }

        /// Forgets a delivery and what was said of it: whether an answer to that is still to come,
        /// or the recall was the answer, makes no difference any more.
        mutating func erase(_ lease: DeliveryRight) {
            inHand[lease] = nil
            displays.removeAll { $0.lease == lease }
            unsentDisplays.removeAll { $0.lease == lease }
            unanswered.removeAll {
                $0.lease.delivery == lease.delivery && $0.lease.fence <= lease.fence
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

        mutating func addDisplays(_ opened: [OpenedDelivery]) {
            for display in opened where !displays.contains(where: { $0.lease == display.lease }) {
                displays.append(display)
                unsentDisplays.append(display)
            }
        }

        mutating func takeUnsentDisplays() -> [OpenedDelivery] {
            defer { unsentDisplays = [] }
            unanswered += unsentDisplays.map { Word(lease: $0.lease, isDisplay: true) }
            return unsentDisplays
        }

        /// Takes an answer to the oldest word about a delivery; nil if none was said.
        mutating func settle(_ delivery: DeliveryID) -> Word? {
            guard let index = unanswered.firstIndex(where: { $0.lease.delivery == delivery })
            else { return nil }
            return remove(at: index)
        }

        /// Takes the answer that a lease is over; nil if it is about none that was spoken of.
        ///
        /// A late answer about an older lease says nothing of the newest.
        mutating func giveUp(_ delivery: DeliveryID, newest: Fence) -> Word? {
            let index = unanswered.firstIndex { word in
                word.lease.delivery == delivery
                    && (newest.number == 0 || word.lease.fence < newest)
            }
            return index.map { remove(at: $0) }
        }

        /// Takes the answer that the oldest word about a delivery was not taken: it is said again in
        /// the next session, and nothing waits for it in this one.
        mutating func refuse(_ delivery: DeliveryID) {
            guard let index = unanswered.firstIndex(where: { $0.lease.delivery == delivery })
            else { return }
            let word = unanswered.remove(at: index)
            if word.isDisplay { refusedDisplays.insert(word.lease) }
        }

        /// Takes an answer that names no delivery.
        mutating func dropOldest() -> Word? {
            unanswered.isEmpty ? nil : remove(at: 0)
        }

        private mutating func remove(at index: Int) -> Word {
            let word = unanswered.remove(at: index)
            if word.isDisplay { displays.removeAll { $0.lease == word.lease } }
            return word
        }

        mutating func forgetSession() {
            isGranted = false
            inHand = [:]
            owedMessages = 0
            owedBytes = 0
            unanswered = []
            unsentDisplays = displays
            refusedDisplays = []
        }
    }
}
