/// Limits what reading one document may cost.
public struct InspectionLimits: Hashable, Sendable {
    /// How many bytes a document may have.
    public var byteCount: Int
    /// How deep objects and arrays may nest.
    public var depth: Int
    /// How many values a document may hold.
    public var valueCount: Int
    /// How many entries a Bundle may have.
    public var entryCount: Int
    /// How many parts a document may have that rules are asked about: resources wherever they
    /// are, and labelled elements.
    public var partCount: Int

    /// Makes the limits.
    public init(
        byteCount: Int = 8 << 20, depth: Int = 64, valueCount: Int = 1_000_000,
        entryCount: Int = 5_000, partCount: Int = 5_000
    ) {
        self.byteCount = byteCount
        self.depth = depth
        self.valueCount = valueCount
        self.entryCount = entryCount
        self.partCount = partCount
    }
}
