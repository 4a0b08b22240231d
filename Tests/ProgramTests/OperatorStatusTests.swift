import Foundation
import Testing

@Suite("An operator sees how the broker is", .serialized)
struct OperatorStatusTests {
    @Test("status tells people the counts, and scripts every metric")
    func tells() throws {
        let machine = try OperatorMachine()
        try machine.start()
        let text = try machine.run("status").output
        #expect(text.contains("sessions      0\n"))
        #expect(text.contains("commit"))
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })

        let status = try machine.run("status", "--json").object()
        #expect(status["sessions"] as? Int == 0)
        #expect(status["waiting"] as? Int == 0)
        #expect(status["oldestWaitingSeconds"] == nil)
        let metrics = try #require(status["metrics"] as? [[String: Any]])
        let names = metrics.compactMap { $0["name"] as? String }
        for name in ["batch-inputs", "load-us", "step-us", "commit-us", "commit-writes"] {
            #expect(names.contains(name), "\(name) is missing")
        }
        let commit = try #require(metrics.first { $0["name"] as? String == "commit-us" })
        #expect(try #require(commit["count"] as? Int) > 0)
        #expect(try #require(commit["max"] as? Int) >= (try #require(commit["median"] as? Int)))
        try machine.stop()
    }
}
