internal import CareModel

/// Looks into a payload before it is accepted: whose it is, what it is, what consent rules need.
public struct PayloadInspector: Sendable {
    /// What a payload may cost.
    public var limits: InspectionLimits
    /// How far ahead of UTC dates without a time zone are meant.
    public var zoneOffset: Duration
    /// Labels content by its codes, besides the labels it came with; nil for no such labels.
    public var labels: SensitivityTable?

    /// Makes an inspector; dates without a zone are read in UTC unless `zoneOffset` says otherwise.
    public init(
        limits: InspectionLimits = .init(), zoneOffset: Duration = .zero,
        labels: SensitivityTable? = nil
    ) {
        self.limits = limits
        self.zoneOffset = zoneOffset
        self.labels = labels
    }

    /// Holds `bytes`, a FHIR R4 resource or Bundle in JSON, against its envelope.
    ///
    /// - Throws: the first reason to refuse the payload; see ``InspectionError/Code``.
    public func inspect(
        _ bytes: [UInt8], expecting expectation: PayloadExpectation
    ) throws(InspectionError) -> PayloadInspection {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(bytes, limits: limits)
        } catch {
            throw InspectionError(error)
        }
        let table = try ResourceTable(document, limits: limits)
        let links = try PatientCheck(table: table, patient: expectation.patient).check()
        let counting = try expectation.rule.check(table, links)
        let items = ContentItems(
            parts: try DocumentParts(table.tree, limits: limits),
            extractor: ContentExtractor(zoneOffset: zoneOffset), labels: labels,
            needs: EntryNeeds(table, counting: counting))
        return PayloadInspection(
            resourceTypes: Set(table.entries.map { $0.type }).sorted(), items: try items.list(),
            isPatientDeceased: table.saysPatientDied)
    }
}
