internal import Foundation

/// Writes results for people and for programs.
enum Report {
    private static let columns = [
        ("bytes", 8), ("window", 7), ("messages", 9), ("msg/s", 9), ("p50 ms", 9), ("p99 ms", 9),
        ("p99.9 ms", 9), ("max ms", 9), ("broker µs/msg", 14),
    ]

    /// The heads of the table's columns.
    static var head: String { row(columns.map(\.0)) }

    /// A line of the table.
    static func row(_ result: PassResult) -> String {
        let latency = result.latency
        var cells = [
            String(result.payloadBytes), String(result.window), String(result.messages),
            String(format: "%.0f", result.messagesPerSecond),
        ]
        for microseconds in [latency.p50, latency.p99, latency.p999, latency.max] {
            cells.append(String(format: "%.2f", microseconds / 1e3))
        }
        let cost = result.brokerMicrosecondsPerMessage
        cells.append(cost.map { String(format: "%.0f", $0) } ?? "-")
        return row(cells)
    }

    /// All results as one JSON document.
    static func json(_ results: [PassResult]) throws -> String {
        try document(["passes": results])
    }

    /// The table of what timing verdicts came to.
    static func table(_ result: ConsentResult) -> String {
        let decisions = result.decisions.sorted { $0.key < $1.key }
            .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        var lines = [
            "\(result.directives) directives, \(result.requests) questions: \(decisions)",
            "release: \(result.resources) resources, \(result.rules) rules about content",
            row(["", "count", "p50 µs", "p99 µs", "p99.9 µs", "max µs"], consentColumns),
        ]
        for measure in result.measures {
            let latency = measure.latency
            let times = [latency.p50, latency.p99, latency.p999, latency.max]
                .map { String(format: "%.3f", $0) }
            lines.append(row([measure.name, String(measure.count)] + times, consentColumns))
        }
        return lines.joined(separator: "\n")
    }

    /// What timing verdicts came to as one JSON document.
    static func json(_ result: ConsentResult) throws -> String {
        try document(result)
    }

    /// The heads of the columns of a backlog.
    static var backlogHead: String { row(backlogColumns.map(\.0), backlogColumns.map(\.1)) }

    /// A line of a backlog's table.
    static func row(_ part: Backlog.Part) -> String {
        let times = [part.longestWait, part.longestLoad, part.longestStep, part.longestCommit]
        let cells = times.map { $0.map { String(format: "%.0f", $0) } ?? "-" }
        return row(
            [part.name, String(format: "%.1f", part.seconds)] + cells, backlogColumns.map(\.1))
    }

    /// All parts of a backlog as one JSON document.
    static func json(_ parts: [Backlog.Part]) throws -> String {
        try document(["parts": parts])
    }

    private static let backlogColumns = [
        ("part", 10), ("seconds", 9), ("wait ms", 9), ("load ms", 9), ("step ms", 9),
        ("commit ms", 10),
    ]

    private static let consentColumns = [8, 11, 9, 9, 9, 10]

    private static func document(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private static func row(_ cells: [String]) -> String { row(cells, columns.map(\.1)) }

    private static func row(_ cells: [String], _ widths: [Int]) -> String {
        zip(cells, widths).map { cell, width in
            String(repeating: " ", count: max(0, width - cell.count)) + cell
        }.joined(separator: " ")
    }
}
