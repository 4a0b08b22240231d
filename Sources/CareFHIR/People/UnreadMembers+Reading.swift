extension UnreadMembers {
    /// Knows what the lines of a resource say already.
    struct Reading {
        /// Is how far a value is said already.
        enum Form {
            /// All of it.
            case whole
            /// Some of its parts.
            case parts
        }

        /// Is what a value has to be for the lines to read it.
        private enum Kind {
            case text
            case concept
            case parts
            case anything
        }

        let type: String
        let title: String?
        let isDatedByPeriod: Bool
        let caveats: Set<String>

        /// Whether caveats say what the element at `path` holds.
        func isCaveat(_ path: String) -> Bool { caveats.contains(path) }

        /// How far one of `count` values at `path` is said already; nil if it is not.
        func form(of path: String, _ value: JSONValue, of count: Int) -> Form? {
            if path == title, count == 1 { return .whole }
            if path == "period", isDatedByPeriod { return .whole }
            if Self.stems.contains(where: { Self.isChoice(path, of: $0) }) { return .whole }
            guard let kind = kind(of: path) else { return nil }
            switch kind {
            case .anything: return .whole
            case .text: return value.string == nil ? nil : .whole
            case .concept: return FHIRText.concept(value) == nil ? nil : .whole
            case .parts:
                // A dosage in words is shown in those; its parts say the same.
                if path.hasPrefix("dosage"), value["text"]?.string != nil { return .whole }
                return value.isObject ? .parts : nil
            }
        }

        private func kind(of path: String) -> Kind? {
            if let kind = Self.byType[type]?[path] { return kind }
            let isValue = ["value", "component.value"].contains { Self.isChoice(path, of: $0) }
            if type == "Observation", isValue { return .anything }
            // Both are Dosages.
            let plain =
                path.hasPrefix("dosageInstruction")
                ? "dosage" + path.dropFirst("dosageInstruction".count) : path
            return Self.common[plain]
        }

        private static func isChoice(_ path: String, of stem: String) -> Bool {
            path.hasPrefix(stem) && path.dropFirst(stem.count).first?.isUppercase == true
        }

        /// The dates that a resource is shown with, and what ends it.
        private static let stems = [
            "effective", "performed", "occurrence", "onset", "abatement", "deceased",
        ]

        /// What says nothing to a reader wherever it stands: what FHIR lets be left out, and names
        /// and numbers for machines.
        static let silent: Set = [
            "resourceType", "id", "meta", "implicitRules", "language", "contained", "extension",
            "modifierExtension", "linkId", "fullUrl",
        ]

        /// What is read of all types.
        private static let common: [String: Kind] = {
            var kinds: [String: Kind] = [:]
            for name in administrative { kinds[name] = .anything }
            for name in [
                "priority", "criticality", "birthDate", "description", "patientInstruction",
                "conclusion", "summary", "comment", "note.text", "payload.contentString",
                "dosage.text", "dosage.patientInstruction", "referenceRange.text",
            ] { kinds[name] = .text }
            for name in [
                "reasonCode", "reason", "reasonReference", "bodySite", "laterality", "severity",
                "statusReason", "notDoneReason", "reasonNotGiven", "reasonNotTaken",
                "cancelationReason", "conclusionCode", "reaction.manifestation",
                "payload.contentCodeableConcept", "dosage.additionalInstruction", "dosage.route",
                "dosage.timing.code", "referenceRange.type", "referenceRange.appliesTo",
            ] { kinds[name] = .concept }
            for name in [
                "reaction", "note", "payload", "referenceRange", "dosage", "dosage.timing",
                "dosage.timing.repeat", "dosage.doseAndRate",
            ] { kinds[name] = .parts }
            for name in [
                "text", "dataAbsentReason", "note.time", "note.authorString",
                "note.authorReference", "dosage.sequence", "dosage.asNeeded",
                "dosage.asNeededBoolean", "dosage.asNeededCodeableConcept", "dosage.asNeededFor",
                "dosage.maxDosePerPeriod", "dosage.maxDosePerAdministration",
                "dosage.maxDosePerLifetime", "dosage.dose", "dosage.doseQuantity",
                "dosage.doseRange", "dosage.doseAndRate.dose", "dosage.doseAndRate.doseQuantity",
                "dosage.doseAndRate.doseRange", "dosage.doseAndRate.type",
                "dosage.timing.repeat.frequency", "dosage.timing.repeat.period",
                "dosage.timing.repeat.periodUnit", "referenceRange.low", "referenceRange.high",
            ] { kinds[name] = .anything }
            return kinds
        }()

        /// Who, in which files, and when it was written.
        private static let administrative = [
            "identifier", "subject", "patient", "for", "beneficiary", "encounter", "context",
            "episodeOfCare", "author", "requester", "recorder", "asserter", "performer", "sender",
            "recipient", "source", "informationSource", "owner", "custodian", "attester",
            "authenticator", "provider", "serviceProvider", "managingOrganization",
            "generalPractitioner", "basedOn", "partOf", "replaces", "groupIdentifier",
            "requisition", "instantiatesCanonical", "instantiatesUri", "supportingInfo",
            "supportingInformation", "relevantHistory", "insurance", "category", "hasMember",
            "derivedFrom", "result", "resultsInterpreter", "authoredOn", "issued", "sent",
            "received", "recordedDate", "recorded", "dateAsserted", "date", "created",
            "lastModified", "url", "version", "focus",
        ]

        private static let person: [String: Kind] = [
            "name": .anything, "telecom": .anything, "address": .anything,
        ]

        /// What is read of single types.
        private static let byType: [String: [String: Kind]] = [
            "Patient": person.merging(["link": .anything]) { $1 },
            "Practitioner": person.merging(["qualification": .anything]) { $1 },
            "RelatedPerson": person, "Person": person,
            "Organization": ["telecom": .anything, "address": .anything],
            "Observation": [
                "interpretation": .concept, "component": .parts, "component.code": .concept,
                "component.interpretation": .concept, "component.dataAbsentReason": .anything,
                "component.referenceRange": .anything,
            ],
            "Appointment": [
                "start": .text, "end": .text, "participant": .parts,
                "participant.actor": .anything, "participant.period": .anything,
                "participant.required": .anything, "participant.type": .anything,
            ],
            "FamilyMemberHistory": [
                "relationship": .concept, "condition": .parts, "condition.code": .concept,
            ],
            "List": [
                "entry": .parts, "entry.item": .anything, "entry.date": .anything,
                "emptyReason": .concept,
            ],
            "CarePlan": [
                "activity": .parts, "activity.reference": .anything, "activity.detail": .parts,
                "activity.detail.code": .concept, "activity.detail.description": .text,
            ],
            "Composition": ["section": .anything],
            "QuestionnaireResponse": ["item": .anything, "questionnaire": .anything],
            "OperationOutcome": ["issue": .anything],
            "Bundle": [
                "type": .anything, "total": .anything, "link": .anything, "entry": .anything,
                "timestamp": .anything, "signature": .anything,
            ],
            // The summary of what it rules says all that is decided on.
            "Consent": [
                "provision": .anything, "policyRule": .anything, "policy": .anything,
                "decision": .anything, "dateTime": .anything, "verification": .anything,
                "organization": .anything, "regulatoryBasis": .anything, "policyBasis": .anything,
                "grantor": .anything, "grantee": .anything, "controller": .anything,
                "manager": .anything, "sourceReference": .anything, "sourceAttachment": .anything,
            ],
        ]
    }
}
