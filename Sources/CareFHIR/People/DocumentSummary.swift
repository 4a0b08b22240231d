/// Turns a document into lines a person can read on a terminal.
///
/// Takes whatever FHIR it is given and shows what it finds; every line is printable text only. What
/// changes the meaning of a thing stands before it, in lines that begin with ``Caveat/mark``.
public struct DocumentSummary: Hashable, Sendable {
    /// Is a caveat with what it is about.
    public struct Remark: Hashable, Sendable {
        /// The type of the resource, such as `AllergyIntolerance`.
        public let type: String
        /// What the resource, or the part of it, is called; nil if it has no name.
        public let title: String?
        /// What changes its meaning.
        public let caveat: Caveat
    }

    /// The lines, the patient first.
    public let lines: [String]
    /// All that changes the meaning of something, in the order of the lines.
    public let remarks: [Remark]

    /// How many lines a summary has at most; the last then says that there is more.
    public static let lineLimit = 2_000

    /// Reads a FHIR resource or Bundle.
    ///
    /// - Throws: `not-json` and its kin, or `not-fhir`.
    public init(
        of bytes: [UInt8], at time: ShowingTime, limits: InspectionLimits = .init()
    ) throws(InspectionError) {
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
        var lines: [String] = []
        var remarks: [Remark] = []
        for resource in Self.resources(of: document, at: time) {
            lines += resource.lines
            remarks += Caveat.sorted(resource.caveats.own).map {
                Remark(type: resource.type, title: resource.title, caveat: $0)
            }
            remarks += resource.caveats.parts.map { part in
                let title = part.title.isEmpty ? resource.title : part.title
                return Remark(type: resource.type, title: title, caveat: part.caveat)
            }
        }
        if lines.isEmpty { lines = ["Nothing in this document that can be shown as text."] }
        if lines.count > Self.lineLimit {
            let left = lines.dropFirst(Self.lineLimit - 1)
            lines = lines.prefix(Self.lineLimit - 1) + ["(\(Self.rest(of: left)))"]
        }
        self.lines = lines
        self.remarks = remarks
    }

    /// The beginning of the summary for a list of many, at most `count` lines, and a sentence on
    /// how much is left out; nil if nothing is.
    public func preview(_ count: Int) -> (lines: [String], rest: String?) {
        // Whose history it is, the reader knows; how to reach them is not what was asked.
        var shown: [String] = []
        var left: [String] = []
        var isPatient = false
        for line in lines {
            if !line.hasPrefix(" ") { isPatient = line.contains("Patient: ") }
            let isDetail = isPatient && line.hasPrefix("  ") && !Self.isMarked(line)
            if isDetail || shown.count == count { left.append(line) } else { shown.append(line) }
        }
        return (shown, left.isEmpty ? nil : Self.rest(of: left[...]))
    }

    /// Whether a line begins with something that changes what the rest of it means.
    public static func isMarked(_ line: String) -> Bool {
        line.drop { $0 == " " }.hasPrefix(Caveat.mark)
    }

    /// A sentence on lines that are not shown; what is marked among them is counted.
    private static func rest(of lines: ArraySlice<String>) -> String {
        let markedCount = lines.count { isMarked($0) }
        let word = lines.count == 1 ? "line" : "lines"
        return "\(lines.count) more \(word)"
            + (markedCount == 0 ? "" : ", \(markedCount) of them marked !")
    }

    /// The resources in the order they are shown; those nobody knows come last, none is left out
    /// that says something.
    private static func resources(of document: JSONDocument, at time: ShowingTime)
        -> [ResourceLines]
    {
        var resources: [ResourceLines] = []
        let subjects = DocumentSubjects(JSONTree(document), at: time)
        for (place, node) in document.nodes.enumerated()
        where node.kind == .object && node.flags & JSONDocument.Flag.hasResourceType != 0 {
            let value = JSONValue(document: document, index: place)
            guard let type = value["resourceType"]?.string else { continue }
            resources.append(
                ResourceLines(
                    value: value, type: PlainText.line(type), time: time, subjects: subjects))
        }
        let known = order.flatMap { type in resources.filter { $0.type == type } }
        let frames = resources.filter { Self.frames.contains($0.type) && !$0.caveats.isEmpty }
        let others = resources.filter {
            guard !order.contains($0.type), !Self.frames.contains($0.type) else { return false }
            return Self.surroundings.contains($0.type)
                ? $0.lines.contains { $0.contains(Caveat.mark) } : !$0.isBare
        }
        return frames + known + others
    }

    /// What holds other resources: shown only where it changes what they mean.
    private static let frames: Set = ["Bundle"]

    /// What is around a patient's care: dozens of them in a converted message, each of which is
    /// worth a line only where something about it is not as one expects.
    private static let surroundings: Set = [
        "Location", "Organization", "Practitioner", "PractitionerRole", "Device", "Specimen",
        "Endpoint", "HealthcareService", "MessageHeader", "Provenance", "AuditEvent", "Binary",
    ]

    private static let order = [
        "Patient", "Flag", "ServiceRequest", "Task", "Appointment", "Communication",
        "CommunicationRequest", "Composition", "DiagnosticReport", "ClinicalImpression",
        "Encounter", "AllergyIntolerance", "Condition", "MedicationRequest",
        "MedicationStatement", "Procedure", "Observation", "QuestionnaireResponse",
        "DocumentReference", "CarePlan", "Consent", "OperationOutcome",
    ]
}
