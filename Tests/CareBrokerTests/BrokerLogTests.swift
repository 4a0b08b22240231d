import CareCore
import CareModel
import Logging
import Synchronization
import Testing

@testable import CareBroker

@Suite("The log of a running broker")
struct BrokerLogTests {
    @Test("says what happened with agents, numbers and codes in the metadata")
    func notices() {
        let lines = Lines()
        BrokerLog(lines.logger).tell([
            .sessionBegan(AgentID(unchecked: "heart")),
            .sessionEnded(AgentID(unchecked: "heart"), .lost, after: .seconds(15)),
            .deliveryFailed(DeliveryID(7), .deadLettered, code: "too-many-failures"),
            .quarantined(DeliveryID(8)),
        ])
        #expect(
            lines.all == [
                "info session began agent=heart",
                "info session ended agent=heart end=lost seconds=15",
                "notice a delivery ended without acknowledgement code=too-many-failures "
                    + "delivery=7 state=dead-lettered",
                "critical a stored document is not what it was; its delivery was set aside delivery=8",
            ])
    }

    @Test("a flood of refusals or of unusable frames is one line")
    func floods() {
        let lines = Lines()
        var log = BrokerLog(lines.logger)
        for _ in 0..<1_000 {
            log.refused(.error(Refusal(.notAllowed)))
            log.dropped("too many frames")
        }
        #expect(
            lines.all == [
                "info requests refused count=1 last=not-allowed",
                "warning frames dropped count=1 last=too many frames",
            ])
    }

    @Test("what refuses nothing is not told as a refusal")
    func silence() {
        let lines = Lines()
        var log = BrokerLog(lines.logger)
        log.refused(.pong)
        log.refused(.receipt([]))
        #expect(lines.all.isEmpty)
    }
}

/// Collects what is logged, one text a line.
private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { [self] _ in Handler(lines: self) } }

    private func add(_ line: String) { lines.withLock { $0.append(line) } }

    private struct Handler: LogHandler {
        let lines: Lines
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .trace

        init(lines: Lines) { self.lines = lines }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let details = (event.metadata ?? [:]).sorted { $0.key < $1.key }
                .map { " \($0.key)=\($0.value)" }
            lines.add("\(event.level) \(event.message)\(details.joined())")
        }
    }
}
