extension Migration {
    /// The first shape that was released.
    ///
    /// Frozen: files in the field have it. Nobody edits this file again; a test holds its hash.
    static let broker = Migration(
        "1 broker", version: 2,
        sql: Migration1Broker.sql + "PRAGMA application_id = 1668050800;")
}

private enum Migration1Broker {
    static let sql = parties + messages + referrals + deliveries + records + audit

    /// Names become small integers.
    ///
    /// `patient.master_version` is NULL once the key was destroyed; `key_generation` then counts the
    /// next one, and what an earlier one sealed is erased. The wrapped keys have a table of their
    /// own, all of whose rows have one length: a row that grows or shrinks makes SQLite move its
    /// neighbours, and what stood there before may stay in the gaps between rows.
    private static let parties = """
        CREATE TABLE broker (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            last_seen INTEGER NOT NULL,
            starts INTEGER NOT NULL);
        INSERT INTO broker VALUES (1, 0, 0);
        CREATE TABLE party (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE);
        CREATE TABLE patient (
            id INTEGER PRIMARY KEY,
            key BLOB NOT NULL UNIQUE,
            master_version INTEGER,
            key_generation INTEGER NOT NULL,
            consent_epoch INTEGER NOT NULL);
        CREATE INDEX patient_master ON patient (master_version)
            WHERE master_version IS NOT NULL;
        CREATE TABLE patient_key (
            patient INTEGER PRIMARY KEY,
            wrapped BLOB NOT NULL);
        CREATE TABLE organisation (
            party INTEGER PRIMARY KEY REFERENCES party,
            name TEXT NOT NULL);
        CREATE TABLE organisation_identifier (
            organisation INTEGER NOT NULL REFERENCES organisation,
            place INTEGER NOT NULL,
            system TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (organisation, place)) WITHOUT ROWID;
        CREATE TABLE service (
            party INTEGER PRIMARY KEY REFERENCES party,
            organisation INTEGER NOT NULL REFERENCES party,
            name TEXT NOT NULL);
        CREATE TABLE agent (
            party INTEGER PRIMARY KEY REFERENCES party,
            organisation INTEGER NOT NULL REFERENCES party,
            name TEXT NOT NULL,
            public_key TEXT NOT NULL,
            roles TEXT NOT NULL,
            services TEXT NOT NULL,
            is_active INTEGER NOT NULL);

        """

    /// One row of `submission` is both what a message is called and what its sender was answered.
    ///
    /// `content_hash` is NULL where nobody submitted it, and keyed. `identity` (who the patient is,
    /// and the document's hash) and `bytes` are sealed with the patient's data key of the generation
    /// beside them.
    private static let messages = """
        CREATE TABLE submission (
            id BLOB NOT NULL,
            sender INTEGER NOT NULL,
            message INTEGER,
            content_hash BLOB,
            outcome INTEGER,
            referral BLOB,
            state INTEGER,
            version INTEGER,
            consent BLOB,
            delivery INTEGER,
            statement TEXT,
            break_glass BLOB,
            PRIMARY KEY (id, sender)) WITHOUT ROWID;
        CREATE TABLE refusal (
            id BLOB NOT NULL,
            sender INTEGER NOT NULL,
            code TEXT NOT NULL,
            message TEXT NOT NULL,
            retry_after INTEGER,
            state INTEGER,
            version INTEGER,
            allowed_moves TEXT NOT NULL,
            rule TEXT,
            PRIMARY KEY (id, sender)) WITHOUT ROWID;
        CREATE TABLE message (
            number INTEGER PRIMARY KEY,
            id BLOB NOT NULL,
            kind INTEGER NOT NULL,
            accepted_at INTEGER NOT NULL,
            sender INTEGER,
            organisation INTEGER,
            referral INTEGER,
            patient INTEGER,
            state INTEGER,
            version INTEGER NOT NULL,
            reason TEXT,
            expires_at INTEGER NOT NULL,
            payload INTEGER,
            payload_type TEXT,
            payload_byte_count INTEGER NOT NULL,
            appointment_start INTEGER,
            appointment_end INTEGER,
            due_at INTEGER,
            is_blocking INTEGER NOT NULL,
            acting_as INTEGER,
            on_behalf_of INTEGER,
            report_message BLOB,
            report_mailbox INTEGER,
            report_state INTEGER,
            report_code TEXT,
            break_glass BLOB,
            key_generation INTEGER,
            identity BLOB);
        CREATE INDEX message_referral ON message (referral) WHERE referral IS NOT NULL;
        CREATE INDEX message_patient ON message (patient)
            WHERE patient IS NOT NULL AND referral IS NULL;
        CREATE TABLE payload (
            message INTEGER PRIMARY KEY,
            patient INTEGER NOT NULL,
            key_generation INTEGER NOT NULL,
            bytes BLOB NOT NULL);

        """

