import CareModel
import Testing

@Suite("Times add up and never overflow")
struct TimestampTests {
    @Test("durations are added in whole milliseconds, cut towards zero")
    func addition() {
        let instant = Timestamp(milliseconds: 1_000)
        #expect(instant + .seconds(2) == Timestamp(milliseconds: 3_000))
        #expect(instant + .seconds(-2) == Timestamp(milliseconds: -1_000))
        #expect(instant + .microseconds(1_999) == Timestamp(milliseconds: 1_001))
        #expect(instant + .microseconds(-1_999) == Timestamp(milliseconds: 999))
        #expect(instant + .zero == instant)
    }

    @Test("the difference undoes the sum", arguments: [-86_400_000, -1, 0, 1, 999, 86_400_000])
    func difference(milliseconds: Int) {
        let later = Sample.start + .milliseconds(milliseconds)
        #expect(later - Sample.start == .milliseconds(milliseconds))
        #expect(Sample.start - later == .milliseconds(-milliseconds))
        #expect((Sample.start < later) == (milliseconds > 0))
    }

    @Test("a sum beyond the range stops at its end")
    func saturation() {
        let earliest = Timestamp(milliseconds: .min)
        #expect(Timestamp.distantFuture + .milliseconds(1) == .distantFuture)
        #expect(earliest + .milliseconds(-1) == earliest)
        #expect(Sample.start + .seconds(Int64.max) == .distantFuture)
        #expect(Timestamp(milliseconds: -1) + .seconds(Int64.min) == earliest)
        #expect(Timestamp.distantFuture + .milliseconds(-1) < .distantFuture)
    }

    @Test("a difference beyond the range stops at its end")
    func saturatedDifference() {
        let earliest = Timestamp(milliseconds: .min)
        #expect(Timestamp.distantFuture - earliest == .milliseconds(Int64.max))
        #expect(earliest - Timestamp.distantFuture == .milliseconds(Int64.min))
        #expect(Timestamp(milliseconds: 0) - .distantFuture == .milliseconds(-Int64.max))
    }

    @Test("whole milliseconds of long durations stop at the range's end")
    func wholeMilliseconds() {
        #expect(Duration.seconds(Int64.max).wholeMilliseconds == .max)
        #expect(Duration.seconds(Int64.min).wholeMilliseconds == .min)
        #expect(Duration.milliseconds(Int64.max).wholeMilliseconds == .max)
        #expect(Duration.milliseconds(Int64.min).wholeMilliseconds == .min)
        #expect(Duration.nanoseconds(1_999_999).wholeMilliseconds == 1)
    }

    @Test("a duration just beyond the range does not end the program")
    func lastMillisecond() async {
        await #expect(processExitsWith: .success) {
            let duration = Duration(
                secondsComponent: 9_223_372_036_854_775,
                attosecondsComponent: 900_000_000_000_000_000)
            if duration.wholeMilliseconds != .max { throw Unsaturated() }
        }
    }

    private struct Unsaturated: Error {}
}
