extension Migration {
    /// Makes referral numbers unique, and lets the audit log say on whose behalf an agent acted.
    static let numbersAndPersons = Migration(
        "2 numbers and persons", version: 3,
        sql: Migration2NumbersAndPersons.numbers + Migration2NumbersAndPersons.persons)
}

private enum Migration2NumbersAndPersons {
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
}
