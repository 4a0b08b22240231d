import Dispatch
import Foundation
import Synchronization
import Testing

@testable import ZeroMQ

@Suite("Polling and waking")
struct PollerTests {
    @Test("a poll ends without anything ready when its time is over")
    func timesOut() throws {
        let link = try Link(in: try Context())
        var poller = Poller()
        let registration = poller.add(link.router)
        let start = ContinuousClock.now
        #expect(try poller.wait(timeout: .milliseconds(20)) == 0)
        #expect(start.duration(to: .now) >= .milliseconds(19))
        #expect(poller.readiness(of: registration) == [])
    }

    @Test("a poll tells which socket is readable and which is writable")
    func findsReadySockets() throws {
        let link = try Link(in: try Context())
        var poller = Poller()
        let router = poller.add(link.router)
        #expect(try link.dealer.send([.text("x")], timeout: patience) == .sent)
        #expect(try poller.wait(timeout: patience) == 1)
        #expect(poller.readiness(of: router) == .readable)
        let dealer = poller.add(link.dealer, for: [.readable, .writable])
        #expect(try poller.wait(timeout: patience) == 2)
        #expect(poller.readiness(of: dealer) == .writable)
    }

    @Test("a pause, a removal and a new registration in the freed place are heeded")
    func changesInterest() throws {
        let context = try Context()
        let link = try Link(in: context)
        var poller = Poller()
        let router = poller.add(link.router)
        #expect(try link.dealer.send([.text("x")], timeout: patience) == .sent)
        #expect(try poller.wait(timeout: patience) == 1)
        poller.setInterest([], of: router)
        #expect(try poller.wait(timeout: .zero) == 0)
        poller.setInterest(.readable, of: router)
        #expect(try poller.wait(timeout: patience) == 1)
        poller.remove(router)
        #expect(try poller.wait(timeout: .zero) == 0)
        let wakeUp = try WakeUp()
        let registration = poller.add(wakeUp)
        #expect(registration != router)
        wakeUp.signal()
        #expect(try poller.wait(timeout: patience) == 1)
        #expect(poller.readiness(of: registration) == .readable)
    }

    @Test("a file descriptor is watched like a socket")
    func watchesDescriptors() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        var poller = Poller()
        let reading = poller.add(fileDescriptor: ends[0])
        #expect(try poller.wait(timeout: .zero) == 0)
        #expect(write(ends[1], "x", 1) == 1)
        #expect(try poller.wait(timeout: patience) == 1)
        #expect(poller.readiness(of: reading).contains(.readable))
    }

    @Test("a poll of a socket that was closed ends the program")
    func refusesClosedSocket() async {
        let result = await #expect(
            processExitsWith: .failure, observing: [\.standardErrorContent]
        ) {
            var poller = Poller()
            do {
                let socket = try Socket(.dealer, in: try Context())
                _ = poller.add(socket)
            }
            _ = try poller.wait(timeout: .zero)
            exit(EXIT_SUCCESS)
        }
        expectMessage("used after it was closed", in: result)
    }

    @Test("a signal from another thread ends a poll without end")
    func wakesPoller() throws {
        let wakeUp = try WakeUp()
        let link = try Link(in: try Context())
        var poller = Poller()
        let router = poller.add(link.router)
        let registration = poller.add(wakeUp)
        Thread.detachNewThread { wakeUp.signal() }
        #expect(try poller.wait(timeout: nil) == 1)
        #expect(poller.readiness(of: registration) == .readable)
        #expect(poller.readiness(of: router) == [])
        #expect(wakeUp.drain())
        #expect(!wakeUp.drain())
        #expect(try poller.wait(timeout: .zero) == 0)
    }

    @Test("signals while one is pending cost no system call")
    func writesOnce() throws {
        let wakeUp = try WakeUp()
        for _ in 0..<5 { wakeUp.signal() }
        var count: UInt64 = 0
        #expect(read(wakeUp.fileDescriptor, &count, 8) == 8)
        #expect(count == 1)
    }

    @Test("no work is overlooked when many threads signal")
    func losesNoSignal() throws {
        let wakeUp = try WakeUp()
        let work = Work()
        let threadCount = 4
        let countPerThread = 5_000
        for _ in 0..<threadCount {
            Thread.detachNewThread {
                for _ in 0..<countPerThread {
                    work.count.add(1, ordering: .relaxed)
                    wakeUp.signal()
                }
            }
        }
        var poller = Poller()
        _ = poller.add(wakeUp)
        var seen = 0
        while seen < threadCount * countPerThread {
            // Once all have signalled, a lost signal would leave this waiting until its time ends.
            try #require(try poller.wait(timeout: patience) == 1)
            wakeUp.drain()
            seen = work.count.load(ordering: .relaxed)
        }
        #expect(seen == threadCount * countPerThread)
    }

    private final class Work: Sendable {
        let count = Atomic(0)
    }
}
