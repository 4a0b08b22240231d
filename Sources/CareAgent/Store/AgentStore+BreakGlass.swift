public import CareModel
internal import CareWire
internal import Foundation
internal import GRDB

extension AgentStore {
    /// Is an override of consent that this agent began.
    public struct RunningBreakGlass: Equatable, Sendable {
        /// The broker's name for it.
        public var id: BreakGlassID
        /// Whose consent it overrides.
        public var patient: BusinessIdentifier
        /// When it began.
        public var startedAt: Timestamp
        /// When it ends by itself.
        public var endsAt: Timestamp

        /// Makes the record.
        public init(
            id: BreakGlassID, patient: BusinessIdentifier, startedAt: Timestamp, endsAt: Timestamp
        ) {
            self.id = id
            self.patient = patient
            self.startedAt = startedAt
            self.endsAt = endsAt
        }
    }

    /// Remembers an override, so that it can be ended by the patient's alias.
    public func remember(_ glass: RunningBreakGlass) throws(AgentError) {
        try write { database in
            try database.execute(
                sql: """
                    INSERT OR REPLACE INTO break_glass
                        (id, patient_system, patient_value, started_at, ends_at)
                    VALUES (?, ?, ?, ?, ?)
                    """,
                arguments: [
                    glass.id.data, glass.patient.system, glass.patient.value,
                    glass.startedAt.milliseconds, glass.endsAt.milliseconds,
                ])
        }
    }

    /// Forgets an override that has ended.
    public func forgetBreakGlass(_ id: BreakGlassID) throws(AgentError) {
        try write { database in
            try database.execute(
                sql: "DELETE FROM break_glass WHERE id = ?", arguments: [id.data])
        }
    }

    /// The overrides of this agent that have not ended by themselves, the newest first.
    public func runningBreakGlasses(
        at now: Timestamp
    ) throws(AgentError) -> [RunningBreakGlass] {
        try write { database in
            try database.execute(
                sql: "DELETE FROM break_glass WHERE ends_at <= ?", arguments: [now.milliseconds])
            return try Row.fetchAll(
                database, sql: "SELECT * FROM break_glass ORDER BY started_at DESC"
            ).map { row in
                RunningBreakGlass(
                    id: try BreakGlassID(bytes: row["id"] as Data).orDamaged,
                    patient: try BusinessIdentifier(
                        system: row["patient_system"], value: row["patient_value"]
                    ).orDamaged,
                    startedAt: Timestamp(milliseconds: row["started_at"]),
                    endsAt: Timestamp(milliseconds: row["ends_at"]))
            }
        }
    }
}
