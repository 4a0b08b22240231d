internal import CareModel

/// Fills a ``JSONDocument`` (RFC 8259), one pass over the bytes.
struct JSONParser {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let limits: InspectionLimits
    private var position = 0
    private var nodes: [JSONDocument.Node] = []

    init(_ bytes: UnsafeBufferPointer<UInt8>, limits: InspectionLimits) {
        self.bytes = bytes
        self.limits = limits
        nodes.reserveCapacity(min(bytes.count / 12 + 8, limits.valueCount))
    }

    mutating func parse() throws(JSONError) -> [JSONDocument.Node] {
        try value(depth: 0)
        skipSpace()
        guard position < bytes.count else { return nodes }
        let isNext = bytes[position] == UInt8(ascii: "{") || bytes[position] == UInt8(ascii: "[")
        throw error(isNext ? .severalValues : .syntax)
    }

    /// Kept out of line, so that what is called for every value stays short.
    @inline(never)
    private func error(_ reason: JSONError.Reason) -> JSONError {
        JSONError(reason: reason == .syntax ? misfit : reason, offset: position)
    }

    /// What stands where JSON does not go on, if it is something that programs are known to write.
    private var misfit: JSONError.Reason {
        let head = Array(bytes.prefix(4))
        let isWide =
            head.starts(with: [0xFE, 0xFF]) || head.starts(with: [0xFF, 0xFE])
            // JSON begins with two ASCII characters (RFC 4627, section 3).
            || head.count == 4 && (head[0] == 0 || head[1] == 0)
        if isWide, position < 4 { return .wideCharacters }
        guard position < bytes.count else { return .syntax }
        if bytes[position...].starts(with: [0xEF, 0xBB, 0xBF]) { return .byteOrderMark }
        return bytes[position] == 0 ? .zeroByte : .syntax
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    /// The next byte that is not space; 0 at the end.
    private mutating func peek() -> UInt8 {
        skipSpace()
        return position < bytes.count ? bytes[position] : 0
    }

    private mutating func open(_ kind: JSONDocument.Kind) throws(JSONError) -> Int {
        guard nodes.count < limits.valueCount else { throw error(.tooLarge) }
        let index = nodes.count
        nodes.append(
            JSONDocument.Node(
                kind: kind, start: UInt32(position), end: UInt32(position),
                next: UInt32(index + 1)))
        return index
    }

    private mutating func close(_ index: Int) {
        nodes[index].end = UInt32(position)
        nodes[index].next = UInt32(nodes.count)
    }

    private mutating func value(depth: Int) throws(JSONError) {
        switch peek() {
        case UInt8(ascii: "{"): try object(depth: depth)
        case UInt8(ascii: "["): try array(depth: depth)
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "t"): try word("true", .bool, flags: JSONDocument.Flag.isTrue)
        case UInt8(ascii: "f"): try word("false", .bool, flags: 0)
        case UInt8(ascii: "n"): try word("null", .null, flags: 0)
        default: try number()
        }
    }

    private mutating func word(
        _ word: StaticString, _ kind: JSONDocument.Kind, flags: UInt8
    ) throws(JSONError) {
        let index = try open(kind)
        for offset in 0..<word.utf8CodeUnitCount {
            guard position < bytes.count, bytes[position] == word.utf8Start[offset] else {
                throw error(.syntax)
            }
            position += 1
        }
        nodes[index].flags = flags
        close(index)
    }

    private mutating func array(depth: Int) throws(JSONError) {
        guard depth < limits.depth else { throw error(.tooDeep) }
        let index = try open(.array)
        position += 1
        if peek() == UInt8(ascii: "]") {
            position += 1
            return close(index)
        }
        while true {
            try value(depth: depth + 1)
            let byte = peek()
            position += 1
            if byte == UInt8(ascii: "]") { return close(index) }
            guard byte == UInt8(ascii: ",") else { throw error(.syntax) }
        }
    }

    private mutating func object(depth: Int) throws(JSONError) {
        guard depth < limits.depth else { throw error(.tooDeep) }
        let index = try open(.object)
        position += 1
        var memberCount = 0
        if peek() == UInt8(ascii: "}") {
            position += 1
            return close(index)
        }
        while true {
            guard peek() == UInt8(ascii: "\"") else { throw error(.syntax) }
            nodes[index].flags |= try name()
            memberCount += 1
            guard peek() == UInt8(ascii: ":") else { throw error(.syntax) }
            position += 1
            try value(depth: depth + 1)
            let byte = peek()
            position += 1
            if byte == UInt8(ascii: "}") { break }
            guard byte == UInt8(ascii: ",") else { throw error(.syntax) }
        }
        close(index)
        if hasDuplicateName(index, memberCount: memberCount) { throw error(.duplicateKey) }
    }

    /// Reads a member name and gives the flag it raises on its object.
    private mutating func name() throws(JSONError) -> UInt8 {
        let index = try string()
        guard nodes[index].flags == 0 else { throw error(.escapedKey) }
        let start = Int(nodes[index].start)
        let count = Int(nodes[index].end) - start
        var hash: UInt32 = 2_166_136_261
        for offset in 0..<count { hash = (hash ^ UInt32(bytes[start + offset])) &* 16_777_619 }
        nodes[index].next = hash
        switch count {
        case 9: return equals(start, "reference") ? JSONDocument.Flag.hasReference : 0
        case 10: return equals(start, "identifier") ? JSONDocument.Flag.hasIdentifier : 0
        case 12: return equals(start, "resourceType") ? JSONDocument.Flag.hasResourceType : 0
        case 17:
            return equals(start, "modifierExtension") ? JSONDocument.Flag.hasModifierExtension : 0
        default: return 0
        }
    }

