internal import Foundation
internal import Synchronization

/// Tells a waiting person what is going on, once it has taken more than a second.
final class Progress: Sendable {
    private enum State {
        /// Not long enough yet to say anything.
        case quiet
        /// The line stands there.
        case shown
        /// The waiting is over.
        case ended
    }

    private let state = Mutex(State.quiet)

    /// Starts to wait for `activity`, such as "asking the broker".
    init(_ activity: String, on screen: Screen) {
        guard screen.isErrorTerminal, !screen.isJSON else { return }
        let thread = Thread { [self] in
            Thread.sleep(forTimeInterval: 1)
            state.withLock { state in
                guard state == .quiet else { return }
                state = .shown
                Screen.write("\r\(activity) …", to: .standardError)
            }
        }
        thread.start()
    }

    /// Takes the line away.
    func end() {
        state.withLock { state in
            if state == .shown { Screen.write("\r\u{1B}[K", to: .standardError) }
            state = .ended
        }
    }
}
