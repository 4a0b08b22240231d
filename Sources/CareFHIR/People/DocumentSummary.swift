/// Turns a document into lines a person can read on a terminal.
///
/// Takes whatever FHIR it is given and shows what it finds; every line is printable text only.
public struct DocumentSummary: Hashable, Sendable {
    /// The lines, the patient first.
    public let lines: [String]

    /// How many lines a summary has at most; the last then says that there is more.
    public static let lineLimit = 2_000

    /// Reads a FHIR resource or Bundle.
    ///
    /// - Throws: `not-json` and its kin, or `not-fhir`.
    public init(of bytes: [UInt8], limits: InspectionLimits = .init()) throws(InspectionError) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(bytes, limits: limits)
        } catch {
            throw InspectionError(error)
        }
        guard document.root["resourceType"]?.string != nil else {
            throw InspectionError(
                .notFHIR, "The document has no resourceType, so it cannot be shown as FHIR.")
        }
        var resources: [(type: String, value: JSONValue)] = []
        for (place, node) in document.nodes.enumerated()
        where node.kind == .object && node.flags & JSONDocument.Flag.hasResourceType != 0 {
            let value = JSONValue(document: document, index: place)
            if let type = value["resourceType"]?.string { resources.append((type, value)) }
        }
        var lines: [String] = []
        for type in Self.order {
            for resource in resources where resource.type == type {
                lines += ResourceLines(value: resource.value, type: type).lines
            }
        }
        if lines.isEmpty { lines = ["Nothing in this document that can be shown as text."] }
        if lines.count > Self.lineLimit {
            lines = lines.prefix(Self.lineLimit - 1) + ["(more was left out)"]
        }
        self.lines = lines
    }

    private static let order = [
        "Patient", "ServiceRequest", "Task", "Appointment", "Communication",
        "CommunicationRequest", "Composition", "DiagnosticReport", "ClinicalImpression",
        "Encounter", "Condition", "AllergyIntolerance", "MedicationRequest",
        "MedicationStatement", "Procedure", "Observation", "QuestionnaireResponse",
        "DocumentReference", "CarePlan", "Consent", "OperationOutcome",
    ]
}
