extension Migration {
    /// Makes referral numbers unique, lets the audit log say on whose behalf an agent acted, and
    /// brings what several brokers need who take over from one another.
    static let numbersPersonsLeases = Migration(
        "2 numbers, persons and leases", version: 3,
        sql: Migration2NumbersPersonsLeases.numbers + Migration2NumbersPersonsLeases.persons
            + Migration2NumbersPersonsLeases.leases)
}

private enum Migration2NumbersPersonsLeases {
    /// Until now two referrals could get one number.
    ///
    /// Those that did keep it: `namesake` counts the earlier ones of the same number. It is 0 for
    /// every new referral, so the index lets no further one in; readers find all of a number by it
    /// as before.
    static let numbers = """
        ALTER TABLE referral ADD COLUMN namesake INTEGER NOT NULL DEFAULT 0;
        UPDATE referral SET namesake = (
            SELECT count(*) FROM referral AS earlier
            WHERE earlier.number = referral.number AND earlier.row < referral.row);
        DROP INDEX referral_number;
        CREATE UNIQUE INDEX referral_number ON referral (number, namesake);

        """

    /// Events of before have none, and so the leaves they had.
    static let persons = """
        ALTER TABLE audit ADD COLUMN acting_system TEXT;
        ALTER TABLE audit ADD COLUMN acting_value TEXT;
        ALTER TABLE audit ADD COLUMN acting_name TEXT;
        ALTER TABLE audit ADD COLUMN acting_role TEXT;

        """

    /// Leases get an owner and an end, a look at a patient's deliveries its place, and overrides
    /// that hold their indexes.
    ///
    /// Leases of before have no owner; the next start takes them back.
    static let leases = """
        ALTER TABLE delivery ADD COLUMN lease_owner TEXT;
        ALTER TABLE delivery ADD COLUMN lease_until INTEGER;
        CREATE INDEX delivery_kept_back_order ON delivery (id) WHERE is_open = 1 AND state < 2;
        CREATE TABLE reconsideration (
            patient INTEGER PRIMARY KEY,
            last_delivery INTEGER NOT NULL);
        CREATE INDEX break_glass_due ON break_glass (ends_at) WHERE ended_at IS NULL;
        CREATE INDEX break_glass_patient ON break_glass (patient) WHERE ended_at IS NULL;
        CREATE INDEX break_glass_agent ON break_glass (agent) WHERE ended_at IS NULL;

        """
}
