import CareModel
import Foundation
import Testing

@testable import careloop

@Suite("Hooks get ids on their standard input, a bounded number at a time")
struct CLIHookTests {
    private let folder: TemporaryFolder
    private let log = RunLog(isJSON: true)

    init() throws { folder = try TemporaryFolder() }

    private func arrivals(_ count: Int) -> [ArrivalOutput] {
        (0..<count).map { index in
            var envelope = Envelope(
                message: MessageID(UUIDBytes(high: 1, low: UInt64(index))),
                kind: Coded(.move(.request)))
            envelope.version = UInt32(index + 1)
            return ArrivalOutput(
                Arrival(
                    delivery: DeliveryID(1), fence: Fence(1),
                    mailbox: .service(ServiceID(unchecked: "cardiology")), envelope: envelope))
        }
    }

    private func lines(of name: String) throws -> [String] {
        try String(contentsOfFile: folder.path + "/" + name, encoding: .utf8)
            .split(separator: "\n").map { String($0) }
    }

    @Test("each arrival starts the command once, with one line of JSON")
    func startsOnce() throws {
        let hook = HookRunner(command: "cat >> '\(folder.path)/log'", countMax: 1, log: log)
        for arrival in arrivals(5) { hook.start(arrival) }
        hook.finish()
        #expect(try lines(of: "log") == arrivals(5).map { try JSONText.line($0) })
    }

    @Test("no more hooks run at once than allowed, and none is dropped")
    func staysBounded() throws {
        // Each hook holds a file while it runs and notes how many are held.
        let command = """
            cd '\(folder.path)'; touch held.$$; ls held.* | wc -l >> counts; sleep 0.05; rm held.$$
            """
        let hook = HookRunner(command: command, countMax: 3, log: log)
        for arrival in arrivals(12) { hook.start(arrival) }
        hook.finish()
        let counts = try lines(of: "counts").compactMap {
            Int($0.trimmingCharacters(in: .whitespaces))
        }
        #expect(counts.count == 12)
        #expect(counts.allSatisfy { (1...3).contains($0) })
    }

    @Test("a hook that fails or does not read holds nothing up")
    func survivesFailures() throws {
        let hook = HookRunner(
            command: "echo x >> '\(folder.path)/log'; exit 3", countMax: 2, log: log)
        for arrival in arrivals(8) { hook.start(arrival) }
        hook.finish()
        #expect(try lines(of: "log").count == 8)
    }
}
