internal import CareModel

/// Is what a FHIR Reference says of whom or what it means: by what it leads to, by its text, by its
/// `type`, by the element it is.
struct ReferenceLink {
    /// What it leads to in the document.
    let resolved: ResourceTable.Resource?
    /// The reference without its version; nil for a logical one.
    private let text: String?
    /// Its `type` as a name, which may be written as a URL; nil without one.
    private let stated: Substring?
    /// The name of the element that it is.
    private let element: JSONValue?

    init(_ reference: JSONValue, in table: ResourceTable) throws(InspectionError) {
        text = reference.referenceTarget
        if let text {
            resolved = try table.resource(for: text, from: reference.index)
        } else {
            resolved = nil
        }
        // R4 Reference.type is relative to http://hl7.org/fhir/StructureDefinition/.
        stated = reference["type"]?.string.map { type in
            type.utf8.lastIndex(of: UInt8(ascii: "/"))
                .map { type[type.utf8.index(after: $0)...] } ?? type[...]
        }
        element = table.tree.elementName(of: reference.index)
    }

    /// Whether FHIR lets the element be no patient.
    private var isOfOthers: Bool {
        element.map { name in Self.elementsOfOthers.contains(where: name.reads) } ?? false
    }

    /// Elements that FHIR R4 lets refer to no patient, person or group, in whatever resource.
    private static let elementsOfOthers: [StaticString] = [
        "assigner", "careManager", "custodian", "generalPractitioner", "healthcareService",
        "managingOrganization", "organization", "practitioner", "resultsInterpreter",
        "serviceProvider",
    ]

    private static let peopleAtLarge: Set<String> = ["patient", "person", "group"]

    /// The type that the text names, `Type/id` or `Type?search`; nil if it names none.
    private var written: Substring? {
        guard let text else { return nil }
        let query = text.utf8.firstIndex(of: UInt8(ascii: "?"))
        let type =
            query.map { ReferenceText.type(of: text[..<$0] + "/") } ?? ReferenceText.type(of: text)
        return type.flatMap { ReferenceText.isTypeName($0) ? $0 : nil }
    }

    private static func isPatientLike(_ type: Substring) -> Bool {
        peopleAtLarge.contains(type.lowercased())
    }

    private static func isOther(_ type: Substring) -> Bool {
        ReferenceText.isTypeName(type) && !isPatientLike(type)
    }

    /// Whether its `type` says that it is a patient, or somebody who may be one.
    var isStatedPatient: Bool { stated.map { Self.isPatientLike($0) } ?? false }

    /// Whether it may mean a patient, as far as it says.
    var mayBePatient: Bool {
        if isStatedPatient || namesPatient { return true }
        if let resolved { return Self.isPatientLike(resolved.type[...]) }
        return !isOfOthers && !isSomethingElse
    }

    /// Whether it says that it means something that is no patient.
    var isSomethingElse: Bool {
        if let written { return Self.isOther(written) && !isStatedPatient }
        if text.map({ $0.utf8.contains(UInt8(ascii: "/")) }) == true { return false }
        return stated.map { Self.isOther($0) } ?? false
    }

    /// Whether it names a patient without leading to one in the document.
    var namesPatient: Bool {
        if resolved?.type == "Patient" { return false }
        if stated?.lowercased() == "patient", text != nil { return true }
        guard let text else { return false }
        if let written { return written == "Patient" }
        // What FHIR would not write so may be read as a patient all the same.
        return text.utf8.split(whereSeparator: {
            $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?")
        })
        .contains { Substring($0).lowercased() == "patient" }
    }
}
