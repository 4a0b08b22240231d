internal import ZeroMQ

/// Carries out one workload against a broker of its own.
struct Pass {
    let workload: Workload
    let place: BrokerPlace

    /// Starts the broker, enrols the cast, sends, collects, ends the broker.
    func run() throws -> PassResult {
        let broker = try BrokerProcess(place)
        let result: PassResult
        do {
            result = try measure(broker)
        } catch {
            try? broker.end()
            throw error
        }
        try broker.end()
        return result
    }

    private func measure(_ broker: BrokerProcess) throws -> PassResult {
        let context = try Context()
        let senderKeys = try CurveKeyPair.generate()
        let receiverKeys = try (0..<workload.receiverCount).map { _ in try CurveKeyPair.generate() }
        try enrol(senderKeys, receiverKeys, at: broker.adminSocketPath, in: context)

        let clock = BenchClock()
        let progress = Progress()
        let (address, workload) = (broker.address, workload)
        let receiving = Worker { [progress] () throws -> Receiver.Findings in
            defer { progress.receiverIsReady() }
            do {
                let connections = try receiverKeys.enumerated().map { place, keys in
                    try Connection(Cast.receiver(place), keys: keys, to: address, in: context)
                }
                var receiver = try Receiver(connections, workload, clock, progress)
                progress.receiverIsReady()
                return try receiver.collectAll()
            } catch {
                progress.stop()
                throw error
            }
        }
        let sending = Result { try send(senderKeys, to: broker, in: context, clock, progress) }
        if case .failure = sending { progress.stop() }
        let received = receiving.result()
        // The side that was only told to end has nothing to say.
        if case .failure(let error) = sending, !(error is OtherSideFailed) { throw error }
        let findings = try received.get()
        let sent = try sending.get()
        let busy = broker.processorSeconds.flatMap { end in
            sent.processorSecondsBefore.map { end - $0 }
        }
        return PassResult(workload, sent.submittedAt, findings, processorSeconds: busy)
    }

    private struct Sent {
        var submittedAt: [UInt64]
        var processorSecondsBefore: Double?
    }

    private func send(
        _ keys: CurveKeyPair, to broker: BrokerProcess, in context: Context, _ clock: BenchClock,
        _ progress: Progress
    ) throws -> Sent {
        let connection = try Connection(Cast.sender, keys: keys, to: broker.address, in: context)
        var sender = Sender(connection, workload, clock, progress)
        try sender.recordConsents(.everything)
        progress.waitForReceiver()
        try progress.check()
        let before = broker.processorSeconds
        progress.beginSending()
        try sender.submitAll()
        return Sent(submittedAt: sender.submittedAt, processorSecondsBefore: before)
    }

    private func enrol(
        _ sender: CurveKeyPair, _ receivers: [CurveKeyPair], at path: String, in context: Context
    ) throws {
        let link = try OperatorLink(path, in: context)
        for command in Cast.foundation { try link.carryOut(command) }
        try link.carryOut(Cast.enrolSender(publicKey: sender.publicKey.z85))
        for (place, keys) in receivers.enumerated() {
            try link.carryOut(Cast.enrolReceiver(place, publicKey: keys.publicKey.z85))
        }
    }
}
