extension AgentCore {
    /// Is the room of the exchange that a call asks for: done once nothing waits on either side.
    struct Exchange: Sendable {
        /// Says what brings an exchange to its end.
        enum Step: Equatable {
            /// Nothing: there is none, or an answer is awaited.
            case wait
            /// The broker must be asked whether anything is left.
            case drain
            /// It is over; so many mailboxes still hold something back.
            case finish(waiting: Int)
        }

        /// Whether one is under way.
        private(set) var isUnderWay = false
        /// Set while the broker was asked to say when nothing is left.
        private var drainRequest: UInt64?
        /// What it said; a mailbox may hold something back.
        private var waiting: Int?

        mutating func begin() { self = Exchange(isUnderWay: true) }

        mutating func end() { self = Exchange() }

        mutating func noteAsked(_ request: UInt64) {
            assert(isUnderWay && request != 0)
            drainRequest = request
        }

        /// Takes the broker's word that nothing is left.
        ///
        /// - Parameter isQuiet: whether this side has nothing under way: else something was sent
        ///   meanwhile and may have an answer waiting, so the broker is asked again afterwards.
        mutating func drained(_ waiting: Int, request: UInt64, isQuiet: Bool) {
            guard isUnderWay, drainRequest == request else { return }
            drainRequest = nil
            if isQuiet { self.waiting = waiting }
        }

        func next(isQuiet: Bool) -> Step {
            guard isUnderWay, isQuiet else { return .wait }
            if let waiting { return .finish(waiting: waiting) }
            return drainRequest == nil ? .drain : .wait
        }

        mutating func forgetSession() { drainRequest = nil }

        private init(isUnderWay: Bool) { self.isUnderWay = isUnderWay }

        init() {}
    }
}
