import Testing

/// Is what `frames.proto` says of its messages: enough of its grammar for the tests.
struct ProtoFile {
    struct Field: Equatable {
        let name: String
        let number: Int
        /// The type, with `repeated` in front if it is.
        let type: String
        let isChoice: Bool
    }

    /// The messages in the order of the file.
    private(set) var names: [String] = []
    private(set) var fields: [String: [Field]] = [:]

    init() throws {
        var message: String?
        var isChoice = false
        for line in try Checkout.text("Protocols/careloop/v1/frames.proto").split(separator: "\n") {
            let code = line.prefix { $0 != ";" }.split(separator: " ").map(String.init)
            if line.hasPrefix("message "), code.count >= 3 {
                names.append(code[1])
                fields[code[1]] = []
                message = line.hasSuffix("}") ? nil : code[1]
            } else if line.hasPrefix("}") {
                message = nil
            } else if line.hasPrefix("  oneof") {
                isChoice = true
            } else if line.hasPrefix("  }") {
                isChoice = false
            } else if let message, let field = Self.field(code, isChoice) {
                fields[message, default: []].append(field)
            }
        }
        try #require(names.count > 50)
    }

    /// The members of a message's `oneof`.
    func choices(of message: String) throws -> [Field] {
        try #require(fields[message]).filter(\.isChoice)
    }

    private static func field(_ words: [String], _ isChoice: Bool) -> Field? {
        guard let place = words.firstIndex(of: "="), place >= 2, words.count > place + 1,
            let number = Int(words[place + 1])
        else { return nil }
        return Field(
            name: words[place - 1], number: number,
            type: words[..<(place - 1)].joined(separator: " "), isChoice: isChoice)
    }
}
