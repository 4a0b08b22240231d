import Foundation
import Testing

@Suite("What the broker has in memory")
struct MemoryTests {
    @Test("the broker leaves no core files")
    func noCoreFiles() throws {
        let broker = try LoopbackBroker("memory")
        let limits = try String(
            contentsOfFile: "/proc/\(broker.processIdentifier)/limits", encoding: .utf8)
        let line = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max core") })
        #expect(line.split(separator: " ").filter { $0 == "0" }.count == 2, "\(line)")
    }
}
