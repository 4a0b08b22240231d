extension Migration {
    /// Makes referral numbers unique.
    ///
    /// Until now two referrals could get one number. Those that did keep it: `namesake` counts the
    /// earlier ones of the same number. It is 0 for every new referral, so the index lets no further
    /// one in; readers find all of a number by it as before.
    static let numbers = Migration(
        "2 numbers", version: 3,
        sql: """
            ALTER TABLE referral ADD COLUMN namesake INTEGER NOT NULL DEFAULT 0;
            UPDATE referral SET namesake = (
                SELECT count(*) FROM referral AS earlier
                WHERE earlier.number = referral.number AND earlier.row < referral.row);
            DROP INDEX referral_number;
            CREATE UNIQUE INDEX referral_number ON referral (number, namesake);

            """)
}
