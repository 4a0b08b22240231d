import Dispatch
import Foundation
import Testing

@testable import ZeroMQ

/// The longest any test waits for an event that must come; reaching it is a failure.
let patience = Duration.seconds(20)

/// A ROUTER and a DEALER that is connected to it.
struct Link: ~Copyable {
    let router: Socket
    let dealer: Socket

    init(
        in context: Context, at endpoint: String = "tcp://127.0.0.1:*",
        prepare: (borrowing Socket, borrowing Socket) throws -> Void = { _, _ in }
    ) throws {
        let router = try Socket(.router, in: context)
        let dealer = try Socket(.dealer, in: context)
        try prepare(router, dealer)
        try router.bind(endpoint)
        try dealer.connect(router.lastEndpoint)
        self.router = router
        self.dealer = dealer
    }

    /// Sends from the DEALER and hands out what the ROUTER got, routing id first.
    func deliver(_ parts: [MessagePart]) throws -> [Message] {
        #expect(try dealer.send(parts, timeout: patience) == .sent)
        return try #require(try router.receive(timeout: patience))
    }
}

extension Monitor {
    /// Waits for an event and skips others; nil when it does not come.
    func first(where isWanted: (MonitorEvent.Kind) -> Bool) throws -> MonitorEvent? {
        let deadline = ContinuousClock.now + patience
        while let event = try next(timeout: deadline - .now) {
            if isWanted(event.kind) { return event }
        }
        return nil
    }
}

/// Makes a folder for `ipc://` sockets, short enough for a Unix path, and removes it afterwards.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("zmq-" + UUID().uuidString.prefix(8), isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path)
}

/// Runs `body` on a thread of its own and tells whether it ended in time.
func finishes(_ body: @escaping @Sendable () throws -> Void) -> Bool {
    let done = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
        do {
            try body()
            done.signal()
        } catch {
            Issue.record(error)
            done.signal()
        }
    }
    return done.wait(timeout: .now() + 20) == .success
}

/// Checks that a process ended for the expected reason; release builds do not print it.
func expectMessage(_ message: String, in result: ExitTest.Result?) {
    #if DEBUG
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains(message))
    #endif
}
