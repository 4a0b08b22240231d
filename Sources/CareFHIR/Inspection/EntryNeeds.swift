internal import CareModel

/// Says what a document would be without one of its entries.
struct EntryNeeds {
    /// By the place of a resource; what is not in it is not needed.
    private var needs: [Int: ContentItem.Need] = [:]

    /// Weighs the entries of a document that was found in order.
    ///
    /// - Parameter counting: the places of the resources that make it a message of its kind.
    init(_ table: ResourceTable, counting: [Int]) {
        for place in counting { needs[place] = .alternative }
        for entry in table.entries where entry.type == "Patient" {
            needs[entry.value.index] = .indispensable
        }
        guard let head = Self.head(of: table) else { return }
        needs[head] = .indispensable
    }

    func need(ofResource place: Int) -> ContentItem.Need { needs[place] ?? .none }

    /// What says what the rest of the Bundle is for (R4 bdl-11, bdl-12): the Composition of a
    /// document, the MessageHeader of a message.
    static func head(of table: ResourceTable) -> Int? {
        guard let root = table.resources.first, root.type == "Bundle" else { return nil }
        let isDocument = root.value["type"]?.reads("document") == true
        guard isDocument || root.value["type"]?.reads("message") == true else { return nil }
        let type = isDocument ? "Composition" : "MessageHeader"
        return table.entries.first { $0.type == type }?.value.index
    }
}
