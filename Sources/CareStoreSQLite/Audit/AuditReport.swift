/// Is what a verification of the audit log found.
public struct AuditReport: Equatable, Sendable {
    /// Is one thing that is not as the broker wrote it.
    public struct Finding: Equatable, Sendable, CustomStringConvertible {
        /// Says what kind of thing.
        public enum Kind: String, CaseIterable, Sendable {
            /// An event holds what no broker writes.
            case unreadableEvent = "unreadable-event"
            /// Events are missing.
            case gap
            /// An event or checkpoint is older than the one before it.
            case clockBackwards = "clock-backwards"
            /// Events are not those that were signed.
            case changed
            /// A checkpoint's row was changed, or another key signed it.
            case forgedCheckpoint = "forged-checkpoint"
            /// The log ends before a checkpoint or its head says.
            case cut
            /// Events were added behind the broker's back.
            case added
            /// The head is missing or was changed.
            case forgedHead = "forged-head"
            /// The checkpoint that was kept elsewhere is of another log or key.
            case foreignCheckpoint = "foreign-checkpoint"
            /// The log is not the one that a checkpoint kept elsewhere, or the one in the file beside
            /// the database, was taken of: an older copy was restored, or history written anew.
            case rewritten
        }

        /// What kind of thing.
        public let kind: Kind
        /// The first event that it is about.
        public let first: Int64
        /// The last event that it is about.
        public let last: Int64

        /// The finding as a sentence.
        public var description: String {
            let events = first == last ? "event \(first)" : "events \(first) to \(last)"
            return switch kind {
            case .unreadableEvent: "\(events) cannot be read as the broker writes them"
            case .gap: "\(events) missing"
            case .clockBackwards: "the time of \(events) is before that of the one before"
            case .changed: "among \(events) something was changed since they were signed"
            case .forgedCheckpoint: "the checkpoint at event \(last) is not as the broker signed it"
            case .cut: "\(events) missing at the end"
            case .added: "\(events) added, but not by the broker"
            case .forgedHead: "the head at event \(last) is not as the broker wrote it"
            case .foreignCheckpoint: "the checkpoint given is not one of this log and key"
            case .rewritten:
                "\(events) are not those of a checkpoint that was kept: an older copy was restored, "
                    + "or history was written anew"
            }
        }
    }

    /// Findings beyond this are only counted.
    public static let findingCountMax = 20

    /// How many events there are.
    public internal(set) var eventCount: Int64 = 0
    /// The last event's place.
    public internal(set) var lastSequence: Int64 = 0
    /// How many checkpoints there are.
    public internal(set) var checkpointCount: Int64 = 0
    /// The first findings, in the order in which they were made.
    public internal(set) var findings: [Finding] = []
    /// How many there were.
    public internal(set) var findingCount = 0

    /// How many of the last events nothing vouches for: neither a good checkpoint nor, if its key
    /// was given, the head's MAC.
    public internal(set) var uncoveredCount: Int64 = 0

    /// Whether nothing was found to be otherwise than the broker wrote it.
    public var isSound: Bool { findingCount == 0 }

    /// Whether that is proven of every event.
    public var isProven: Bool { isSound && uncoveredCount == 0 }

    mutating func note(_ kind: Finding.Kind, _ first: Int64, _ last: Int64) {
        findingCount += 1
        guard findings.count < Self.findingCountMax else { return }
        findings.append(Finding(kind: kind, first: first, last: last))
    }
}
