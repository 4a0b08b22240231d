import CareFHIR
import CareModel

extension ShowingTime {
    /// 2026-11-29, 12:00 UTC.
    static let noon = ShowingTime(Timestamp(milliseconds: 1_795_953_600_000))
}