    private func equals(_ start: Int, _ word: StaticString) -> Bool {
        for offset in 0..<word.utf8CodeUnitCount
        where bytes[start + offset] != word.utf8Start[offset] { return false }
        return true
    }

    /// Compares names two by two in small objects, and as a sorted list in large ones.
    private func hasDuplicateName(_ object: Int, memberCount: Int) -> Bool {
        guard memberCount > 1 else { return false }
        guard memberCount <= 24 else { return hasDuplicateNameBySorting(object) }
        var first = object + 1
        let end = Int(nodes[object].next)
        while first < end {
            var second = Int(nodes[first + 1].next)
            let afterFirst = second
            while second < end {
                if nodes[first].next == nodes[second].next, sameText(first, second) { return true }
                second = Int(nodes[second + 1].next)
            }
            first = afterFirst
        }
        return false
    }

    private func hasDuplicateNameBySorting(_ object: Int) -> Bool {
        var names: [Int] = []
        var name = object + 1
        while name < Int(nodes[object].next) {
            names.append(name)
            name = Int(nodes[name + 1].next)
        }
        names.sort { isOrderedBefore($0, $1) }
        return zip(names, names.dropFirst()).contains { sameText($0, $1) }
    }

    private func text(_ index: Int) -> Slice<UnsafeBufferPointer<UInt8>> {
        bytes[Int(nodes[index].start)..<Int(nodes[index].end)]
    }

    private func isOrderedBefore(_ left: Int, _ right: Int) -> Bool {
        guard nodes[left].next == nodes[right].next else {
            return nodes[left].next < nodes[right].next
        }
        return text(left).lexicographicallyPrecedes(text(right))
    }

    private func sameText(_ left: Int, _ right: Int) -> Bool {
        text(left).elementsEqual(text(right))
    }
}

// Strings and numbers.
extension JSONParser {
    private mutating func string() throws(JSONError) -> Int {
        position += 1
        let index = try open(.string)
        var flags: UInt8 = 0
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                nodes[index].flags = flags
                close(index)
                position += 1
                return index
            }
            if byte == UInt8(ascii: "\\") {
                flags = JSONDocument.Flag.escaped
                try escape()
            } else if byte < 0x20 {
                throw error(.syntax)
            } else if byte < 0x80 {
                position += 1
            } else {
                try multibyte(byte)
            }
        }
        throw error(.syntax)
    }

    private mutating func escape() throws(JSONError) {
        position += 1
        guard position < bytes.count else { throw error(.syntax) }
        switch bytes[position] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 1
        case UInt8(ascii: "u"):
            position += 1
            let unit = try hexUnit()
            if (0xDC00...0xDFFF).contains(unit) { throw error(.notUTF8) }
            guard (0xD800...0xDBFF).contains(unit) else { return }
            guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
                bytes[position + 1] == UInt8(ascii: "u")
            else { throw error(.notUTF8) }
            position += 2
            guard (0xDC00...0xDFFF).contains(try hexUnit()) else { throw error(.notUTF8) }
        default:
            throw error(.syntax)
        }
    }

    private mutating func hexUnit() throws(JSONError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard position < bytes.count,
                let digit = HexText.value(bytes[position]).map(UInt32.init)
            else {
                throw error(.syntax)
            }
            unit = unit << 4 | digit
            position += 1
        }
        return unit
    }

    /// Checks one UTF-8 sequence of two to four bytes (RFC 3629: no overlong forms, no surrogates).
    private mutating func multibyte(_ lead: UInt8) throws(JSONError) {
        let (count, second): (Int, ClosedRange<UInt8>)
        switch lead {
        case 0xC2...0xDF: (count, second) = (2, 0x80...0xBF)
        case 0xE0: (count, second) = (3, 0xA0...0xBF)
        case 0xED: (count, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (count, second) = (3, 0x80...0xBF)
        case 0xF0: (count, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (count, second) = (4, 0x80...0xBF)
        case 0xF4: (count, second) = (4, 0x80...0x8F)
        default: throw error(.notUTF8)
        }
        guard position + count <= bytes.count, second.contains(bytes[position + 1]) else {
            throw error(.notUTF8)
        }
        for offset in 2..<max(count, 2) where bytes[position + offset] & 0xC0 != 0x80 {
            throw error(.notUTF8)
        }
        position += count
    }

    private mutating func digits() -> Int {
        let start = position
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
        return position - start
    }

    private mutating func number() throws(JSONError) {
        let index = try open(.number)
        if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position += 1 }
        let integerStart = position
        let integerCount = digits()
        guard integerCount > 0 else { throw error(.syntax) }
        if integerCount > 1, bytes[integerStart] == UInt8(ascii: "0") { throw error(.syntax) }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            guard digits() > 0 else { throw error(.syntax) }
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            if position < bytes.count, bytes[position] == 0x2B || bytes[position] == 0x2D {
                position += 1
            }
            guard digits() > 0 else { throw error(.syntax) }
        }
        close(index)
    }
}
