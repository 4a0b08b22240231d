internal import Foundation
internal import Synchronization

/// Tells a waiting person what is going on, once it has taken more than a second.
final class Progress: Sendable {
    private let isShown: Bool
    private let hasEnded = Mutex(false)

    /// Starts to wait for `activity`, such as "asking the broker".
    init(_ activity: String, on screen: Screen) {
        isShown = screen.isErrorTerminal && !screen.isJSON
        guard isShown else { return }
        let thread = Thread { [self] in
            Thread.sleep(forTimeInterval: 1)
            hasEnded.withLock { ended in
                guard !ended else { return }
                Screen.write("\r\(activity) …", to: .standardError)
            }
        }
        thread.start()
    }

    /// Takes the line away.
    func end() {
        guard isShown else { return }
        hasEnded.withLock { ended in
            guard !ended else { return }
            ended = true
            Screen.write("\r\u{1B}[K", to: .standardError)
        }
    }
}
