internal import CareModel

/// Holds a document against the patient its envelope names.
///
/// Whatever in it is or refers to a patient has to be that one. A recipient's system must not be
/// able to find another person in it, however it resolves references.
struct PatientCheck {
    let table: ResourceTable
    let patient: BusinessIdentifier

    /// What a reference leads to.
    private enum Target {
        case patient
        case other
        case unresolved
    }

    /// Checks everything; gives for each entry whether it speaks of the patient.
    func check() throws(InspectionError) -> [Bool] {
        try checkPatients()
        for resource in table.resources where resource.type != "Bundle" {
            try checkSubjects(of: resource)
        }
        var isAbout: [Bool] = []
        isAbout.reserveCapacity(table.entries.count)
        for entry in table.entries { isAbout.append(try checkReferences(in: entry)) }
        guard isAbout.contains(true) else {
            throw InspectionError(
                .patientMissing,
                "The document is about no patient. Add the patient or refer to the patient by "
                    + "identifier.")
        }
        return isAbout
    }

    private func checkPatients() throws(InspectionError) {
        let patients = table.resources.filter { $0.type == "Patient" }
        let strangers = patients.filter { !carriesIdentifier($0.value) }
        guard !strangers.isEmpty else { return }
        if strangers.count < patients.count {
            throw InspectionError(
                .severalPatients,
                "The document holds several patients. Send one message for each patient.")
        }
        throw InspectionError(
            .patientMismatch,
            "The patient in the document does not carry the identifier of the envelope. "
                + "Check that document and message are about the same patient.")
    }

    private func carriesIdentifier(_ patient: JSONValue) -> Bool {
        for identifier in patient["identifier"]?.elements ?? []
        where identifier.businessIdentifier == self.patient { return true }
        return false
    }

    private static let subjectNames: [StaticString] = ["subject", "patient", "for", "beneficiary"]

    private func checkSubjects(of resource: ResourceTable.Resource) throws(InspectionError) {
        // What one resource contains, another it contains may refer to.
        guard let entry = table.entry(around: resource.value) else { return }
        for name in Self.subjectNames {
            guard let value = resource.value[name] else { continue }
            for subject in value.listed where subject.isObject {
                // Some resources have a coded subject instead of a reference.
                if subject["coding"] != nil { continue }
                switch try target(of: subject, in: entry.value) {
                case .patient: continue
                case .other where !value.isPatientElement(name): continue
                case .other, .unresolved:
                    throw InspectionError(
                        .patientUnresolved,
                        "A \(Self.plain(resource.type)) refers to a patient who is not in the "
                            + "document. Add the Patient, or refer by the envelope's identifier.")
                }
            }
        }
    }

    /// Checks all references below `entry`, literal and logical; true if one leads to the patient.
    private func checkReferences(
        in entry: ResourceTable.Resource
    ) throws(InspectionError) -> Bool {
        var isAbout = entry.type == "Patient"
        let document = entry.value.document
        let wanted = JSONDocument.Flag.hasReference | JSONDocument.Flag.hasIdentifier
        for place in entry.value.nodeRange {
            let node = document.nodes[place]
            guard node.kind == .object, node.flags & wanted != 0,
                node.flags & JSONDocument.Flag.hasResourceType == 0
            else { continue }
            let value = JSONValue(document: document, index: place)
            if try leadsToPatient(value, in: entry) { isAbout = true }
        }
        return isAbout
    }

    private func leadsToPatient(
        _ reference: JSONValue, in entry: ResourceTable.Resource
    ) throws(InspectionError) -> Bool {
        let identifier = reference["identifier"]?.businessIdentifier
        if let identifier, identifier != patient, identifier.system == patient.system,
            !patient.system.isEmpty
        {
            throw Self.mismatch
        }
        if identifier == patient { return true }
        guard let text = reference.referenceTarget else { return false }
        if resolvedType(text, in: entry.value) == "Patient" { return true }
        guard namesPatient(text, reference) else { return false }
        throw InspectionError(
            .patientUnresolved,
            "A \(Self.plain(entry.type)) refers to a patient who is not in the document. "
                + "Add the Patient, or refer by the envelope's identifier.")
    }

    private static let mismatch = InspectionError(
        .patientMismatch,
        "A reference in the document names another patient than the envelope. "
            + "Check that document and message are about the same patient.")

    private func target(
        of subject: JSONValue, in resource: JSONValue
    ) throws(InspectionError) -> Target {
        let identifier = subject["identifier"]?.businessIdentifier
        if let identifier, identifier != patient, identifier.system == patient.system {
            throw Self.mismatch
        }
        guard let text = subject.referenceTarget else {
            if identifier == patient { return .patient }
            let type = subject["type"]?.string
            let isOther = type.map { $0 != "Patient" && $0 != "Group" } ?? false
            return isOther ? .other : .unresolved
        }
        if let type = resolvedType(text, in: resource) {
            return type == "Patient" ? .patient : type == "Group" ? .unresolved : .other
        }
        if identifier == patient { return .patient }
        let type = Self.typeName(in: text)
        return type == nil || type == "Patient" || type == "Group" ? .unresolved : .other
    }

    /// The type of what `text` leads to inside the document; nil if it leads nowhere.
    private func resolvedType(_ text: String, in resource: JSONValue) -> String? {
        guard text.utf8.first == UInt8(ascii: "#") else { return table.type(of: text) }
        return table.containedType(text.dropFirst(), in: resource)
    }

    private func namesPatient(_ text: String, _ reference: JSONValue) -> Bool {
        Self.typeName(in: text) == "Patient" || reference["type"]?.reads("Patient") == true
    }

    /// The resource type a relative, absolute or conditional reference names.
    private static func typeName(in text: String) -> Substring? {
        guard let query = text.utf8.firstIndex(of: UInt8(ascii: "?")) else {
            return ReferenceText.type(of: text)
        }
        // A conditional reference, `Type?search`, names no id.
        return ReferenceText.type(of: text[..<query] + "/")
    }

    /// A resource type fit for a message: what is not letters is not repeated.
    private static func plain(_ type: String) -> String {
        type.utf8.count <= 40 && type.utf8.allSatisfy { (65...90).contains($0 & 0xDF) }
            ? type : "resource"
    }
}

extension JSONValue {
    /// Whether an element of this name can only be a patient.
    fileprivate func isPatientElement(_ name: StaticString) -> Bool {
        String(describing: name) == "patient"
    }
}
