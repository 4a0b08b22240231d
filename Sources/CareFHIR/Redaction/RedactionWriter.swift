internal import CareModel

/// Writes the copy: the bytes of the original without those of what goes.
struct RedactionWriter {
    private struct Edit {
        let range: Range<Int>
        let text: [UInt8]
    }

    private let plan: RedactionPlan
    private var edits: [Edit] = []

    private var tree: JSONTree { plan.tree }
    private var document: JSONDocument { tree.document }

    init(_ plan: RedactionPlan) { self.plan = plan }

    /// The copy.
    func bytes() -> [UInt8] {
        // What is put in at a place comes before what is cut from there on.
        let sorted = edits.sorted {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(document.bytes.count + 128)
        var position = 0
        for edit in sorted {
            bytes += document.bytes[position..<edit.range.lowerBound]
            bytes += edit.text
            position = edit.range.upperBound
        }
        return bytes + document.bytes[position...]
    }

    /// The containers that stay and do not stay whole.
    private var touched: [Int] {
        var touched: [Int] = []
        var next = 0
        while next < tree.count {
            let place = next
            next += 1
            if tree.isName(place) { continue }
            if plan.fates[place] != .kept {
                next = tree.value(place).nodeRange.upperBound
            } else if plan.isTouched[place] {
                touched.append(place)
            }
        }
        return touched
    }

    mutating func dropRemoved() {
        for place in touched { dropChildren(of: place) }
    }

    /// Where a value stands with its quotes, and as a member with its name.
    private func slot(_ place: Int) -> Range<Int> {
        let value = tree.value(place)
        let quote = value.kind == .string ? 1 : 0
        let start =
            tree.name(of: place)?.byteRange.lowerBound ?? value.byteRange.lowerBound + 1 - quote
        return (start - 1)..<(value.byteRange.upperBound + quote)
    }

    private mutating func dropChildren(of place: Int) {
        let children = tree.children(of: place)
        let last = children.lastIndex { !plan.fates[$0].isGone }
        for (ordinal, child) in children.enumerated() {
            if plan.fates[child] == .null {
                let value = tree.value(child).byteRange
                edits.append(Edit(range: value, text: Array("null".utf8)))
            } else if plan.fates[child].isGone, let last, ordinal < last {
                let next = slot(children[ordinal + 1]).lowerBound
                edits.append(Edit(range: slot(child).lowerBound..<next, text: []))
            }
        }
        guard let end = children.last.map({ slot($0).upperBound }), let first = children.first
        else { return }
        let start = last.map { slot(children[$0]).upperBound } ?? slot(first).lowerBound
        if start < end { edits.append(Edit(range: start..<end, text: [])) }
    }

    /// Puts right the totals of Bundles that lost entries.
    mutating func correctTotals() {
        for (total, count) in plan.totals {
            edits.append(Edit(range: tree.value(total).byteRange, text: Array(String(count).utf8)))
        }
    }

    /// Says in the document's labels that it is not whole (R4 security labels, `REDACTED`).
    ///
    /// False if the document has something else where labels are.
    mutating func admit() -> Bool {
        let root = tree.value(0)
        guard let meta = kept(root["meta"]) else {
            guard let type = root["resourceType"] else { return false }
            put(",\"meta\":{\"security\":[\(Self.label)]}", at: slot(type.index).upperBound)
            return true
        }
        guard meta.isObject else { return false }
        guard let security = kept(meta["security"]) else {
            put("\"security\":[\(Self.label)]" + separator(in: meta), at: inside(meta))
            return true
        }
        guard security.isArray else { return false }
        let isSaid = security.elements.contains { label in
            kept(label) != nil && label["code"]?.string == Redactor.admission.code
                && label["system"]?.string == Redactor.admission.system
        }
        if !isSaid { put(Self.label + separator(in: security), at: inside(security)) }
        return true
    }

    private static let label = JSONOutput.members([
        ("system", .string(Redactor.admission.system)),
        ("code", .string(Redactor.admission.code)),
    ]).text

    private mutating func put(_ text: String, at place: Int) {
        edits.append(Edit(range: place..<place, text: Array(text.utf8)))
    }

    private func kept(_ value: JSONValue?) -> JSONValue? {
        value.flatMap { plan.fates[$0.index].isGone ? nil : $0 }
    }

    private func inside(_ container: JSONValue) -> Int { container.byteRange.lowerBound + 1 }

    private func separator(in container: JSONValue) -> String {
        tree.children(of: container.index).contains { !plan.fates[$0].isGone } ? "," : ""
    }
}
