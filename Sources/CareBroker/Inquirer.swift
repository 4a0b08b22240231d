internal import CareCore
internal import CareModel
internal import CareStore
internal import Foundation
internal import Synchronization
internal import ZeroMQ

/// Answers inquiries on a thread of its own, so that no question holds up the loop.
///
/// The loop hands inquiries over and collects answers; both sides only touch the two queues.
final class Inquirer: Sendable {
    private struct State {
        var inquiries: [Inquiry] = []
        var answers: [Outgoing] = []
        var isStopped = false
    }

    /// More waiting questions than this are refused as busy: memory stays bounded.
    private static let waitingMax = 1_024

    private let state = Mutex(State())
    private let work = DispatchSemaphore(value: 0)
    private let finished = DispatchSemaphore(value: 0)
    private let wakeUp: WakeUp
    private let metrics: MetricsRecorder

    init(wakeUp: WakeUp, metrics: MetricsRecorder) {
        self.wakeUp = wakeUp
        self.metrics = metrics
    }

    /// Starts the thread.
    ///
    /// It owns the reader.
    func start(_ reader: any StoreReader, now: @escaping @Sendable () -> Timestamp) {
        let thread = Thread { [self] in
            while let inquiry = next() {
                let answer = answer(inquiry, reader, now())
                state.withLock { $0.answers.append(answer) }
                wakeUp.signal()
            }
            finished.signal()
        }
        thread.name = "careloopd queries"
        thread.start()
    }

    /// Takes an inquiry; answers at once if too many wait.
    func ask(_ inquiry: Inquiry) -> Outgoing? {
        let isTaken = state.withLock { state in
            guard state.inquiries.count < Self.waitingMax else { return false }
            state.inquiries.append(inquiry)
            return true
        }
        guard isTaken else {
            return Outgoing(inquiry.peer, request: inquiry.request, inquiry.refused(.busy))
        }
        work.signal()
        return nil
    }

    /// The answers since the last call.
    func takeAnswers() -> [Outgoing] {
        state.withLock { state in
            defer { state.answers = [] }
            return state.answers
        }
    }

    /// Ends the thread and waits for it; questions that still wait get no answer.
    func stop() {
        state.withLock { $0.isStopped = true }
        work.signal()
        finished.wait()
    }

    private func next() -> Inquiry? {
        while true {
            work.wait()
            let (inquiry, isStopped) = state.withLock { state -> (Inquiry?, Bool) in
                if state.isStopped { return (nil, true) }
                return (state.inquiries.isEmpty ? nil : state.inquiries.removeFirst(), false)
            }
            if isStopped { return nil }
            if let inquiry { return inquiry }
        }
    }

    private func answer(
        _ inquiry: Inquiry, _ reader: any StoreReader, _ now: Timestamp
    ) -> Outgoing {
        let saying: BrokerSaying
        do throws(StoreError) {
            saying = try read(inquiry, reader, now)
        } catch {
            saying = inquiry.refused(.internalError)
        }
        return Outgoing(inquiry.peer, request: inquiry.request, saying)
    }

    private func read(
        _ inquiry: Inquiry, _ reader: any StoreReader, _ now: Timestamp
    ) throws(StoreError) -> BrokerSaying {
        switch inquiry.subject {
        case .question(let question, let page):
            guard let asker = inquiry.asker else { return .error(Refusal(.notAllowed)) }
            let answer = try reader.answer(question, asker: asker, page: page, now: now)
            return answer.refusal.map { .error($0) } ?? .answer(answer, asker: asker)
        case .events(let stream, let from, let to):
            let events = try reader.events(of: stream.name, from: from, to: to, limit: 1_000)
            return .events(stream, events)
        case .status(let sessions):
            var status = try reader.status()
            status.sessions = sessions
            status.metrics = metrics.readings
            return .administered(.status(status))
        }
    }
}

extension Inquiry {
    /// A refusal in the words of the socket it came by.
    func refused(_ code: RefusalCode) -> BrokerSaying {
        asker == nil ? .administered(.refused(Refusal(code))) : .error(Refusal(code))
    }
}
