import Foundation

/// A JSON document, read without any of the code under test.
indirect enum OracleJSON: Hashable, Sendable {
    case null
    case flag(Bool)
    case number(Double)
    case text(String)
    case list([OracleJSON])
    case object([String: OracleJSON])

    subscript(name: String) -> OracleJSON? {
        guard case .object(let members) = self, let value = members[name], value != .null else {
            return nil
        }
        return value
    }

    var text: String? {
        if case .text(let text) = self { return text }
        return nil
    }

    var flag: Bool? {
        if case .flag(let flag) = self { return flag }
        return nil
    }

    var members: [String: OracleJSON]? {
        if case .object(let members) = self { return members }
        return nil
    }

    /// The elements of a list; none of anything else.
    var items: [OracleJSON] {
        if case .list(let items) = self { return items }
        return []
    }

    func items(_ name: String) -> [OracleJSON] { self[name]?.items ?? [] }
    func text(_ name: String) -> String? { self[name]?.text }

    func with(_ name: String, _ value: OracleJSON?) -> OracleJSON {
        var changed = members ?? [:]
        changed[name] = value
        return .object(changed)
    }

    /// This value and everything inside it.
    var everything: [OracleJSON] {
        switch self {
        case .list(let items): [self] + items.flatMap(\.everything)
        case .object(let members): [self] + members.values.flatMap(\.everything)
        default: [self]
        }
    }

    /// Compact text with sorted names: equal values have equal text.
    var canonical: String {
        var text = ""
        write(to: &text)
        return text
    }

    private func write(to text: inout String) {
        switch self {
        case .null: text += "null"
        case .flag(let flag): text += flag ? "true" : "false"
        case .number(let number): text += "\(number)"
        case .text(let own): Self.quote(own, to: &text)
        case .list(let items):
            text += "["
            for (place, item) in items.enumerated() {
                if place > 0 { text += "," }
                item.write(to: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (place, name) in members.keys.sorted().enumerated() {
                if place > 0 { text += "," }
                Self.quote(name, to: &text)
                text += ":"
                members[name]?.write(to: &text)
            }
            text += "}"
        }
    }

    /// The oracle's questions hold no control characters.
    private static func quote(_ own: String, to text: inout String) {
        text += "\""
        for scalar in own.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { text += "\\" }
            text.unicodeScalars.append(scalar)
        }
        text += "\""
    }

    static func rows(_ bytes: [UInt8]) throws -> [OracleJSON] {
        try JSONDecoder().decode(OracleJSON.self, from: Data(bytes)).items
    }
}

extension OracleJSON: Decodable {
    init(from decoder: any Decoder) throws {
        let box = try decoder.singleValueContainer()
        if box.decodeNil() {
            self = .null
        } else if let flag = try? box.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? box.decode(Double.self) {
            self = .number(number)
        } else if let text = try? box.decode(String.self) {
            self = .text(text)
        } else if let items = try? box.decode([OracleJSON].self) {
            self = .list(items)
        } else {
            self = .object(try box.decode([String: OracleJSON].self))
        }
    }
}

extension OracleJSON: ExpressibleByStringLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral, ExpressibleByBooleanLiteral
{
    init(stringLiteral value: String) { self = .text(value) }
    init(booleanLiteral value: Bool) { self = .flag(value) }
    init(arrayLiteral elements: OracleJSON...) { self = .list(elements) }
    init(dictionaryLiteral elements: (String, OracleJSON)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }
}