    /// `is_open`, `is_on_worklist` and `waits_for` follow from the state and are there for the
    /// indexes; so are `is_open` and `is_ready` of a delivery.
    private static let referrals = """
        CREATE TABLE referral (
            row INTEGER PRIMARY KEY,
            id BLOB NOT NULL,
            number TEXT NOT NULL,
            patient INTEGER NOT NULL,
            initiator INTEGER NOT NULL,
            reply_to INTEGER NOT NULL,
            recipient INTEGER NOT NULL,
            addressed_to INTEGER NOT NULL,
            priority INTEGER NOT NULL,
            reason TEXT NOT NULL,
            requested_at INTEGER NOT NULL,
            previous BLOB,
            state INTEGER NOT NULL,
            resume_states TEXT,
            version INTEGER NOT NULL,
            updated_at INTEGER NOT NULL,
            last_reason TEXT,
            assignee INTEGER,
            appointment_start INTEGER,
            appointment_end INTEGER,
            due_at INTEGER,
            next BLOB,
            is_open INTEGER NOT NULL,
            is_on_worklist INTEGER NOT NULL,
            waits_for INTEGER NOT NULL);
        CREATE UNIQUE INDEX referral_id ON referral (id);
        CREATE INDEX referral_number ON referral (number);
        CREATE INDEX referral_patient ON referral (patient, addressed_to, initiator);
        CREATE INDEX referral_initiator ON referral (initiator, is_on_worklist);
        CREATE INDEX referral_recipient ON referral (recipient, is_on_worklist);
        CREATE INDEX referral_inbox ON referral (addressed_to) WHERE waits_for = 1;
        CREATE INDEX referral_assignee ON referral (assignee)
            WHERE waits_for = 1 AND assignee IS NOT NULL;

        """

    private static let deliveries = """
        CREATE TABLE delivery (
            id INTEGER PRIMARY KEY,
            message INTEGER NOT NULL REFERENCES message,
            mailbox INTEGER NOT NULL,
            referral INTEGER,
            queued_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            replay_of INTEGER,
            state INTEGER NOT NULL,
            fence INTEGER NOT NULL,
            not_before INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            failures INTEGER NOT NULL,
            crashes INTEGER NOT NULL,
            agent INTEGER,
            sent_at INTEGER,
            settled_at INTEGER,
            displayed_at INTEGER,
            code TEXT,
            is_ready INTEGER NOT NULL,
            is_open INTEGER NOT NULL);
        CREATE INDEX delivery_message ON delivery (message);
        CREATE INDEX delivery_ready ON delivery (mailbox, not_before, id, expires_at)
            WHERE is_ready = 1;
        CREATE INDEX delivery_order ON delivery (referral, mailbox, id) WHERE is_open = 1;
        CREATE INDEX delivery_expiry ON delivery (expires_at) WHERE is_open = 1;
        CREATE INDEX delivery_kept_back ON delivery (not_before)
            WHERE is_open = 1 AND state < 2;
        CREATE INDEX delivery_dead ON delivery (id) WHERE state = 10;

        """

    /// `reason` and `identifier` of an override are sealed like a message's.
    private static let records = """
        CREATE TABLE stream (
            party INTEGER PRIMARY KEY REFERENCES party,
            token BLOB NOT NULL,
            key BLOB NOT NULL,
            epoch INTEGER NOT NULL,
            head INTEGER NOT NULL);
        CREATE TABLE event (
            stream INTEGER NOT NULL,
            sequence INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            at INTEGER NOT NULL,
            move INTEGER,
            delivery_state INTEGER,
            referral BLOB,
            state INTEGER,
            version INTEGER,
            priority INTEGER,
            initiator INTEGER,
            recipient INTEGER,
            addressed_to INTEGER,
            due_at INTEGER,
            waits_for INTEGER,
            PRIMARY KEY (stream, sequence)) WITHOUT ROWID;
        CREATE TABLE consent (
            id BLOB NOT NULL,
            version INTEGER NOT NULL,
            patient INTEGER NOT NULL,
            message INTEGER NOT NULL REFERENCES message,
            recorded_by INTEGER NOT NULL,
            organisation INTEGER NOT NULL,
            recorded_at INTEGER NOT NULL,
            revoked_at INTEGER,
            PRIMARY KEY (id, version)) WITHOUT ROWID;
        CREATE INDEX consent_patient ON consent (patient);
        CREATE TABLE break_glass (
            row INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE,
            patient INTEGER NOT NULL,
            key_generation INTEGER NOT NULL,
            identifier BLOB NOT NULL,
            reason BLOB NOT NULL,
            agent INTEGER NOT NULL,
            organisation INTEGER NOT NULL,
            custodians TEXT NOT NULL,
            started_at INTEGER NOT NULL,
            ends_at INTEGER NOT NULL,
            ended_at INTEGER,
            reviewer INTEGER,
            review_organisation INTEGER,
            reviewed_at INTEGER,
            finding INTEGER);
        CREATE INDEX break_glass_open ON break_glass (row) WHERE reviewed_at IS NULL;

        """

    /// `audit` is append-only; `audit_head` says what the tree over all of it is, and `checkpoint`
    /// what it was: the roots of its full subtrees and the signed note.
    private static let audit = """
        CREATE TABLE audit (
            sequence INTEGER PRIMARY KEY,
            kind INTEGER NOT NULL,
            at INTEGER NOT NULL,
            agent INTEGER,
            organisation INTEGER,
            recipient INTEGER,
            message INTEGER,
            delivery INTEGER,
            referral BLOB,
            patient INTEGER,
            outcome TEXT NOT NULL,
            rule TEXT,
            purpose TEXT,
            epoch INTEGER);
        CREATE INDEX audit_disclosure ON audit (patient)
            WHERE patient IS NOT NULL AND kind < 10;
        CREATE TABLE audit_head (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            size INTEGER NOT NULL,
            root BLOB NOT NULL,
            mac BLOB NOT NULL);
        CREATE TABLE checkpoint (
            size INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            peaks BLOB NOT NULL,
            note TEXT NOT NULL);

        """
}
