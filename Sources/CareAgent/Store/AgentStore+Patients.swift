public import CareModel
internal import CareWire
internal import GRDB

extension AgentStore {
    /// Is a patient as this agent calls them.
    public struct Patient: Sendable {
        /// The local name, used on the command line.
        public var alias: String
        /// The identifier that envelopes carry.
        public var identifier: BusinessIdentifier
        /// The name, for display on this machine only; empty if unknown.
        public var name: String
        /// The date of birth, `YYYY-MM-DD`, for display only; empty if unknown.
        public var birthDate: String

        /// Makes the patient.
        public init(alias: String, identifier: BusinessIdentifier, name: String, birthDate: String)
        {
            self.alias = alias
            self.identifier = identifier
            self.name = name
            self.birthDate = birthDate
        }
    }

    /// Adds a patient, or changes what is known under the alias.
    ///
    /// - Throws: `.invalid` without an alias.
    public func put(_ patient: Patient) throws(AgentError) {
        guard !patient.alias.isEmpty else {
            throw AgentError(.invalid, "A patient needs an alias. Choose one without the name.")
        }
        try write { database in
            try database.execute(
                sql: """
                    INSERT INTO patient (alias, system, value, name, birth_date)
                    VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (alias) DO UPDATE SET system = excluded.system,
                        value = excluded.value, name = excluded.name,
                        birth_date = excluded.birth_date
                    """,
                arguments: [
                    patient.alias, patient.identifier.system, patient.identifier.value,
                    patient.name, patient.birthDate,
                ])
        }
    }

    /// The patient of an alias; nil if there is none.
    public func patient(_ alias: String) throws(AgentError) -> Patient? {
        try patients("SELECT * FROM patient WHERE alias = ?", [alias]).first
    }

    /// All patients, by alias.
    public func patients() throws(AgentError) -> [Patient] {
        try patients("SELECT * FROM patient ORDER BY alias")
    }

    /// The patient of an identifier, by the first alias; nil if this agent calls them nothing.
    public func patient(_ identifier: BusinessIdentifier) throws(AgentError) -> Patient? {
        try patients(
            "SELECT * FROM patient WHERE system = ? AND value = ? ORDER BY alias LIMIT 1",
            [identifier.system, identifier.value]
        ).first
    }

    /// Forgets an alias; false if there was none.
    public func removePatient(_ alias: String) throws(AgentError) -> Bool {
        try write { database in
            try database.execute(sql: "DELETE FROM patient WHERE alias = ?", arguments: [alias])
            return database.changesCount > 0
        }
    }

    /// Which alias a referral of this agent is about; nil for those of others.
    public func patient(of referral: ReferralID) throws(AgentError) -> Patient? {
        try patients(
            """
            SELECT patient.* FROM outbox JOIN patient
                ON patient.system = outbox.patient_system
                AND patient.value = outbox.patient_value
            WHERE outbox.referral = ? ORDER BY outbox.seq, patient.alias LIMIT 1
            """, [referral.data]
        ).first
    }

    private func patients(
        _ sql: String, _ arguments: StatementArguments = StatementArguments()
    ) throws(AgentError) -> [Patient] {
        try read { database in
            try Row.fetchAll(database, sql: sql, arguments: arguments).map { row in
                Patient(
                    alias: row["alias"],
                    identifier: try BusinessIdentifier(
                        system: row["system"], value: row["value"]
                    ).orDamaged,
                    name: row["name"], birthDate: row["birth_date"])
            }
        }
    }
}
