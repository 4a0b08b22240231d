public import CareModel

extension InspectionError.Code {
    /// What policy forbids cannot be taken out of a document; nothing of it may leave.
    public static let notRedactable = InspectionError.Code(rawValue: "not-redactable")
}

/// Makes a recipient's copy of a document without the parts that recipient may not have.
///
/// Besides the parts themselves everything goes that leads to them or may repeat what they say:
/// - references to them and elements with their URLs, with what then is empty; an element that is
///   nothing without its reference (`item`, `target`, `value[x]` …) goes whole;
/// - narratives, save those of resources that say only who and where, and sections that are empty
///   without them;
/// - in a resource that lost a reference or a part, its own narrative, prose (`note`, `comment`,
///   `description`, `conclusion` …), concepts in words without a code, and attached data with its
///   title;
/// - Binaries to which only what goes refers;
/// - resources that would lose with all this what changes the meaning of the rest (a modifier element,
///   `modifierExtension`, whom they are about when that is not the patient): they go whole;
/// - signatures and attestations, which were given for the whole document, and totals that no
///   longer hold.
/// All else stays byte for byte.
public struct Redactor: Sendable {
    /// What reading a document may cost.
    public var limits: InspectionLimits

    /// Makes a redactor.
    public init(limits: InspectionLimits = .init()) { self.limits = limits }

    /// A copy of `bytes` without the items at the places of `redaction`, as inspection of the same
    /// bytes counts them.
    ///
    /// The copy has not been inspected: ``PayloadInspector/copy(of:without:expecting:)`` does that.
    ///
    /// - Throws: `not-redactable` if the places are not those of items, or nothing would be left;
    ///   otherwise why the document cannot be read.
    public func copy(
        of bytes: [UInt8], without redaction: Redaction
    ) throws(InspectionError) -> [UInt8] {
        try outcome(of: bytes, without: redaction).bytes
    }

    /// Is a copy with the places of the parts that are in it.
    struct Outcome {
        let bytes: [UInt8]
        let survivors: [Int]
    }

    func outcome(
        of bytes: [UInt8], without redaction: Redaction
    ) throws(InspectionError) -> Outcome {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(bytes, limits: limits)
        } catch {
            throw InspectionError(error)
        }
        let parts = try DocumentParts(JSONTree(document), limits: limits)
        guard !redaction.places.isEmpty,
            redaction.places.allSatisfy({ parts.parts.indices.contains($0) })
        else {
            throw InspectionError(
                .notRedactable,
                "The parts to take out are not parts of this document. Inspect it again.")
        }
        guard let (plan, places) = RedactionPlan.takingOut(redaction.places, of: parts) else {
            throw InspectionError(
                .notRedactable,
                "Without what is to be taken out, the rest of the document would mean something "
                    + "else. Send it without what depends on that.")
        }
        let survivors = plan.survivors
        guard survivors.contains(where: { parts.parts[$0].resource != nil }) else {
            throw InspectionError(
                .notRedactable, "Nothing of the document would be left. Refuse it instead.")
        }
        guard plan.hasOnlyLost(places) else {
            throw InspectionError(
                .notRedactable,
                "A resource stands within a reference to what is to be taken out. "
                    + "Send resources as entries, or contained.")
        }
        var writer = RedactionWriter(plan)
        writer.dropRemoved()
        writer.correctTotals()
        if redaction.isAdmitted, !writer.admit() {
            throw InspectionError(
                .notRedactable,
                "The document's metadata cannot take a label. Send meta.security as FHIR has it.")
        }
        return Outcome(bytes: writer.bytes(), survivors: survivors)
    }

    /// What a copy says that was taken from (v3-ObservationValue, security alteration).
    static let admission = Coding(
        system: "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", code: "REDACTED")
}
