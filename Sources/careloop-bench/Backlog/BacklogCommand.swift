internal import ArgumentParser
internal import Foundation

/// Measures how long a broker makes others wait while very many documents of one patient wait.
struct BacklogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backlog",
        abstract: "Measure a broker with very many waiting documents of one patient.",
        discussion: """
            Sends referrals of one patient that nobody collects; then the patient forbids everything, \
            so that all are kept back; then permits all but observations, so that the broker has to \
            look into every document; then a specialist collects the copies without observations. \
            All the while another agent asks whether the broker is there, every 20 ms. Shown are, \
            for each part, how long it took, the longest wait for an answer, and the longest times \
            that the broker has measured so far of one turn's parts: loading, the step, the commit.

            An agent that hears nothing for a heartbeat (5 s) asks whether the broker still lives: \
            no wait may be as long. Needs about twice count × bytes of free disk.
            """)

    @Option(help: "Referrals that wait.")
    var count = 10_000

    @Option(help: "Size of each document.")
    var bytes = 1_048_576

    @Option(help: "Observations in each document.")
    var observations = 100

    @OptionGroup var brokerOptions: BrokerOptions

    func validate() throws {
        guard (1...1_000_000).contains(count) else {
            throw ValidationError("--count needs 1 to 1000000 referrals.")
        }
        guard (1...4_000).contains(observations) else {
            throw ValidationError("--observations needs 1 to 4000.")
        }
        let least = BundleTemplate.byteCountMin(observationCount: observations)
        guard (least...4_194_304).contains(bytes) else {
            throw ValidationError(
                "--bytes needs \(least) to 4194304 with \(observations) observations.")
        }
    }

    func run() throws {
        let place = try brokerOptions.place()
        let json = brokerOptions.json
        let workload = Workload(
            count: count, window: 32, payloadByteCount: bytes, receiverCount: 1,
            referralsPerPatient: count, observationCount: observations)
        try BrokerProcess.abandoningWhenInterrupted {
            if !json { BenchCommand.say(Report.backlogHead) }
            let parts = try Backlog(workload: workload, place: place).run { part in
                if !json { BenchCommand.say(Report.row(part)) }
            }
            if json { BenchCommand.say(try Report.json(parts)) }
        }
    }
}
