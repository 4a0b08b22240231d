/// Says which elements of FHIR R4 may repeat in words what other parts of a document say.
enum ProseRules {
    /// Whether a resource says only who and where; its narrative quotes nothing else.
    static func namesOnly(_ resource: JSONValue) -> Bool {
        guard let type = resource["resourceType"] else { return false }
        return type.reads("Patient") || type.reads("Practitioner")
            || type.reads("PractitionerRole") || type.reads("Organization")
            || type.reads("Location") || type.reads("HealthcareService") || type.reads("Endpoint")
    }

    /// Whether a member is a Narrative: of a resource, or of a section.
    static func isNarrative(_ name: JSONValue, _ value: JSONValue) -> Bool {
        name.reads("text") && value.isObject
    }

    /// Whether a member holds signatures; they are for bytes that the copy no longer has, and may
    /// enclose them.
    static func isSignature(_ name: JSONValue, _ value: JSONValue) -> Bool {
        (name.reads("signature") || name.reads("valueSignature") || name.reads("sourceSignature")
            || name.reads("proxySignature")) && (value.isObject || value.isArray)
    }

    /// Whether a member of a Composition says that somebody stands by the whole of it.
    static func isAttestation(_ name: JSONValue) -> Bool { name.reads("attester") }

    /// Whether a member is free text or an attached text about what its resource refers to.
    static func isProse(_ name: JSONValue) -> Bool {
        name.reads("conclusion") || name.reads("conclusionCode") || name.reads("note")
            || name.reads("comment") || name.reads("description") || name.reads("summary")
            || name.reads("presentedForm") || name.reads("patientInstruction")
            || name.reads("contentString") || name.reads("commentary")
    }

    /// Whether a member is the data of an attachment.
    static func isData(_ name: JSONValue, in tree: JSONTree, at place: Int) -> Bool {
        guard name.reads("data"), let parent = tree.parent(of: place) else { return false }
        return tree.value(parent)["contentType"] != nil
    }

    /// Whether an element means nothing, or tells too much, without this member.
    ///
    /// The required references and values of R4 elements: `List.entry.item`,
    /// `DiagnosticReport.media.link`, `DocumentReference.relatesTo.target`, `Task.input.value[x]`,
    /// `Linkage.item.resource`, `Consent.provision.data.reference`, `content.attachment`.
    static func isWhatMatters(_ name: JSONValue) -> Bool {
        name.begins(with: "value") || name.reads("item") || name.reads("link")
            || name.begins(with: "target") || name.reads("resource") || name.reads("reference")
            || name.reads("attachment") || name.begins(with: "itemReference")
    }
}
