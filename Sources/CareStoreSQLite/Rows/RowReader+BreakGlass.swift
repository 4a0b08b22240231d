import CareModel
import CareStore
import CareVault

extension RowReader {
    static let breakGlassColumns = """
        break_glass.row, break_glass.id, patient.id, patient.key, patient.key_generation,
        break_glass.key_generation, break_glass.identifier, break_glass.reason, break_glass.agent,
        break_glass.organisation, break_glass.custodians, break_glass.started_at,
        break_glass.ends_at, break_glass.ended_at, break_glass.reviewer,
        break_glass.review_organisation, break_glass.reviewed_at, break_glass.finding
        """

    /// Reads an override and its row; what was erased of it comes as ``BreakGlass/erased`` has it.
    func breakGlass(
        _ row: inout Columns
    ) throws(StoreError) -> (row: Int64, glass: BreakGlass) {
        let number = row.int()
        let id = BreakGlassID(try row.uuid("override's id"))
        let patientRow = row.int()
        let patient = try row.patient()
        let newest = row.int()
        let generation = row.int()
        let identity = try identity(
            row.bytes(),
            at: SealPlace.breakGlass("identifier", row: number, generation: generation),
            of: patientRow, newest: newest)
        let reason = try seals.open(
            row.bytes(), at: SealPlace.breakGlass("reason", row: number, generation: generation),
            of: patientRow, newest: newest)
        var glass = BreakGlass(
            id: id, patient: patient, patientIdentifier: identity?.identifier ?? .erased,
            agent: try names.agent(row.int()), organisation: try names.organisation(row.int()),
            custodians: row.text().split(separator: " ").map {
                OrganisationID(unchecked: String($0))
            },
            reason: reason.map { String(decoding: $0, as: UTF8.self) } ?? "",
            startedAt: row.time(), endsAt: row.time())
        glass.endedAt = row.optionalTime()
        glass.review = try review(&row)
        return (number, glass)
    }

    private func review(_ row: inout Columns) throws(StoreError) -> BreakGlass.Review? {
        let reviewer = try names.agent(row.optionalInt())
        let organisation = try names.organisation(row.optionalInt())
        let at = row.optionalTime()
        let finding = try Codes.finding.value(row.optionalInt())
        guard reviewer != nil || organisation != nil || at != nil || finding != nil else {
            return nil
        }
        guard let reviewer, let organisation, let at, let finding else {
            throw .unreadable("review")
        }
        return BreakGlass.Review(
            reviewer: reviewer, organisation: organisation, at: at, finding: finding)
    }
}
