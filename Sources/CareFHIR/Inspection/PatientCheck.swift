internal import CareModel

/// Holds a document against the patient its envelope names.
///
/// Whatever in it is or refers to a patient has to be that one. A recipient's system must not be
/// able to find another person in it, however it resolves references.
struct PatientCheck {
    let table: ResourceTable
    let patient: BusinessIdentifier
    /// All identifiers that the document gives its patient.
    private let own: Set<BusinessIdentifier>
    /// What those are of.
    private let systems: Set<String>

    init(table: ResourceTable, patient: BusinessIdentifier) {
        self.table = table
        self.patient = patient
        var own: Set = [patient]
        var systems: Set = [patient.system]
        for resource in table.resources where resource.type == "Patient" {
            for identifier in resource.value["identifier"]?.elements ?? [] {
                guard let identifier = identifier.businessIdentifier,
                    own.insert(identifier).inserted
                else { continue }
                systems.insert(identifier.system)
            }
        }
        systems.remove("")
        self.own = own
        self.systems = systems
    }

    /// What a reference leads to.
    private enum Target {
        case patient
        case other
        case unresolved
    }

    /// Checks everything; gives the places from which the document speaks of the patient.
    func check() throws(InspectionError) -> PatientLinks {
        try checkPatients()
        for resource in table.resources where resource.type != "Bundle" {
            try checkSubjects(of: resource)
        }
        var places: [Int] = []
        let tree = table.tree
        let wanted = JSONDocument.Flag.hasReference | JSONDocument.Flag.hasIdentifier
        for (place, node) in tree.document.nodes.enumerated()
        where node.kind == .object && node.flags & wanted != 0 {
            if try leadsToPatient(tree.value(place)) { places.append(place) }
        }
        let links = PatientLinks(places: places)
        guard table.entries.contains(where: links.isAbout) else {
            throw InspectionError(
                .patientMissing,
                "The document is about no patient. Add the patient or refer to the patient by "
                    + "identifier.")
        }
        return links
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
        for name in Self.subjectNames {
            guard let value = resource.value[name] else { continue }
            for subject in value.listed where subject.isObject {
                // Some resources have a coded subject instead of a reference.
                if subject["coding"] != nil { continue }
                switch try target(of: subject) {
                case .patient: continue
                case .other where !value.isPatientElement(name): continue
                case .other, .unresolved: throw Self.unresolved(resource.type)
                }
            }
        }
    }

    /// Looks at one reference, literal and logical; true if it leads to the patient.
    private func leadsToPatient(_ reference: JSONValue) throws(InspectionError) -> Bool {
        // Resources have identifiers of their own.
        let isResource = reference.flags & JSONDocument.Flag.hasResourceType != 0
        let identifier = isResource ? nil : reference["identifier"]?.businessIdentifier
        let link = try ReferenceLink(reference, in: table)
        if let identifier, !own.contains(identifier), link.mayBePatient {
            if systems.contains(identifier.system) { throw Self.mismatch }
            if link.isStatedPatient { throw Self.unresolved(type(around: reference)) }
        }
        if identifier.map(own.contains) == true { return true }
        if link.resolved?.type == "Patient" { return true }
        guard link.namesPatient else { return false }
        throw Self.unresolved(type(around: reference))
    }

    private func target(of subject: JSONValue) throws(InspectionError) -> Target {
        let identifier = subject["identifier"]?.businessIdentifier
        let isOwn = identifier.map(own.contains) == true
        // Whoever this is, it is a person by the same register, and what is said is about them.
        if let identifier, !isOwn, systems.contains(identifier.system) { throw Self.mismatch }
        let link = try ReferenceLink(subject, in: table)
        if let resolved = link.resolved {
            if resolved.type == "Patient" { return .patient }
            return resolved.type == "Group" || link.namesPatient ? .unresolved : .other
        }
        if isOwn { return .patient }
        return link.isSomethingElse ? .other : .unresolved
    }

    /// The type of the resource that a reference stands in, for a message.
    private func type(around reference: JSONValue) -> String {
        let resource = table.tree.resource(around: reference.index)
        return resource.flatMap { table.tree.value($0)["resourceType"]?.string } ?? ""
    }

    private static let mismatch = InspectionError(
        .patientMismatch,
        "A reference in the document names another patient than the envelope, or somebody of the "
            + "same register without saying who. Check that both are about the same patient; "
            + "give references to other people their type.")

    private static func unresolved(_ type: String) -> InspectionError {
        InspectionError(
            .patientUnresolved,
            "A \(plain(type)) refers to a patient who is not in the document. "
                + "Add the Patient, or refer by the envelope's identifier.")
    }

    /// A resource type fit for a message: what is not letters is not repeated.
    private static func plain(_ type: String) -> String {
        type.utf8.count <= 40 && ReferenceText.isTypeName(type[...]) ? type : "resource"
    }
}

/// Knows from where a document speaks of its patient.
struct PatientLinks {
    /// The references to the patient, in the order of the document.
    let places: [Int]

    /// Whether a resource is the patient, or refers to the patient.
    func isAbout(_ resource: ResourceTable.Resource) -> Bool {
        if resource.type == "Patient" { return true }
        let range = resource.value.nodeRange
        let index = places.firstIndex(notBefore: range.lowerBound) { $0 }
        return index < places.count && range.contains(places[index])
    }
}

extension JSONValue {
    /// Whether an element of this name can only be a patient.
    fileprivate func isPatientElement(_ name: StaticString) -> Bool {
        String(describing: name) == "patient"
    }
}
