internal import CareFHIR
internal import CareModel
internal import Foundation

/// Says times as people do: how long ago, how soon.
struct RelativeTime {
    /// The present.
    let now: Timestamp
    /// Where the person is.
    var zone = TimeZone.current

    /// When and where something is shown.
    var showing: ShowingTime {
        let instant = Date(timeIntervalSince1970: Double(now.milliseconds) / 1_000)
        return ShowingTime(now, zoneOffset: .seconds(zone.secondsFromGMT(for: instant)))
    }

    /// `3 d ago`, `in 2 h`, `now`; a date once that says more; empty without a time.
    func text(_ time: Timestamp?) -> String {
        guard let time else { return "" }
        let distance = now - time
        let length = Self.length(distance)
        guard length != "0 s" else { return "now" }
        guard Self.magnitude(distance) < .seconds(Self.dayCountMax * 86_400) else {
            return date(time)
        }
        return distance < .zero ? "in \(length)" : "\(length) ago"
    }

    /// How long something has lasted, such as `3 d`; empty without a time.
    func age(since time: Timestamp?) -> String {
        guard let time else { return "" }
        return Self.length(max(now - time, .zero))
    }

    /// `2026-12-01 10:00` where the person is.
    func local(_ time: Timestamp) -> String { civil(time).minuteText }

    /// `2026-12-01` where the person is.
    func date(_ time: Timestamp) -> String { civil(time).date.description }

    private func civil(_ time: Timestamp) -> CivilTime {
        CivilTime(time, offset: zone.offset(at: time))
    }

    private static let dayCountMax = 100

    private static func magnitude(_ duration: Duration) -> Duration {
        duration < .zero ? .zero - duration : duration
    }

    private static func length(_ duration: Duration) -> String {
        let seconds = magnitude(duration).components.seconds
        switch seconds {
        case ..<5: return "0 s"
        case ..<60: return "\(seconds) s"
        case ..<3_600: return "\(seconds / 60) min"
        case ..<86_400: return "\(seconds / 3_600) h"
        default: return "\(seconds / 86_400) d"
        }
    }
}
