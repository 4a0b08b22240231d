import CareModel
import Foundation
import Testing

@testable import CareFHIR

@Suite("FHIR dates")
struct FHIRDateTests {
    private func instant(_ text: String) throws -> Timestamp {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        let date = try Date(text, strategy: style)
        return Timestamp(milliseconds: Int64((date.timeIntervalSince1970 * 1_000).rounded()))
    }

    @Test(
        "a date stands for the whole of what it names",
        arguments: [
            ("2022", "2022-01-01T00:00:00.000Z", "2023-01-01T00:00:00.000Z", true),
            ("2024-02", "2024-02-01T00:00:00.000Z", "2024-03-01T00:00:00.000Z", true),
            ("2022-12", "2022-12-01T00:00:00.000Z", "2023-01-01T00:00:00.000Z", true),
            ("2022-12-31", "2022-12-31T00:00:00.000Z", "2023-01-01T00:00:00.000Z", true),
            ("2000-02-29", "2000-02-29T00:00:00.000Z", "2000-03-01T00:00:00.000Z", true),
            ("1969-12-31", "1969-12-31T00:00:00.000Z", "1970-01-01T00:00:00.000Z", true),
            ("2022-07-01T12:00:00Z", "2022-07-01T12:00:00.000Z", "2022-07-01T12:00:01.000Z", false),
            (
                "2020-12-04T23:50:50-05:00", "2020-12-05T04:50:50.000Z", "2020-12-05T04:50:51.000Z",
                false
            ),
            (
                "2022-07-01T12:00:00.5+02:00", "2022-07-01T10:00:00.500Z",
                "2022-07-01T10:00:00.501Z", false
            ),
        ])
    func spans(text: String, start: String, end: String, isLocal: Bool) throws {
        let date = try #require(FHIRDate(text))
        #expect(date.start == (try instant(start)))
        #expect(date.end == (try instant(end)))
        #expect(date.isLocalDate == isLocal)
    }

    @Test(
        "what is not a FHIR date is refused",
        arguments: [
            "", "22", "2022-", "2022-13", "2022-00", "2022-02-29", "2022-04-31", "2022-01-00",
            "2022-1-1",
            "2022-01-01T", "2022-01-01T10:00", "2022-01-01T10:00:00", "2022-01-01T24:00:00Z",
            "2022-01-01T10:60:00Z", "2022-01-01T10:00:00.Z", "2022-01-01T10:00:00+2:00", "soon",
            "2022-01-01T10:00:00Zx", "0000", "2022-01-01 10:00:00Z", "٢٠٢٢",
        ])
    func notDates(text: String) { #expect(FHIRDate(text) == nil) }

    @Test(
        "writing an instant and reading it again gives the same",
        arguments: [
            0, 1_656_676_800_000, 1_709_164_799_999, -1, -86_400_000, 4_102_444_800_123,
            951_782_400_000,
        ] as [Int64])
    func roundTrip(milliseconds: Int64) throws {
        let instant = Timestamp(milliseconds: milliseconds)
        let text = FHIRDate.text(of: instant)
        #expect(try self.instant(text) == instant)
        #expect(FHIRDate(text)?.start == instant)
    }
}
