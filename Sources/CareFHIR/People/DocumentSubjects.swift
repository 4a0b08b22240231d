internal import CareModel

/// Tells whether a resource is about the document's patient or about somebody else.
///
/// A finding of the patient's partner reads like one of the patient's own if nobody says whose it is.
struct DocumentSubjects {
    /// Is whom or what a reference means.
    enum Target {
        /// The patient, or a patient of whom nothing else can be told.
        case patient
        /// Another patient of the document.
        case otherPatient(JSONValue)
        /// Something of another type; the resource if it is in the document.
        case other(type: String, JSONValue?)
        /// Nobody can say.
        case unclear
    }

    private let tree: JSONTree
    private let names: EntryNames
    private let time: ShowingTime?
    /// The first Patient of the document; whoever else is one is compared with that.
    private let patient: JSONValue?

    /// - Parameter time: when it is shown, for the present names of people.
    init(_ tree: JSONTree, at time: ShowingTime? = nil) {
        self.tree = tree
        self.time = time
        names = EntryNames(tree)
        patient = tree.resources.first { place in
            tree.value(place)["resourceType"]?.reads("Patient") == true
        }.map { tree.value($0) }
    }

    /// Whom or what `reference` means.
    func target(of reference: JSONValue) -> Target {
        let text = reference.referenceTarget
        if let text, let resource = resource(for: text, from: reference.index),
            let type = resource["resourceType"]?.string
        {
            guard type == "Patient" else { return .other(type: type, resource) }
            return isAnother(resource) ? .otherPatient(resource) : .patient
        }
        let path = text.map { $0.prefix { $0 != "?" } }
        // A conditional reference is `Type?query`.
        let isSearch = path?.count != text?.count
        let written = path.flatMap { ReferenceText.type(of: isSearch ? "\($0)/" : String($0)) }
        let stated = reference["type"]?.string?.split(separator: "/").last
        let type =
            written.flatMap { ReferenceText.isTypeName($0) ? String($0) : nil }
            ?? stated.map(String.init)
        guard let type else { return .unclear }
        return type == "Patient" ? .patient : .other(type: type, nil)
    }

    private func resource(for text: String, from place: Int) -> JSONValue? {
        guard text.hasPrefix("#") else {
            guard case .resource(let found) = names.finding(text, from: place) else { return nil }
            return tree.value(found)
        }
        guard let container = tree.container(around: place) else { return nil }
        let value = tree.value(container)
        let id = String(text.dropFirst())
        if id.isEmpty { return value }
        return (value["contained"]?.elements ?? []).first { $0["id"]?.string == id }
    }

    /// Whether a Patient is certainly not the first of the document: both have identifiers, and none
    /// in common.
    private func isAnother(_ other: JSONValue) -> Bool {
        guard let patient, patient.index != other.index else { return false }
        let (mine, theirs) = (Self.identifiers(of: patient), Self.identifiers(of: other))
        return !mine.isEmpty && !theirs.isEmpty && mine.isDisjoint(with: theirs)
    }

    private static func identifiers(of patient: JSONValue) -> Set<BusinessIdentifier> {
        Set((patient["identifier"]?.elements ?? []).compactMap { $0.businessIdentifier })
    }

    // For people

    /// What of a resource says that it is not about the patient.
    func caveats(of resource: JSONValue, type: String) -> [Caveat] {
        let isActedOn = Self.focusIsNoSubject.contains(type)
        return ["focus", "subject", "patient", "for", "beneficiary"].flatMap { name in
            name == "focus" && isActedOn
                ? [] : (resource.member(name)?.listed ?? []).compactMap { caveat(name, $0) }
        }
    }

    /// Whom a part of a resource, such as a section, is about; nil if that is the patient.
    func words(ofFocus focus: JSONValue?) -> String? {
        let words = (focus?.listed ?? []).compactMap { caveat("focus", $0)?.says }
        return words.isEmpty ? nil : words.joined(separator: "; ")
    }

    private func caveat(_ name: String, _ reference: JSONValue) -> Caveat? {
        guard reference.isObject else { return nil }
        let value = reference["reference"]?.string ?? reference["display"]?.string
        switch target(of: reference) {
        case .patient: return nil
        case .otherPatient(let patient):
            return Caveat(name, value, says: "about somebody else: \(called(reference, patient))")
        case .other(let type, let resource):
            let called = called(reference, resource)
            if Self.people.contains(type) {
                return Caveat(name, value, says: "about somebody else: \(called)")
            }
            let kind = CaveatWords.element(type)
            return Caveat(name, value, says: "about something else: \(called) (\(kind))")
        case .unclear:
            // A subject by identifier or by a name that leads nowhere is the patient's or refused.
            let isNamed = reference["reference"] != nil || reference["identifier"] != nil
            guard name == "focus" || !isNamed, let words = FHIRText.concept(reference) else {
                return nil
            }
            return isOwnName(words) ? nil : Caveat(name, value, says: "about: \(words)")
        }
    }

    private func isOwnName(_ words: String) -> Bool {
        guard let patient, let time else { return false }
        let names = PersonNames(of: [patient], at: time)
        let known = [names.current].compactMap { $0 } + names.others
        return known.contains { CaveatWords.folded($0) == CaveatWords.folded(words) }
    }

    /// What somebody is called, with the relationship to the patient.
    private func called(_ reference: JSONValue, _ resource: JSONValue?) -> String {
        let display = reference["display"]?.string.map { PlainText.line($0) }
        let own = resource.flatMap { resource in
            time.flatMap { PersonNames(of: [resource], at: $0).shown }
                ?? resource["name"]?.string.map { PlainText.line($0) }
                ?? resource["code"].flatMap { FHIRText.concept($0) }
        }
        let relations = (resource?["relationship"]?.listed ?? []).compactMap {
            FHIRText.concept($0)
        }
        let name = display ?? own ?? FHIRText.reference(reference) ?? "(not named)"
        return relations.isEmpty ? name : "\(name) (\(relations.joined(separator: ", ")))"
    }

    /// Types whose `focus` is what they act on or tell of.
    static let focusIsNoSubject: Set = ["Task", "Transport", "MessageHeader"]

    private static let people: Set = [
        "RelatedPerson", "Person", "Practitioner", "PractitionerRole",
    ]
}
