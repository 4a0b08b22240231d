public import CareModel

/// Is who a document is about, for the agent's own screen and address book.
///
/// Never for the broker.
public struct PatientSummary: Hashable, Sendable {
    /// The usual name; empty if the document gives none.
    public let name: String
    /// The birth date as it is written; nil if the document gives none.
    public let birthDate: String?
    /// The business identifiers, those with a system first, otherwise in the order of the document.
    public let identifiers: [BusinessIdentifier]

    /// Finds the one patient of a document: a Patient resource, or whom its subjects name.
    ///
    /// - Throws: `not-json` and its kin, `patient-missing`, or `several-patients`.
    public init(of bytes: [UInt8], limits: InspectionLimits = .init()) throws(InspectionError) {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(bytes, limits: limits)
        } catch {
            throw InspectionError(error)
        }
        let table = try ResourceTable(document, limits: limits)
        let patients = table.resources.filter { $0.type == "Patient" }
        var found: [BusinessIdentifier] = []
        for patient in patients {
            let own = (patient.value["identifier"]?.elements ?? []).compactMap {
                $0.businessIdentifier
            }
            guard found.isEmpty || own.contains(where: found.contains) else {
                throw InspectionError(
                    .severalPatients, "The document holds several patients. Choose one of them.")
            }
            found += own.filter { !found.contains($0) }
        }
        if patients.isEmpty { found = try Self.logicalSubjects(in: table) }
        guard !found.isEmpty else {
            throw InspectionError(
                .patientMissing, "The document gives no identifier of a patient.")
        }
        identifiers = found.filter { !$0.system.isEmpty } + found.filter { $0.system.isEmpty }
        let patient = patients.first?.value
        name = patient.flatMap { PersonName.text(of: $0) } ?? ""
        birthDate = patient?["birthDate"]?.string.map { PlainText.line($0) }
    }

    private static func logicalSubjects(
        in table: ResourceTable
    ) throws(InspectionError) -> [BusinessIdentifier] {
        var found: [BusinessIdentifier] = []
        for resource in table.resources {
            for name in ["subject", "patient", "for", "beneficiary"] as [StaticString] {
                for subject in resource.value[name]?.listed ?? [] {
                    guard let identifier = subject["identifier"]?.businessIdentifier,
                        !found.contains(identifier)
                    else { continue }
                    found.append(identifier)
                }
            }
        }
        guard found.count <= 1 else {
            throw InspectionError(
                .severalPatients,
                "The document names its patient in several ways. Choose one of them.")
        }
        return found
    }
}

/// Writes FHIR HumanNames for people.
enum PersonName {
    /// The official or else the first name of `person`.
    static func text(of person: JSONValue) -> String? {
        let names = (person["name"]?.listed ?? []).filter { $0.isObject }
        let name = names.first { $0["use"]?.reads("official") == true } ?? names.first
        guard let name else { return nil }
        if let text = name["text"]?.string { return PlainText.line(text) }
        let parts = [name["prefix"], name["given"], name["family"], name["suffix"]]
            .flatMap { $0?.listed.compactMap { $0.string } ?? [] }
        return parts.isEmpty ? nil : PlainText.line(parts.joined(separator: " "))
    }
}
