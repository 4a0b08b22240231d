import Foundation

/// Reads the files of `Protocols/`, found from this file, so that the working directory is free.
enum PublishedFiles {
    static func lifecycle() throws -> PublishedLifecycle {
        try JSONDecoder().decode(PublishedLifecycle.self, from: data("referral-lifecycle.json"))
    }

    static func errors() throws -> PublishedErrors {
        try JSONDecoder().decode(PublishedErrors.self, from: data("errors.json"))
    }

    private static func data(_ name: String) throws -> Data {
        let root = URL(filePath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try Data(contentsOf: root.appending(path: "Protocols/\(name)"))
    }
}

/// Is `referral-lifecycle.json`.
struct PublishedLifecycle: Decodable {
    struct State: Decodable {
        let name: String
        let taskStatus: String
        let ended: Bool
    }

    struct Row: Decodable, Hashable {
        let row: Int
        let move: String
        let from: Set<String>
        let to: String
        let actors: Set<String>
        let reason: String?
        let condition: String?
    }

    struct Reasons: Decodable, Equatable {
        let name: String
        let codes: [String]
    }

    struct Delivery: Decodable, Equatable {
        let name: String
        let settled: Bool
    }

    let states: [State]
    let actors: [String]
    let moves: [String]
    let transitions: [Row]
    let reasonSets: [Reasons]
    let deliveryStates: [Delivery]
    let priorities: [String]
}

/// Is `errors.json`.
struct PublishedErrors: Decodable {
    struct Exit: Decodable {
        let code: Int
        let meaning: String
    }

    struct Entry: Decodable {
        let code: String
        let category: String
        let retriable: Bool
        let exitCode: Int
        let verbs: [String]
        let message: String
    }

    let exitCodes: [Exit]
    let errors: [Entry]
}
