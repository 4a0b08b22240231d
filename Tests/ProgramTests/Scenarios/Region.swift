import CareModel
import CareWire
import Testing
import ZeroMQ

/// Runs a real broker for four organisations: a practice that refers and coordinates, two that
/// treat, and one whose emergency department has nothing to do with anybody.
final class Region {
    let broker: BrokerProcess
    let keys: [String: CurveKeyPair]

    init(_ name: String, environment: [String: String] = [:]) throws {
        broker = try BrokerProcess(name, environment: environment)
        try broker.start()
        keys = [
            "desk": try broker.enrol("desk", organisation: "lakeside", roles: [.referrer]),
            "cora": try broker.enrol(
                "cora", organisation: "lakeside", roles: [.coordinator, .auditor]),
            "heart": try broker.enrol(
                "heart", organisation: "northside", roles: [.specialist], services: ["cardiology"]),
            "lab": try broker.enrol(
                "lab", organisation: "eastside", roles: [.specialist], services: ["laboratory"]),
            "casualty": try broker.enrol(
                "casualty", organisation: "westside", roles: [.emergency]),
        ]
    }

    /// Connects somebody and opens a session.
    func agent(_ id: String) throws -> WireAgent {
        let agent = try WireAgent(id, keys: try #require(keys[id]), broker: broker)
        try agent.open()
        return agent
    }
}
