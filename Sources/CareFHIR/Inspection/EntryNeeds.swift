internal import CareModel

/// Says what a document would be without one of its entries.
struct EntryNeeds {
    /// By the place of the entry's resource; entries that are not in it are not needed.
    private var needs: [Int: ContentItem.Need] = [:]

    /// Weighs the entries of a document that was found in order.
    ///
    /// - Parameter isAbout: for each entry, whether it speaks of the patient.
    init(_ table: ResourceTable, rule: PayloadRule, isAbout: [Bool]) {
        for (entry, isAbout) in zip(table.entries, isAbout) {
            let place = entry.value.index
            if entry.type == "Patient" {
                needs[place] = .indispensable
            } else if isAbout, rule.anyOf.isEmpty || rule.anyOf.contains(entry.type) {
                needs[place] = .alternative
            }
        }
        guard let head = Self.head(of: table) else { return }
        needs[head] = .indispensable
    }

    func need(ofResource place: Int) -> ContentItem.Need { needs[place] ?? .none }

    /// What says what the rest of the Bundle is for (R4 bdl-11, bdl-12): the Composition of a
    /// document, the MessageHeader of a message.
    private static func head(of table: ResourceTable) -> Int? {
        guard let root = table.resources.first, root.type == "Bundle" else { return nil }
        let isDocument = root.value["type"]?.reads("document") == true
        guard isDocument || root.value["type"]?.reads("message") == true else { return nil }
        let type = isDocument ? "Composition" : "MessageHeader"
        return table.entries.first { $0.type == type }?.value.index
    }
}
