internal import CareModel

/// Says when the waiting deliveries of which mailbox are to be looked at.
///
/// Only mailboxes that somebody works are looked at.
struct MailboxScheduler {
    private var looks: [Mailbox: Duration] = [:]
    /// Mailboxes in which something waits that nobody has credit for.
    private var starved: Set<Mailbox> = []
    /// How many deliveries wait behind an earlier one of their thread.
    private var followers: [OrderKey: Int] = [:]

    /// The mailboxes that are due for a look.
    func due(at uptime: Duration) -> [Mailbox] {
        looks.filter { $0.value <= uptime }.map(\.key)
    }

    /// When the first of the mailboxes that `isWanted` admits is due, if that is before `limit`.
    func nextLook(before limit: Duration, where isWanted: (Mailbox) -> Bool) -> Duration {
        var next = limit
        for (mailbox, look) in looks where look < next && isWanted(mailbox) { next = look }
        return next
    }

    /// Whether nothing in a mailbox waits to be looked at now.
    func isDry(_ mailbox: Mailbox, at uptime: Duration) -> Bool {
        looks[mailbox].map { $0 > uptime } ?? true
    }

    /// Whether something waits that nobody has credit for.
    func isStarved(_ mailbox: Mailbox) -> Bool { starved.contains(mailbox) }

    /// Somebody works the mailbox: it is due at once.
    mutating func open(_ mailbox: Mailbox, at uptime: Duration) { looks[mailbox] = uptime }

    /// Nobody works the mailbox any more.
    mutating func close(_ mailbox: Mailbox) {
        looks[mailbox] = nil
        starved.remove(mailbox)
    }

    /// Has a mailbox looked at by `time`, if anybody works it.
    mutating func look(at mailbox: Mailbox, by time: Duration) {
        guard let planned = looks[mailbox] else { return }
        looks[mailbox] = min(planned, time)
    }

    /// A mailbox is being looked at; the next look is in a second, unless something moves it
    /// forward.
    mutating func beginLook(at mailbox: Mailbox, at uptime: Duration) {
        guard looks[mailbox] != nil else { return }
        looks[mailbox] = uptime + .seconds(1)
        starved.remove(mailbox)
    }

    /// Something waits that nobody has credit for.
    mutating func starve(_ mailbox: Mailbox) { starved.insert(mailbox) }

    /// Somebody has credit again; false if nothing waited for that.
    mutating func feed(_ mailbox: Mailbox) -> Bool { starved.remove(mailbox) != nil }

    /// A delivery waits behind an earlier one of its thread, or may.
    mutating func follow(_ key: OrderKey) { followers[key, default: 0] += 1 }

    /// One has left the way; false if none waited behind it.
    mutating func advance(_ key: OrderKey) -> Bool {
        guard let count = followers[key] else { return false }
        followers[key] = count > 1 ? count - 1 : nil
        return true
    }
}

/// Names what keeps its order: the messages of one thread on their way to one mailbox.
struct OrderKey: Hashable {
    let mailbox: Mailbox
    let thread: ThreadID

    /// Nil for deliveries that keep no order.
    init?(_ delivery: Delivery) {
        guard let thread = delivery.thread else { return nil }
        mailbox = delivery.mailbox
        self.thread = thread
    }
}
