import CareModel
import Foundation
import Testing

@testable import careloop

@Suite("An account of disclosures claims no more than it knows")
struct CLIAccountTests {
    @Test("only without any line has nobody seen anything")
    func tellsOfOtherTimes() {
        #expect(DisclosuresCommand.nothing(outside: 0).hasPrefix("Nobody has seen"))
        #expect(DisclosuresCommand.nothing(outside: 1).contains("at other times one line is."))
        #expect(DisclosuresCommand.nothing(outside: 3).contains("at other times 3 lines are."))
    }

    @Test(
        "every event that an account can hold has words",
        arguments: AuditEvent.Kind.allCases.filter {
            $0.rawValue.hasPrefix("disclosure-") || $0.rawValue.hasPrefix("break-glass-")
                || [.consentChecked, .accountingRead, .timelineRead].contains($0)
        })
    func hasWords(kind: AuditEvent.Kind) {
        let what = DisclosuresCommand.what(DisclosureView(sequence: 1, event: kind.rawValue))
        #expect(!what.isEmpty)
        #expect(what != kind.rawValue)
    }

    @Test("a line names the agent, whom it served, and nobody where others dealt with others")
    func who() throws {
        var row = DisclosureView(sequence: 1, event: "timeline-read")
        #expect(DisclosuresCommand.who(row) == "(another clinic)")
        row.agent = AgentID("gateway")
        #expect(DisclosuresCommand.who(row) == "gateway")
        let identifier = try #require(BusinessIdentifier(system: "urn:staff", value: "S-117"))
        row.actingFor = Person(identifier: identifier)
        #expect(DisclosuresCommand.who(row) == "gateway for S-117")
        row.actingFor = Person(identifier: identifier, name: "Nora Example")
        #expect(DisclosuresCommand.who(row) == "gateway for Nora Example")
    }

    @Test("an override holds as long as the broker says, four hours if it does not")
    func length() {
        #expect(BreakGlassCommand.length(nil) == .seconds(14_400))
        var welcome = SessionWelcome()
        #expect(BreakGlassCommand.length(welcome) == .seconds(14_400))
        welcome.breakGlass = .seconds(3_600)
        #expect(BreakGlassCommand.length(welcome) == .seconds(3_600))
    }

    @Test("of an override that is over the list says how long it held")
    func held() {
        let times = RelativeTime(now: Timestamp(milliseconds: 100_000_000), zone: .gmt)
        func held(endsAt: Int64, endedAt: Int64 = 0) -> String {
            var entry = BreakGlassView(id: BreakGlassID(UUIDBytes(high: 1, low: 2)))
            entry.startedAt = Timestamp(milliseconds: 1_000)
            entry.endsAt = Timestamp(milliseconds: endsAt)
            entry.endedAt = endedAt == 0 ? nil : Timestamp(milliseconds: endedAt)
            return BreakGlassCommand.List.length(entry, times)
        }
        #expect(held(endsAt: 7_201_000) == "2 h")
        #expect(held(endsAt: 7_201_000, endedAt: 61_000) == "1 min")
        #expect(held(endsAt: 200_000_000).hasPrefix("until 1970-01-03"))
    }
}
