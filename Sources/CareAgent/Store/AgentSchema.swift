internal import GRDB

/// Holds the tables of `agent.db`.
///
/// Migrations are only ever added, never changed.
enum AgentSchema {
    /// Brings the tables up to date.
    ///
    /// GRDB looks at what is applied before it begins a transaction, so the caller sees to it that
    /// nobody else migrates meanwhile.
    static func migrate(_ queue: DatabaseQueue) throws {
        // Asked first: what a newer program has made is not touched.
        let isNewer = try queue.read { try migrator.hasBeenSuperseded($0) }
        guard !isNewer else {
            throw AgentError(
                .unusableStore,
                "The local mail was written by a newer careloop. Update this program, or go on"
                    + " with the newer one.")
        }
        try migrator.migrate(queue)
    }

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 mail") { database in
            try database.execute(sql: mail)
        }
        migrator.registerMigration("2 consent") { database in
            try database.execute(sql: consent)
        }
        migrator.registerMigration("3 person") { database in
            try database.execute(sql: person)
        }
        return migrator
    }

    // Documents come last in their rows, so that lists do not read them.
    private static let mail = """
        CREATE TABLE outbox (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            message BLOB NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            referral BLOB,
            patient_system TEXT,
            patient_value TEXT,
            created_at INTEGER NOT NULL,
            answered_at INTEGER,
            receipt BLOB,
            submit BLOB NOT NULL,
            payload_length INTEGER NOT NULL,
            payload BLOB
        ) STRICT;
        CREATE INDEX outbox_waiting ON outbox (seq) WHERE answered_at IS NULL;
        CREATE INDEX outbox_referral ON outbox (referral, seq) WHERE referral IS NOT NULL;

        CREATE TABLE inbox (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            message BLOB NOT NULL UNIQUE,
            referral BLOB,
            delivery INTEGER NOT NULL,
            fence INTEGER NOT NULL,
            received_at INTEGER NOT NULL,
            opened_at INTEGER,
            display_known INTEGER NOT NULL DEFAULT 0,
            deliver BLOB NOT NULL,
            payload BLOB
        ) STRICT;
        CREATE INDEX inbox_referral ON inbox (referral, seq) WHERE referral IS NOT NULL;
        CREATE INDEX inbox_unopened ON inbox (seq) WHERE opened_at IS NULL;
        CREATE INDEX inbox_untold ON inbox (seq) WHERE opened_at IS NOT NULL AND display_known = 0;

        CREATE TABLE referral (
            id BLOB PRIMARY KEY,
            number TEXT NOT NULL UNIQUE,
            version INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            facts BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE patient (
            alias TEXT PRIMARY KEY,
            system TEXT NOT NULL,
            value TEXT NOT NULL,
            name TEXT NOT NULL,
            birth_date TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX patient_identifier ON patient (system, value);

        CREATE TABLE stream (
            name TEXT PRIMARY KEY,
            epoch INTEGER NOT NULL,
            sequence INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    // What is here already was acknowledged long ago, as far as anybody can still tell.
    private static let consent = """
        ALTER TABLE inbox ADD COLUMN settled INTEGER NOT NULL DEFAULT 1;
        ALTER TABLE inbox ADD COLUMN ending TEXT;
        CREATE INDEX inbox_unsettled ON inbox (seq) WHERE settled = 0;
        CREATE INDEX inbox_delivery ON inbox (delivery);

        ALTER TABLE outbox ADD COLUMN send_before INTEGER;
        CREATE INDEX outbox_consent ON outbox (seq)
            WHERE kind IN ('consent-put', 'consent-revoke');

        CREATE TABLE break_glass (
            id BLOB PRIMARY KEY,
            patient_system TEXT NOT NULL,
            patient_value TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            ends_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    // On whose behalf a message was written, and who opened one; NULL if nobody was named.
    private static let person = """
        ALTER TABLE outbox ADD COLUMN acting_for BLOB;
        ALTER TABLE inbox ADD COLUMN opened_by BLOB;
        """
}
