internal import ArgumentParser
internal import Foundation

/// Measures a broker under load.
struct BrokerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "broker",
        abstract: "Measure throughput and latency of a real broker over real sockets.",
        discussion: """
            Starts a broker of its own in a throw-away data directory for every pass: CURVE on \
            loopback TCP, synchronous commits, consent, audit and sealed events as in use. Each \
            message is one referral: submitted with a FHIR bundle, accepted durably, delivered, \
            acknowledged durably and settled. The rate counts from the first submission to the last \
            settlement; the latency is that from submission to delivery.

            One thread sends, another receives, and both share the machine with the broker. The \
            data directory should be on the kind of disk that the broker will use: on a disk in \
            memory a commit costs nothing.

            To compare with another broker, let its driver do the same (durable acceptance, \
            delivery, durable acknowledgement; same count, window and bytes), run both in turn on \
            one idle machine and one disk, several times, and compare their ratio. Figures from \
            different machines or days say little.
            """)

    @Option(help: "Messages of each pass.")
    var count = 10_000

    @Option(
        help: ArgumentHelp(
            "Submissions without a receipt at most; may be repeated (default: 1, 64, 512).",
            valueName: "messages"))
    var window: [Int] = []

    @Option(
        help: ArgumentHelp(
            "Size of each bundle; may be repeated (default: 2048).", valueName: "bytes"))
    var bytes: [Int] = []

    @Option(help: "Agents that share the work of the receiving service.")
    var receivers = 1

    @Option(help: "Referrals of each patient; every patient has a consent directive.")
    var referralsPerPatient = 10

    @OptionGroup var brokerOptions: BrokerOptions

    /// All combinations of sizes and windows.
    var workloads: [Workload] {
        let sizes = bytes.isEmpty ? [2_048] : bytes
        let windows = window.isEmpty ? [1, 64, 512] : window
        return sizes.flatMap { size in
            windows.map { window in
                Workload(
                    count: count, window: window, payloadByteCount: size,
                    receiverCount: receivers, referralsPerPatient: referralsPerPatient)
            }
        }
    }

    func validate() throws {
        guard (1...10_000_000).contains(count) else {
            throw ValidationError("--count needs 1 to 10000000 messages.")
        }
        guard window.allSatisfy({ (1...16_384).contains($0) }) else {
            throw ValidationError("--window needs 1 to 16384 messages.")
        }
        guard bytes.allSatisfy({ (BundleTemplate.byteCountMin...4_194_304).contains($0) }) else {
            throw ValidationError(
                "--bytes needs \(BundleTemplate.byteCountMin) to 4194304; no bundle is smaller.")
        }
        guard (1...64).contains(receivers) else {
            throw ValidationError("--receivers needs 1 to 64 agents.")
        }
        guard (1...1_000_000).contains(referralsPerPatient) else {
            throw ValidationError("--referrals-per-patient needs 1 to 1000000.")
        }
    }

    func run() throws {
        let place = try brokerOptions.place()
        let json = brokerOptions.json
        try BrokerProcess.abandoningWhenInterrupted {
            var results: [PassResult] = []
            if !json { BenchCommand.say(Report.head) }
            for workload in workloads {
                let result = try Pass(workload: workload, place: place).run()
                results.append(result)
                if !json { BenchCommand.say(Report.row(result)) }
            }
            if json { BenchCommand.say(try Report.json(results)) }
        }
    }
}
