internal import CareModel

extension AgentCore {
    /// Is the room of the questions that wait for their answers, each with its own deadline.
    struct Questions: Sendable {
        /// Says what an answer comes to.
        enum Taken: Equatable {
            /// A part of the answer; the next one is asked for unless it is the last.
            case part(question: UInt64, isLast: Bool)
            /// An answer that does not fit together, or gives the same part again.
            case broken(question: UInt64)
        }

        private struct Entry {
            let question: UInt64
            var query: Query
            let wantsAll: Bool
            let patience: Duration
            var deadline: Duration
            /// The request it was sent with in this session; 0 if it was not.
            var request: UInt64 = 0
        }

        private var entries: [Entry] = []

        var isEmpty: Bool { entries.isEmpty }
        var nextDeadline: Duration? { entries.lazy.map(\.deadline).min() }

        mutating func add(_ asked: Asked, at now: Duration) {
            assert(!entries.contains { $0.question == asked.question }, "a number is used once")
            entries.append(
                Entry(
                    question: asked.question, query: asked.query, wantsAll: asked.wantsAll,
                    patience: asked.patience, deadline: now + asked.patience))
        }

        mutating func remove(_ question: UInt64) {
            entries.removeAll { $0.question == question }
        }

        mutating func removeAll() -> [UInt64] {
            defer { entries = [] }
            return entries.map(\.question)
        }

        /// What may be asked now, oldest first.
        func sendable(_ policy: AgentPolicy) -> [(question: UInt64, query: Query)] {
            let room = policy.questionsMax - entries.count { $0.request != 0 }
            return entries.lazy.filter { $0.request == 0 }.prefix(max(0, room))
                .map { ($0.question, $0.query) }
        }

        mutating func noteSent(_ question: UInt64, request: UInt64) {
            assert(request != 0 && !entries.contains { $0.request == request })
            guard let index = entries.firstIndex(where: { $0.question == question }) else { return }
            entries[index].request = request
        }

        /// Takes an answer; nil if nobody waits for it.
        mutating func take(_ page: AnswerPage?, request: UInt64, at now: Duration) -> Taken? {
            guard let index = index(of: request) else { return nil }
            let question = entries[index].question
            guard let page, Self.isAbout(entries[index].query.subject, page) else {
                entries.remove(at: index)
                return .broken(question: question)
            }
            guard entries[index].wantsAll, !page.cursor.isEmpty else {
                entries.remove(at: index)
                return .part(question: question, isLast: true)
            }
            guard page.cursor != entries[index].query.page.cursor else {
                entries.remove(at: index)
                return .broken(question: question)
            }
            let limit = entries[index].query.page.limit
            entries[index].query.page = Page(limit: limit, cursor: page.cursor)
            entries[index].request = 0
            entries[index].deadline = now + entries[index].patience
            return .part(question: question, isLast: false)
        }

        /// Whether a document is that of the message that was asked for.
        private static func isAbout(_ subject: Query.Subject, _ page: AnswerPage) -> Bool {
            guard case .content(let message) = subject else { return true }
            return page.content?.message == message
        }

        /// Takes a refusal; nil if the request was no question.
        mutating func refuse(_ request: UInt64) -> UInt64? {
            index(of: request).map { entries.remove(at: $0).question }
        }

        /// Takes out whose asker's patience is over.
        mutating func expire(at now: Duration) -> [UInt64] {
            let late = entries.filter { $0.deadline <= now }.map(\.question)
            entries.removeAll { $0.deadline <= now }
            return late
        }

        mutating func forgetSession() {
            for index in entries.indices { entries[index].request = 0 }
        }

        private func index(of request: UInt64) -> Int? {
            request == 0 ? nil : entries.firstIndex { $0.request == request }
        }
    }
}
