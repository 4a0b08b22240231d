internal import CareFHIR
internal import CareModel

/// Reads which content a directive speaks of, as people type it.
///
/// Strict, because a slip in a code would protect nothing.
enum ContentInput {
    /// Reads a security label: a sensitivity such as HIV, a confidentiality such as R, or
    /// `SYSTEM|CODE`.
    static func label(_ text: String, option: String) throws(CommandFailure) -> Coding {
        if let coding = coding(text) { return coding }
        let code = text.uppercased()
        if confidentialities.contains(code) { return .confidentiality(code) }
        guard ConsentWords.sensitivities[code] != nil else {
            let known = ConsentWords.sensitivities.keys.sorted().joined(separator: ", ")
            throw .usage(
                "\(option) \(text) is no label that is known here. Give one of: \(known); "
                    + "N, R or V; or SYSTEM|CODE.")
        }
        return Coding(system: CodeSystem.actCode, code: code)
    }

    /// Reads a FHIR resource type.
    static func resourceType(_ text: String, option: String) throws(CommandFailure) -> Coding {
        guard resourceTypes.contains(text) else {
            throw .usage(
                "\(option) \(text) is no FHIR resource type. Write it as FHIR does, such as "
                    + "Observation or MedicationRequest.")
        }
        return .resourceType(text)
    }

    /// Reads `SYSTEM|CODE`; `loinc`, `snomed`, `icd-10-cm` and `rxnorm` stand for their URIs.
    static func code(_ text: String, option: String) throws(CommandFailure) -> Coding {
        guard let coding = coding(text) else {
            throw .usage(
                "\(option) takes SYSTEM|CODE, such as 'icd-10-cm|B20' or 'http://loinc.org|4548-4'."
            )
        }
        return coding
    }

    private static func coding(_ text: String) -> Coding? {
        let parts = text.split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty,
            !parts[1].contains(where: \.isWhitespace)
        else { return nil }
        let system = systems[parts[0].lowercased()] ?? String(parts[0])
        guard system.contains(":") else { return nil }
        return Coding(system: system, code: String(parts[1]))
    }

    private static let confidentialities: Set<String> = ["U", "L", "M", "N", "R", "V"]

    private static let systems = [
        "loinc": "http://loinc.org", "snomed": "http://snomed.info/sct",
        "icd-10-cm": "http://hl7.org/fhir/sid/icd-10-cm",
        "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    ]

    /// The types of FHIR R4 that documents about patients are made of.
    private static let resourceTypes = Set(
        """
        Account AdverseEvent AllergyIntolerance Appointment AppointmentResponse Basic Binary \
        BodyStructure CarePlan CareTeam ChargeItem Claim ClaimResponse ClinicalImpression \
        Communication CommunicationRequest Composition Condition Consent Contract Coverage \
        CoverageEligibilityRequest CoverageEligibilityResponse DetectedIssue Device DeviceRequest \
        DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference Encounter \
        EnrollmentRequest EnrollmentResponse EpisodeOfCare ExplanationOfBenefit \
        FamilyMemberHistory Flag Goal Group GuidanceResponse ImagingStudy Immunization \
        ImmunizationEvaluation ImmunizationRecommendation Invoice List Media Medication \
        MedicationAdministration MedicationDispense MedicationRequest MedicationStatement \
        MolecularSequence NutritionOrder Observation Person Procedure Provenance \
        QuestionnaireResponse RelatedPerson RequestGroup ResearchSubject RiskAssessment Schedule \
        ServiceRequest Specimen SupplyDelivery SupplyRequest Task VisionPrescription
        """.split(separator: " ").map { String($0) })
}
