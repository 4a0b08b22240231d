internal import CareConsent
internal import CareFHIR
internal import CareModel

/// Is one patient's directives in all dialects, with many questions about them.
enum ConsentSample {
    /// Reads and compiles the directives.
    static func compiled() throws -> CompiledConsents {
        let reader = FHIRConsentReader()
        let directives = try directives.map { try reader.read(Array($0.utf8)).directive }
        for directive in directives {
            guard case .stated = directive.rule else {
                throw BenchFailure("A directive of the sample cannot be read.")
            }
        }
        return CompiledConsents(directives)
    }

    /// Different questions; the first is permitted with three rules about content.
    static let requests: [ConsentRequest] = {
        let recipients = [
            [ConsentActor(reference: "Organization/clinic", identifiers: number("A1"))],
            [
                ConsentActor(reference: "Organization/ward", identifiers: number("A2")),
                ConsentActor(reference: "Practitioner/p1"),
            ],
            [ConsentActor(reference: "Organization/insurer", identifiers: number("A3"))],
            [ConsentActor(identifiers: number("A4"))],
        ]
        let purposes = [
            "COC", "TREAT", "ETREAT", "BTG", "HPAYMT", "HMARKT", "HRESCH", "CAREMGT",
        ]
        let times: [Int64] = [1_767_225_600, 1_735_689_600, 1_783_036_800, 1_893_456_000]
        let classes: [[String]] = [
            [], ["Observation"], ["DocumentReference", "Condition"], ["Claim"],
        ]
        return recipients.flatMap { actors in
            purposes.flatMap { purpose in
                times.flatMap { time in
                    classes.map { classes in
                        ConsentRequest(
                            time: Timestamp(milliseconds: time * 1_000), actors: actors,
                            purposes: [.purpose(purpose)],
                            authorisedPurposes: [.purpose(purpose)],
                            actions: [.action("access"), .action("disclose")],
                            classes: classes.map { .resourceType($0) })
                    }
                }
            }
        }
    }()

    private static func number(_ value: String) -> [BusinessIdentifier] {
        BusinessIdentifier(system: "urn:careloop:organisation", value: value).map { [$0] } ?? []
    }

    /// A release: its frame, and clinical resources with and without labels.
    static let content: [ContentResource] = {
        let patient = ContentResource(type: "Patient", references: ["urn:uuid:0", "Patient/1"])
        let clinical = [
            ("ServiceRequest", "306206005", ["N"]), ("Observation", "8867-4", ["N"]),
            ("Observation", "8480-6", ["N"]), ("Observation", "2093-3", []),
            ("Observation", "75622-1", ["R"]), ("Condition", "38341003", ["N"]),
            ("Condition", "191816009", ["R"]), ("MedicationRequest", "372756006", ["N"]),
            ("AllergyIntolerance", "91936005", ["L"]), ("DocumentReference", "34133-9", ["N"]),
            ("Procedure", "173171007", ["V"]),
        ]
        return [patient]
            + clinical.enumerated().map { place, item in
                ContentResource(
                    type: item.0, references: ["urn:uuid:\(place + 1)", "\(item.0)/\(place + 1)"],
                    securityLabels: item.2.map { .confidentiality($0) },
                    codes: [
                        Coding(system: "http://loinc.org", code: item.1),
                        Coding(system: "http://snomed.info/sct", code: item.1),
                    ],
                    authors: ["Practitioner/p\(place % 3)"], related: ["urn:uuid:0"])
            }
    }()
}
