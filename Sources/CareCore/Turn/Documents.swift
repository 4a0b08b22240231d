internal import CareModel
internal import CareStore

/// Fetches the documents that go along with what a step says, each as its recipient may have it,
/// before the step is committed.
struct Documents {
    private let store: any Store
    private let reader: any DocumentReader
    /// Those that the step itself adds.
    private let added: [MessageNumber: Payload]
    /// For messages that the step adds, the earlier one with the same document.
    private let shared: [MessageNumber: MessageNumber]
    /// The numbers of those that the step adds, by their ids.
    private let submitted: [MessageID: MessageNumber]
    private(set) var troubles: [DocumentKey: DocumentTrouble] = [:]

    init(addedBy plan: Plan, store: any Store, reader: any DocumentReader) {
        self.store = store
        self.reader = reader
        var added: [MessageNumber: Payload] = [:]
        var shared: [MessageNumber: MessageNumber] = [:]
        var submitted: [MessageID: MessageNumber] = [:]
        for case .insertMessage(let message, let payload) in plan.writes {
            switch payload {
            case .document(let document):
                added[message.number] = document
                submitted[message.id] = message.number
            case .same(let earlier): shared[message.number] = earlier
            case .none: break
            }
        }
        self.added = added
        self.shared = shared
        self.submitted = submitted
    }

    /// Finds the document of what is said, and says it of the copy that is sent.
    ///
    /// What cannot be found or made is among the ``troubles`` then, and nothing may be said of it.
    mutating func document(for saying: inout BrokerSaying) throws(StoreError) -> Payload? {
        switch saying {
        case .deliver(let delivery, let message, let referral, let redaction, let lease):
            guard let (document, copied) = try document(of: message, without: redaction) else {
                return nil
            }
            saying = .deliver(delivery, copied, referral, redaction, lease: lease)
            return document
        case .content(let message, let referral, let redaction):
            guard let (document, copied) = try document(of: message, without: redaction) else {
                return nil
            }
            saying = .content(copied, referral, redaction)
            return document
        case .timeline(let timeline): return try documents(of: timeline, in: &saying)
        case .consent(let versions):
            // Without its document a directive is still shown: it was erased.
            return try versions.last.flatMap { (newest) throws(StoreError) in
                try stored(newest.message)
            }
        default: return nil
        }
    }

    private mutating func document(
        of message: Message, without redaction: Redaction?
    ) throws(StoreError) -> (Payload, Message)? {
        guard message.payloadType != nil else { return nil }
        let isNew = added[message.number] != nil
        var whole = added[message.number]
        do throws(StoreError) {
            if whole == nil { whole = try store.payload(of: source(of: message.number)) }
        } catch {
            // One damaged document must not keep the broker from all the others.
            guard error.code == .corrupt else { throw error }
            troubles[key(of: message)] = .damaged
            return nil
        }
        guard let whole else {
            troubles[key(of: message)] = .gone
            return nil
        }
        guard isNew || reader.hash(of: whole) == message.payloadHash else {
            troubles[key(of: message)] = .damaged
            return nil
        }
        guard let redaction else { return (whole, message) }
        guard let copy = reader.copy(of: whole, message, without: redaction) else {
            troubles[key(of: message)] = .uncopyable
            return nil
        }
        var copied = message
        copied.payloadHash = reader.hash(of: copy)
        copied.payloadByteCount = copy.byteCount
        return (copy, copied)
    }

    /// The documents of a timeline, one after the other.
    private mutating func documents(
        of timeline: Timeline, in saying: inout BrokerSaying
    ) throws(StoreError) -> Payload {
        var bytes: [UInt8] = []
        var answer = timeline
        answer.entries = []
        for entry in timeline.entries {
            guard
                let (document, message) = try document(
                    of: entry.message, without: entry.redaction)
            else { continue }
            document.withUnsafeBytes { bytes += $0 }
            answer.entries.append(
                Timeline.Entry(
                    message: message, referral: entry.referral, redaction: entry.redaction))
        }
        saying = .timeline(answer)
        return Payload(bytes)
    }

    private func stored(_ number: MessageNumber) throws(StoreError) -> Payload? {
        do throws(StoreError) {
            return try store.payload(of: number)
        } catch {
            guard error.code == .corrupt else { throw error }
            return nil
        }
    }

    /// The messages of whose documents no copy could be made.
    func numbers(ofUncopyable troubles: [DocumentKey: DocumentTrouble]) -> [MessageNumber] {
        var numbers: [MessageNumber] = []
        for (key, trouble) in troubles where trouble == .uncopyable {
            switch key {
            case .stored(let number): numbers.append(number)
            case .submitted(let id): if let number = submitted[id] { numbers.append(number) }
            }
        }
        return numbers.sorted()
    }

    private func key(of message: Message) -> DocumentKey {
        DocumentKey(of: message, source: source(of: message.number))
    }

    private func source(of number: MessageNumber) -> MessageNumber { shared[number] ?? number }
}
