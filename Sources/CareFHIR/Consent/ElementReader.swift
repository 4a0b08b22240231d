internal import CareModel

/// Says why a Consent cannot be understood.
///
/// The reason quotes nothing but element paths.
struct ConsentFault: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

/// Reads elements of a Consent, strictly: whatever is not understood is a fault, because a
/// condition that gets lost on the way would turn a narrow permission into a wide one.
struct ElementReader {
    let zoneOffset: Duration

    /// Checks that `object` is one and has no elements but `names`.
    func check(
        _ object: JSONValue, _ names: [StaticString], at path: String
    ) throws(ConsentFault) {
        guard object.isObject else { throw ConsentFault("\(path) is not an object") }
        for (name, _) in object.members {
            if names.contains(where: { name.reads($0) }) { continue }
            if name.reads("id") || name.reads("extension") { continue }
            guard let text = name.string, text.hasPrefix("_") else {
                throw ConsentFault("\(path) has an element that is not understood")
            }
            // `_name` extends the primitive `name`, which has to be there itself.
            let isExtension = names.contains {
                text.dropFirst() == String(describing: $0) && object[$0] != nil
            }
            guard isExtension else {
                throw ConsentFault("\(path) has an element without a value")
            }
        }
    }

    /// The text of a primitive that is there.
    func text(_ value: JSONValue, at path: String) throws(ConsentFault) -> String {
        guard let text = value.string, !text.isEmpty else {
            throw ConsentFault("\(path) is not text")
        }
        return text
    }

    /// The elements of a repeating element; empty if it is absent.
    func list(_ value: JSONValue?, at path: String) throws(ConsentFault) -> [JSONValue] {
        guard let value else { return [] }
        guard value.isArray else { throw ConsentFault("\(path) is not an array") }
        let elements = value.elements
        guard !elements.isEmpty else { throw ConsentFault("\(path) is empty") }
        return elements
    }

    /// A Coding.
    ///
    /// Without a code it cannot be compared, which ``Coding`` expresses by an empty code.
    func coding(_ value: JSONValue, at path: String) throws(ConsentFault) -> Coding {
        try check(value, ["system", "version", "code", "display", "userSelected"], at: path)
        let system = try value["system"].map { (system) throws(ConsentFault) in
            try text(system, at: "\(path).system")
        }
        let code = try value["code"].map { (code) throws(ConsentFault) in
            try text(code, at: "\(path).code")
        }
        return Coding(system: CodeSystem.canonical(system ?? ""), code: code ?? "")
    }

    /// Codings of a repeating Coding.
    func codings(_ value: JSONValue?, at path: String) throws(ConsentFault) -> [Coding] {
        var codings: [Coding] = []
        for element in try list(value, at: path) { codings.append(try coding(element, at: path)) }
        return codings
    }

    /// The codings of a CodeableConcept; text alone is a code nobody can compare.
    func concept(_ value: JSONValue, at path: String) throws(ConsentFault) -> [Coding] {
        try check(value, ["coding", "text"], at: path)
        let codings = try codings(value["coding"], at: "\(path).coding")
        return codings.isEmpty ? [Coding(system: "", code: "")] : codings
    }

    /// The codings of a repeating CodeableConcept.
    func concepts(_ value: JSONValue?, at path: String) throws(ConsentFault) -> [Coding] {
        var codings: [Coding] = []
        for element in try list(value, at: path) {
            codings += try concept(element, at: path)
        }
        return codings
    }

    /// A date of any precision.
    func date(_ value: JSONValue, at path: String) throws(ConsentFault) -> FHIRDate {
        guard let date = FHIRDate(try text(value, at: path), zoneOffset: zoneOffset) else {
            throw ConsentFault("\(path) is not a date")
        }
        return date
    }

    /// A Period; a partial end includes all of it.
    ///
    /// One whose dates are none, or that ends before it starts, is a period without bounds: whether
    /// it holds is in doubt.
    func period(_ value: JSONValue?, at path: String) throws(ConsentFault) -> ConsentPeriod? {
        guard let value else { return nil }
        try check(value, ["start", "end"], at: path)
        let texts = try (
            value["start"].map { (start) throws(ConsentFault) in
                try text(start, at: "\(path).start")
            },
            value["end"].map { (end) throws(ConsentFault) in try text(end, at: "\(path).end") }
        )
        let start = texts.0.flatMap { FHIRDate($0, zoneOffset: zoneOffset) }
        let end = texts.1.flatMap { FHIRDate($0, zoneOffset: zoneOffset) }
        let unread = ConsentPeriod(start: nil, end: nil)
        guard (start == nil) == (texts.0 == nil), (end == nil) == (texts.1 == nil) else {
            return unread
        }
        if let start, let end, start.start >= end.end { return unread }
        return ConsentPeriod(start: start?.startBound, end: end?.endBound)
    }
}
