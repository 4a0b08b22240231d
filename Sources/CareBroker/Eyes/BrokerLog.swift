internal import CareCore
internal import CareModel
internal import Logging

/// Writes every line of a running broker's log.
///
/// What a line is about is in its metadata: names of agents, numbers of deliveries, codes. Nothing
/// of a patient, and no id that leads to one.
struct BrokerLog {
    private let logger: Logger
    private var dropped = Repeated()
    private var refused = Repeated()

    init(_ logger: Logger) {
        self.logger = logger
    }

    /// A back-up was restored.
    func restored() {
        logger.critical(
            "a back-up was restored: what was withdrawn, revoked, reviewed or shredded since must be done again"
        )
    }

    /// What a step came to.
    func tell(_ notices: [Notice]) {
        for notice in notices { tell(notice) }
    }

    private func tell(_ notice: Notice) {
        switch notice {
        case .sessionBegan(let agent):
            logger.info("session began", metadata: ["agent": "\(agent)"])
        case .sessionEnded(let agent, let end, let age):
            logger.info(
                "session ended",
                metadata: [
                    "agent": "\(agent)", "end": "\(end.rawValue)",
                    "seconds": "\(age.components.seconds)",
                ])
        case .deliveryFailed(let delivery, let state, let code):
            logger.notice(
                "a delivery ended without acknowledgement",
                metadata: [
                    "delivery": "\(delivery.number)", "state": "\(state.rawValue)",
                    "code": "\(code)",
                ])
        case .quarantined(let delivery):
            logger.critical(
                "a stored document is not what it was; its delivery was set aside",
                metadata: ["delivery": "\(delivery.number)"])
        case .copyNotMade(let message):
            logger.error(
                "no copy of a document could be made that consent permits; it was kept back",
                metadata: ["message": "\(message.number)"])
        }
    }

    /// The audit log was signed.
    func checkpoint(size: Int64) {
        logger.info("the audit log was signed", metadata: ["events": "\(size)"])
    }

    /// A frame that could not even be answered; told at most once in ten seconds.
    mutating func dropped(_ reason: StaticString) {
        guard let count = dropped.count() else { return }
        logger.warning("frames dropped", metadata: ["count": "\(count)", "last": "\(reason)"])
    }

    /// Something was refused; told at most once in ten seconds.
    mutating func refused(_ saying: BrokerSaying) {
        for code in saying.refusalCodes {
            guard let count = refused.count() else { continue }
            logger.info(
                "requests refused", metadata: ["count": "\(count)", "last": "\(code.rawValue)"])
        }
    }
}

/// Counts what may come in floods, and says now and then how often it came since it last said so.
private struct Repeated {
    private var waiting = 0
    private var saidAt: ContinuousClock.Instant?

    private static let interval = Duration.seconds(10)

    /// Counts one; how many there were since the last time, if it is time to say so.
    mutating func count() -> Int? {
        waiting += 1
        let now = ContinuousClock.now
        if let saidAt, saidAt.duration(to: now) < Self.interval { return nil }
        defer { waiting = 0 }
        saidAt = now
        return waiting
    }
}
