public import CareModel

/// Is a Consent as far as the broker has to know it.
public struct ConsentDocument: Hashable, Sendable {
    /// What it rules.
    ///
    /// A text that cannot be understood is a directive too, one that holds releases.
    public var directive: ConsentDirective
    /// The identifiers of the patient whose consent it is; empty if it gives none.
    public var patientIdentifiers: [BusinessIdentifier]
    /// The reference to the patient, as it is written; nil without one.
    public var patientReference: String?
}

/// Reads FHIR Consent resources: R4 with `policyRule`, R4 with `provision.type` (IHE PCF), and R5.
public struct FHIRConsentReader: Sendable {
    /// How far ahead of UTC dates without a time zone are meant.
    public var zoneOffset: Duration
    /// What a document may cost.
    public var limits: InspectionLimits
    /// How deep provisions may nest.
    public var depthLimit: Int

    /// Makes a reader; dates without a zone are read in UTC unless `zoneOffset` says otherwise.
    public init(
        zoneOffset: Duration = .zero, limits: InspectionLimits = .init(), depthLimit: Int = 16
    ) {
        self.zoneOffset = zoneOffset
        self.limits = limits
        self.depthLimit = depthLimit
    }

    /// Reads a Consent, alone or as the only one of a Bundle whose entries its references lead to.
    ///
    /// - Throws: `not-json`, `too-deep`, `too-large`, `duplicate-key`, or `not-fhir` without a
    /// Consent.
    public func read(_ bytes: [UInt8]) throws(InspectionError) -> ConsentDocument {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(bytes, limits: limits)
        } catch {
            throw InspectionError(error)
        }
        var index = ReferenceIndex()
        let root = document.root
        guard let consent = Self.soleConsent(root) else {
            throw InspectionError(
                .notFHIR, "The document holds no Consent or several. Send exactly one.")
        }
        index.addEntries(of: root)
        return read(consent, index: index)
    }

    static func soleConsent(_ root: JSONValue) -> JSONValue? {
        if root["resourceType"]?.reads("Consent") == true { return root }
        guard root["resourceType"]?.reads("Bundle") == true else { return nil }
        let consents = (root["entry"]?.elements ?? []).compactMap { $0["resource"] }
            .filter { $0["resourceType"]?.reads("Consent") == true }
        return consents.count == 1 ? consents.first : nil
    }

    func read(_ consent: JSONValue, index: ReferenceIndex) -> ConsentDocument {
        var index = index
        index.addContained(in: consent)
        let elements = ElementReader(zoneOffset: zoneOffset)
        let resource = ConsentResource(
            value: consent, elements: elements,
            provisions: ProvisionReader(
                elements: elements, actors: ActorReader(index: index, elements: elements),
                depthLimit: depthLimit))
        let subject = consent["patient"] ?? consent["subject"]
        return ConsentDocument(
            directive: resource.directive(),
            patientIdentifiers: Self.identifiers(of: subject, index: index),
            patientReference: subject?.referenceTarget)
    }

    private static func identifiers(
        of subject: JSONValue?, index: ReferenceIndex
    ) -> [BusinessIdentifier] {
        guard let subject else { return [] }
        var identifiers: [BusinessIdentifier] = []
        if let identifier = subject["identifier"]?.businessIdentifier {
            identifiers.append(identifier)
        }
        if let target = subject.referenceTarget, let patient = index.resource(for: target) {
            for value in patient["identifier"]?.elements ?? [] {
                guard let identifier = value.businessIdentifier, !identifiers.contains(identifier)
                else { continue }
                identifiers.append(identifier)
            }
        }
        return identifiers
    }
}
