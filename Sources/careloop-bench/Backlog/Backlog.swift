internal import CareWire
internal import ZeroMQ

/// Makes documents of one patient wait, lets the patient change their mind about them, and collects
/// them in the end.
struct Backlog {
    let workload: Workload
    let place: BrokerPlace

    /// Is one part of it.
    struct Part: Codable, Equatable, Sendable {
        /// What happened to all documents.
        var name: String
        /// From its begin to its end.
        var seconds: Double
        /// The longest wait until the broker said that it is there, in milliseconds.
        var longestWait: Double
        /// The longest times of a turn's parts so far, by the broker's own measure, in milliseconds;
        /// nil for a broker that does not tell.
        var longestLoad: Double?
        var longestStep: Double?
        var longestCommit: Double?
    }

    /// Carries it out.
    ///
    /// - Parameter tell: told each part when it ends.
    func run(_ tell: (Part) -> Void) throws -> [Part] {
        let broker = try BrokerProcess(place)
        do {
            let parts = try measure(broker, tell)
            try broker.end()
            return parts
        } catch {
            try? broker.end()
            throw error
        }
    }

    private func measure(_ broker: BrokerProcess, _ tell: (Part) -> Void) throws -> [Part] {
        let context = try Context()
        let link = try OperatorLink(broker.adminSocketPath, in: context)
        let (sending, receiving) = (try CurveKeyPair.generate(), try CurveKeyPair.generate())
        let asking = try CurveKeyPair.generate()
        for command in Cast.foundation { try link.carryOut(command) }
        try link.carryOut(Cast.enrolSender(publicKey: sending.publicKey.z85))
        try link.carryOut(Cast.enrolReceiver(0, publicKey: receiving.publicKey.z85))
        try link.carryOut(Cast.enrolReceiver(1, publicKey: asking.publicKey.z85))

        let waits = WaitTimer(Cast.receiver(1), keys: asking, at: broker.address, in: context)
        let sender = try Connection(
            Cast.sender, keys: sending, to: broker.address, in: context)
        var parts: [Part] = []
        func part(_ name: String, _ work: () throws -> Void) throws {
            parts.append(try measured(name, waits, link, work))
            tell(parts[parts.endIndex - 1])
        }
        try play(sender, link, part)
        try part("collected") {
            try collect(
                over: Connection(
                    Cast.receiver(0), keys: receiving, to: broker.address, in: context))
        }
        try waits.stop()
        return parts
    }

    private func play(
        _ connection: Connection, _ link: borrowing OperatorLink,
        _ part: (String, () throws -> Void) throws -> Void
    ) throws {
        var sender = Sender(connection, workload, BenchClock(), Progress())
        // The session ends if it says nothing for long, so it goes on listening.
        func listen() throws { _ = try connection.receive(timeout: .milliseconds(200)) }
        try sender.recordConsents(.everything)
        try part("sent") { try sender.submitAll() }
        let count = UInt64(workload.count)
        try part("kept back") {
            try sender.recordConsents(.nothing)
            while try link.status().keptBack < count { try listen() }
        }
        try part("released") {
            try sender.recordConsents(.allButObservations)
            while try link.status().keptBack > 0 { try listen() }
        }
    }

    private func collect(over connection: Connection) throws {
        let progress = Progress()
        progress.beginSending()
        var receiver = try Receiver([connection], workload, BenchClock(), progress)
        _ = try receiver.collectAll()
    }

    private func measured(
        _ name: String, _ waits: WaitTimer, _ link: borrowing OperatorLink,
        _ work: () throws -> Void
    ) throws -> Part {
        let clock = BenchClock()
        _ = waits.longest()
        try work()
        let longest = try link.status().metrics.reduce(into: [:]) { longest, metric in
            longest[metric.name] = Double(metric.spread.max) / 1e3
        }
        return Part(
            name: name, seconds: Double(clock.nanoseconds) / 1e9, longestWait: waits.longest(),
            longestLoad: longest["load-us"], longestStep: longest["step-us"],
            longestCommit: longest["commit-us"])
    }
}
