internal import CareModel
internal import Foundation

extension TimeZone {
    /// How far the zone's clocks are ahead of UTC at an instant.
    func offset(at instant: Timestamp) -> Duration {
        let date = Date(timeIntervalSince1970: Double(instant.milliseconds) / 1_000)
        return .seconds(secondsFromGMT(for: date))
    }

    /// The instant at which the zone's clocks show a time: the first, where they are set back and
    /// show it twice; nil where they are set forward and pass it over.
    func instant(of time: CivilTime) -> Timestamp? {
        let about = time.instant()
        let day = Duration.seconds(86_400)
        for offset in [offset(at: about + (.zero - day)), offset(at: about + day)] {
            let instant = time.instant(offset: offset)
            if self.offset(at: instant) == offset { return instant }
        }
        return nil
    }
}
