public import CareModel

extension PayloadInspector {
    /// A recipient's copy of `bytes` without the items at the places of `redaction`, inspected
    /// like any payload.
    ///
    /// - Throws: why there is no copy that may leave: the original is not in order, its parts
    ///   cannot be taken out, or what is left is not a payload of its own. Nothing may be sent
    ///   then.
    public func copy(
        of bytes: [UInt8], without redaction: Redaction, expecting expectation: PayloadExpectation
    ) throws(InspectionError) -> [UInt8] {
        let original = try inspect(bytes, expecting: expectation).items
        let outcome = try Redactor(limits: limits).outcome(of: bytes, without: redaction)
        let copy = try inspect(outcome.bytes, expecting: expectation).items
        let check = CopyCheck(
            original: original, copy: copy, survivors: outcome.survivors, redaction: redaction)
        guard check.isSound else {
            throw InspectionError(
                .notRedactable,
                "The copy does not hold what was to be left of the document. "
                    + "Simplify the document: name each resource once.")
        }
        return outcome.bytes
    }
}

/// Compares the items of a copy with what was to be left.
struct CopyCheck {
    let original: [ContentItem]
    let copy: [ContentItem]
    /// The places in the original of the items in the copy.
    let survivors: [Int]
    let redaction: Redaction

    /// Whether the copy has the items that survived, and none of those taken out.
    var isSound: Bool {
        let isGone = isGone
        guard copy.count == survivors.count, survivors.allSatisfy({ !isGone[$0] }) else {
            return false
        }
        let places = Dictionary(uniqueKeysWithValues: survivors.enumerated().map { ($1, $0) })
        return zip(survivors, copy).allSatisfy { place, item in
            let before = original[place]
            return item.container == before.container.flatMap { places[$0] }
                && item.need == before.need && isLess(item.resource, than: before.resource)
        }
    }

    /// What is taken out, with what is in it.
    private var isGone: [Bool] {
        var isGone = Array(repeating: false, count: original.count)
        for place in redaction.places where original.indices.contains(place) {
            isGone[place] = true
        }
        for (place, item) in original.enumerated() {
            if let container = item.container, isGone[container] { isGone[place] = true }
        }
        return isGone
    }

    /// Whether a resource says nothing that it did not say before.
    private func isLess(_ copy: ContentResource, than before: ContentResource) -> Bool {
        let labels = copy.securityLabels.filter { label in
            !redaction.isAdmitted || label != Redactor.admission
        }
        return copy.type == before.type && copy.references == before.references
            && Set(labels).isSubset(of: before.securityLabels)
            && Set(copy.classes).isSubset(of: before.classes)
            && Set(copy.codes).isSubset(of: before.codes)
            && Set(copy.authors).isSubset(of: before.authors)
            && Set(copy.related).isSubset(of: before.related)
    }
}
