import CareModel
import Foundation
import Testing

/// Is one golden frame of `Protocols/vectors`, written without any of this package's code.
struct Vector: CustomTestStringConvertible, Sendable {
    /// The verb, as `frames.proto` names its message.
    let verb: String
    /// What is said, in words.
    let name: String
    /// The message of the header: AgentFrame, BrokerFrame or EventFrame.
    let message: String
    /// The header in protobuf's JSON form.
    let decoded: Data
    /// Header and payload.
    let frames: [[UInt8]]
    /// With a sealed event: its plaintext.
    let plaintext: [UInt8]?
    /// With a sealed event: what the plaintext says, in protobuf's JSON form.
    let event: Data?
    /// With a consent receipt: the text that was signed.
    let statement: String?

    var testDescription: String { "\(message) \(verb): \(name)" }

    var header: [UInt8] { frames[0] }

    static let folders = ["agent", "broker", "evt"]

    /// All vectors of a folder; none if they cannot be read, which ``VectorTests`` reports.
    static func all(in folder: String) -> [Vector] { (try? load(folder)) ?? [] }

    static let all = folders.flatMap { all(in: $0) }

    /// Frames as agents and brokers of an earlier version write them: `Tests/Fixtures/wire/1`.
    static func kept(in folder: String) -> [Vector] {
        (try? load(folder, under: "Tests/Fixtures/wire/1")) ?? []
    }

    static func load(_ folder: String, under root: String = "Protocols/vectors") throws -> [Vector]
    {
        try Checkout.files(in: "\(root)/\(folder)").flatMap { path in
            let file = try JSONSerialization.jsonObject(with: Checkout.data(path))
            let object = try #require(file as? [String: Any], "\(path)")
            let verb = try #require(object["verb"] as? String, "\(path)")
            let cases = try #require(object["cases"] as? [[String: Any]], "\(path)")
            return try cases.map { try Vector(verb, $0) }
        }
    }

    /// The vector of a verb by its words.
    static func named(_ name: String, _ verb: String, in folder: String) throws -> Vector {
        try #require(load(folder).first { $0.verb == verb && $0.name == name }, "\(verb): \(name)")
    }

    private init(_ verb: String, _ object: [String: Any]) throws {
        self.verb = verb
        name = try #require(object["name"] as? String)
        message = try #require(object["message"] as? String)
        decoded = try JSONSerialization.data(withJSONObject: try #require(object["decoded"]))
        frames = try #require(object["frames"] as? [String]).map { try #require(HexText.bytes($0)) }
        try #require(!frames.isEmpty)
        plaintext = try (object["plaintext"] as? String).map { try #require(HexText.bytes($0)) }
        statement = object["statement"] as? String
        event = try object["event"].map { try JSONSerialization.data(withJSONObject: $0) }
    }
}
