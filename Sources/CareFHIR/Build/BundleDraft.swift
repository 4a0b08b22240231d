public import CareModel

/// Is the patient as a bundle states them.
public struct PatientRecord: Hashable, Sendable {
    /// The identifiers; the first is the one the envelope names.
    public var identifiers: [BusinessIdentifier]
    /// The name, if it is to be sent.
    public var name: String?
    /// The birth date (`YYYY-MM-DD`), if it is to be sent.
    public var birthDate: String?

    /// Makes the record.
    public init(identifiers: [BusinessIdentifier], name: String? = nil, birthDate: String? = nil) {
        self.identifiers = identifiers
        self.name = name
        self.birthDate = birthDate
    }
}

/// Is what every bundle of an agent has in common.
public struct BundleDraft: Hashable, Sendable {
    /// The bundle's name; its entries' names are made from it, so that equal drafts give equal
    /// bytes.
    public var id: UUIDBytes
    /// Who it is about.
    public var patient: PatientRecord
    /// The organisation that writes it.
    public var author: OrganisationID?
    /// When it is written.
    public var writtenAt: Timestamp
    /// The referral it belongs to; nil for a new one.
    public var referral: ReferralID?
    /// Its v3-Confidentiality level, such as `N`.
    ///
    /// Without one it counts as restricted.
    public var confidentiality: String?

    /// Makes the draft.
    public init(
        id: UUIDBytes, patient: PatientRecord, author: OrganisationID? = nil,
        writtenAt: Timestamp, referral: ReferralID? = nil, confidentiality: String? = nil
    ) {
        self.id = id
        self.patient = patient
        self.author = author
        self.writtenAt = writtenAt
        self.referral = referral
        self.confidentiality = confidentiality
    }
}

extension BundleDraft {
    /// A collection of the patient and `resource`, which is given as type and members.
    func bundle(_ type: String, _ members: [(String, JSONOutput?)]) -> [UInt8] {
        let meta: JSONOutput? = confidentiality.map { level in
            .members([("security", .array([.coding(.confidentiality(level))]))])
        }
        let head: [(String, JSONOutput?)] = [("resourceType", .string(type)), ("meta", meta)]
        let entries = [
            entry(0, patientResource(meta)), entry(1, .members(head + members)),
        ]
        return JSONOutput.members([
            ("resourceType", .string("Bundle")), ("id", .string(id.description)),
            ("type", .string("collection")),
            ("timestamp", .string(FHIRDate.text(of: writtenAt))), ("entry", .array(entries)),
        ]).bytes
    }

    /// A reference to the patient entry.
    var patientReference: JSONOutput { .members([("reference", .string(url(0)))]) }

    /// A logical reference to the author; nil without one.
    var authorReference: JSONOutput? {
        author.map {
            .identifier(
                system: ConsentActor.organisationSystem, value: $0.name, type: "Organization")
        }
    }

    /// A logical reference to the referral, as a list; nil without one.
    var basedOn: JSONOutput? {
        referral.map {
            .array([
                .identifier(
                    system: "urn:ietf:rfc:3986", value: "urn:uuid:\($0)", type: "ServiceRequest")
            ])
        }
    }

    /// When it is written.
    var date: JSONOutput { .string(FHIRDate.text(of: writtenAt)) }

    private func url(_ place: UInt64) -> String {
        "urn:uuid:\(UUIDBytes(high: id.high, low: id.low ^ (place + 1)))"
    }

    private func entry(_ place: UInt64, _ resource: JSONOutput) -> JSONOutput {
        .members([("fullUrl", .string(url(place))), ("resource", resource)])
    }

    private func patientResource(_ meta: JSONOutput?) -> JSONOutput {
        let identifiers = patient.identifiers.map { identifier in
            JSONOutput.members([
                ("system", identifier.system.isEmpty ? nil : .string(identifier.system)),
                ("value", .string(identifier.value)),
            ])
        }
        return .members([
            ("resourceType", .string("Patient")), ("meta", meta),
            ("identifier", identifiers.isEmpty ? nil : .array(identifiers)),
            ("name", patient.name.map { .array([.members([("text", .string($0))])]) }),
            ("birthDate", patient.birthDate.map { .string($0) }),
        ])
    }
}

extension JSONOutput {
    static func coding(_ coding: Coding) -> JSONOutput {
        .members([
            ("system", coding.system.isEmpty ? nil : .string(coding.system)),
            ("code", .string(coding.code)),
        ])
    }

    /// A CodeableConcept.
    static func concept(_ coding: Coding?, text: String? = nil) -> JSONOutput {
        .members([
            ("coding", coding.map { .array([.coding($0)]) }), ("text", text.map { .string($0) }),
        ])
    }

    /// A logical Reference.
    static func identifier(system: String, value: String, type: String? = nil) -> JSONOutput {
        let identifier = JSONOutput.members([
            ("system", system.isEmpty ? nil : .string(system)), ("value", .string(value)),
        ])
        return .members([("type", type.map { .string($0) }), ("identifier", identifier)])
    }
}
