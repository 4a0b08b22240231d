import CareCore
import CareModel
import CareTestKit
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite("Simulation")
struct SimulationTests {
    /// Thirty fixed seeds, or the one named by `CARELOOP_SEED`.
    static var seeds: [UInt64] {
        if let text = getenv("CARELOOP_SEED"), let seed = UInt64(String(cString: text)) {
            return [seed]
        }
        let count = getenv("CARELOOP_SEEDS").flatMap { UInt64(String(cString: $0)) } ?? 30
        return Array(1...count)
    }

    @Test("whatever goes wrong, the promises hold once all is well again", arguments: seeds)
    func promises(seed: UInt64) throws {
        try play(seed: seed, brokerCount: 1)
    }

    @Test("the same with two brokers that share a store", arguments: seeds)
    func twoBrokers(seed: UInt64) throws {
        try play(seed: seed, brokerCount: 2)
    }

    private func play(seed: UInt64, brokerCount: Int) throws {
        let simulation = try Simulation(seed: seed, brokerCount: brokerCount)
        do {
            try simulation.trouble(rounds: 300)
            try simulation.heal()
            try simulation.audit()
        } catch {
            Issue.record("\(error); repeat with CARELOOP_SEED=\(seed)")
        }
        if getenv("CARELOOP_SEED") != nil { print(simulation.statistics) }
        let violations = simulation.ledger.violations
        let summary = violations.prefix(5).joined(separator: "\n")
        #expect(
            violations.isEmpty,
            "\(violations.count) violations; repeat with CARELOOP_SEED=\(seed)\n\(summary)")
        #expect(simulation.ledger.messages.count > 20, "nothing much happened with \(seed)")
    }
}
