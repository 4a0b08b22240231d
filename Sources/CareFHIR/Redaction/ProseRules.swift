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
    static func isProse(_ name: JSONValue, _ value: JSONValue) -> Bool {
        let isText = value.kind == .string
        return name.reads("conclusion") || name.reads("conclusionCode") || name.reads("note")
            || name.reads("comment") || name.reads("description") || name.reads("summary")
            || name.reads("presentedForm") || name.reads("patientInstruction")
            || name.reads("contentString") || name.reads("commentary")
            || name.reads("basis") || name.reads("progress") || name.reads("detail") && isText
    }

    /// Whether a value is a CodeableConcept in words only; a code says what it says, words may say
    /// anything.
    ///
    /// A word that FHIR has as a code, where that code belongs, is as good as the code.
    static func isWordsOnly(_ name: JSONValue?, _ value: JSONValue) -> Bool {
        guard value["text"]?.kind == .string, name?.reads("text") != true,
            !isStatusWord(name, value)
        else { return false }
        return value.members.allSatisfy { member in
            member.name.reads("text") || member.name.reads("_text") || member.name.reads("id")
                || member.name.reads("extension")
                || member.name.reads("coding") && member.value.elements.isEmpty
        }
    }

    /// Whether a concept says in a word of FHIR's own how far its resource holds ("refuted"), and
    /// nothing else.
    private static func isStatusWord(_ name: JSONValue?, _ value: JSONValue) -> Bool {
        guard let name = name?.string, OrdinaryValues.statusElements.contains(name),
            let text = value["text"]?.string, value["extension"] == nil, value["_text"] == nil
        else { return false }
        return OrdinaryValues.statusWords.contains(CaveatWords.folded(text))
    }

    /// Whether a member is the title of an attachment.
    static func isAttachmentTitle(_ name: JSONValue, in tree: JSONTree, at place: Int) -> Bool {
        guard name.reads("title"), let parent = tree.parent(of: place), !tree.isResource(parent)
        else { return false }
        if let around = tree.elementName(of: parent),
            around.reads("attachment") || around.reads("photo") || around.reads("valueAttachment")
                || around.reads("contentAttachment")
        {
            return true
        }
        let attachment = tree.value(parent)
        return ["contentType", "url", "data", "hash", "creation"].contains {
            attachment[$0] != nil
        }
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
