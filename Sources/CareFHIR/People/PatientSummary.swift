public import CareModel

/// Is who a document is about, for the agent's own screen and address book.
///
/// Never for the broker.
public struct PatientSummary: Hashable, Sendable {
    /// The present name; empty if the document gives none.
    public let name: String
    /// Other names that hold at present.
    public let otherNames: [String]
    /// Names that are over or used otherwise, each with what it is.
    public let formerNames: [String]
    /// What a reader has to know first: that the patient has died, that the record is replaced.
    public let caveats: [Caveat]
    /// The birth date as it is written; nil if the document gives none.
    public let birthDate: String?
    /// The business identifiers: those in use with a system first, those out of use last,
    /// otherwise in the order of the document.
    public let identifiers: [BusinessIdentifier]

    /// Finds the one patient of a document: a Patient resource, or whom its subjects name.
    ///
    /// - Throws: `not-json` and its kin, `patient-missing`, or `several-patients`.
    public init(
        of bytes: [UInt8], at time: ShowingTime, limits: InspectionLimits = .init()
    ) throws(InspectionError) {
        let table = try Self.table(bytes, limits: limits)
        identifiers = try PatientIdentifiers.list(in: table, at: time)
        let patients = table.resources.filter { $0.type == "Patient" }.map(\.value)
        let names = PersonNames(of: patients, at: time)
        name = names.current ?? ""
        otherNames = names.others
        formerNames = names.former
        var caveats: [Caveat] = []
        for patient in patients {
            let found = ResourceCaveats(of: patient, type: "Patient", time: time)
            caveats += found.own.filter { !caveats.contains($0) }
        }
        self.caveats = Caveat.sorted(caveats)
        birthDate = patients.first?["birthDate"]?.string.map { PlainText.line($0) }
    }

    /// What to call the patient on a screen: the present name, or else that there was another.
    public var shownName: String {
        guard name.isEmpty, let former = formerNames.first else { return name }
        return "(no present name; formerly \(former))"
    }

    fileprivate static func table(
        _ bytes: [UInt8], limits: InspectionLimits
    ) throws(InspectionError) -> ResourceTable {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(bytes, limits: limits)
        } catch {
            throw InspectionError(error)
        }
        return try ResourceTable(document, limits: limits)
    }
}

/// Finds the identifiers under which a document's patient may be addressed.
public enum PatientIdentifiers {
    /// The business identifiers of the one patient of `bytes`: those in use with a system first,
    /// those that are marked old last.
    ///
    /// - Throws: as ``PatientSummary/init(of:at:limits:)``.
    public static func list(in bytes: [UInt8]) throws(InspectionError) -> [BusinessIdentifier] {
        try list(in: PatientSummary.table(bytes, limits: .init()), at: nil)
    }

    /// - Parameter time: when periods are looked at; without it, they are not.
    static func list(
        in table: ResourceTable, at time: ShowingTime?
    ) throws(InspectionError) -> [BusinessIdentifier] {
        let patients = table.resources.filter { $0.type == "Patient" }
        var found: [BusinessIdentifier] = []
        var outOfUse: Set<BusinessIdentifier> = []
        for patient in patients {
            var own: [BusinessIdentifier] = []
            for value in patient.value["identifier"]?.elements ?? [] {
                guard let identifier = value.businessIdentifier else { continue }
                own.append(identifier)
                if isOutOfUse(value, at: time) { outOfUse.insert(identifier) }
            }
            guard found.isEmpty || own.contains(where: found.contains) else {
                throw InspectionError(
                    .severalPatients, "The document holds several patients. Choose one of them.")
            }
            found += own.filter { !found.contains($0) }
        }
        if patients.isEmpty { found = try logicalSubjects(in: table) }
        guard !found.isEmpty else {
            throw InspectionError(
                .patientMissing, "The document gives no identifier of a patient.")
        }
        func rank(_ identifier: BusinessIdentifier) -> Int {
            (outOfUse.contains(identifier) ? 2 : 0) + (identifier.system.isEmpty ? 1 : 0)
        }
        return (0...3).flatMap { wanted in found.filter { rank($0) == wanted } }
    }

    /// Whether an Identifier is not to be used, or not any more, or not yet.
    static func isOutOfUse(_ identifier: JSONValue, at time: ShowingTime?) -> Bool {
        if identifier["use"]?.reads("old") == true { return true }
        switch time?.phase(of: identifier["period"]) {
        case .past, .future: return true
        default: return false
        }
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
