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
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        return String(decoding: try encoder.encode(["passes": results]), as: UTF8.self)
    }

    private static func row(_ cells: [String]) -> String {
        zip(cells, columns).map { cell, column in
            String(repeating: " ", count: max(0, column.1 - cell.count)) + cell
        }.joined(separator: " ")
    }
}
