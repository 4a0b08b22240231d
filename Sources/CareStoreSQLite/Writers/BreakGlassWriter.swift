import CareModel
import CareStore
import CareVault
import GRDB

/// Writes overrides of consent.
final class BreakGlassWriter {
    private let interner: Interner
    private let seals: SealWriter
    private let insert: PreparedStatement
    private let update: PreparedStatement
    private var lastRow: Int64

    init(_ database: Database, interner: Interner, seals: SealWriter) throws {
        self.interner = interner
        self.seals = seals
        insert = try PreparedStatement(
            database, insertingInto: "break_glass",
            """
            row, id, patient, key_generation, identifier, reason, agent, organisation, \
            custodians, started_at, ends_at, ended_at, reviewer, review_organisation, \
            reviewed_at, finding
            """)
        update = try PreparedStatement(
            database,
            """
            UPDATE break_glass SET ended_at = ?, reviewer = ?, review_organisation = ?,
                reviewed_at = ?, finding = ?
            WHERE id = ?
            """)
        lastRow = try Int64.fetchOne(database, sql: "SELECT MAX(row) FROM break_glass") ?? 0
    }

    /// Adds an override, or writes its end and review.
    func put(_ glass: BreakGlass) throws(StoreError) {
        let reviewer = try interner.agent(glass.review?.reviewer)
        let reviewOrganisation = try interner.organisation(glass.review?.organisation)
        let bindOutcome = { (row: inout Parameters) in
            row.add(glass.endedAt)
            row.add(reviewer)
            row.add(reviewOrganisation)
            row.add(glass.review?.at)
            row.add(Codes.finding.code(glass.review?.finding))
        }
        try update.run { row in
            bindOutcome(&row)
            row.add(glass.id)
        }
        guard update.changedRowCount == 0 else { return }
        guard let patient = try interner.patient(glass.patient) else {
            throw .unreadable("patient")
        }
        let agent = try interner.agent(glass.agent)
        let organisation = try interner.organisation(glass.organisation)
        let (key, generation) = try seals.dataKey(of: patient)
        lastRow += 1
        let number = lastRow
        let identifier = key.seal(
            SealedIdentity(identifier: glass.patientIdentifier).bytes,
            at: .breakGlass("identifier", row: number, generation: generation))
        let reason = key.seal(
            Array(glass.reason.utf8),
            at: .breakGlass("reason", row: number, generation: generation))
        try insert.run { row in
            row.add(number)
            row.add(glass.id)
            row.add(patient)
            row.add(generation)
            row.add(identifier)
            row.add(reason)
            row.add(agent)
            row.add(organisation)
            row.add(glass.custodians.map(\.name).joined(separator: " "))
            row.add(glass.startedAt)
            row.add(glass.endsAt)
            bindOutcome(&row)
        }
    }
}
