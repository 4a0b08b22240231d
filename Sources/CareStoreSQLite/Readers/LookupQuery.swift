import CareModel

/// Is the SQL of the reads by key; names its index wherever a scan would hurt.
enum LookupQuery {
    static let submission = """
        SELECT \(RowReader.submissionColumns) FROM submission
        WHERE id = ? AND sender = ? AND content_hash IS NOT NULL
        """

    static let refusal = """
        SELECT \(RowReader.refusalColumns) FROM refusal WHERE id = ? AND sender = ?
        """

    static let message = """
        SELECT \(RowReader.messageColumns) FROM message \(RowReader.messageJoins)
        WHERE message.number = ?
        """

    static let messageNumber = """
        SELECT message.number FROM submission
        JOIN message ON message.number = submission.message
        WHERE submission.id = ? ORDER BY message.number LIMIT 1
        """

    static let firstMessage = """
        SELECT MIN(message.number) FROM message
        WHERE referral = (SELECT row FROM referral WHERE id = ?)
        """

    static let referral = """
        SELECT \(RowReader.referralColumns) FROM referral
        JOIN patient ON patient.id = referral.patient
        WHERE referral.id = ?
        """

    static let referralOfNumber = """
        SELECT id FROM referral WHERE number = ? ORDER BY namesake LIMIT 1
        """

    static let openReferral = """
        SELECT id FROM referral INDEXED BY referral_patient
        WHERE patient = ? AND addressed_to = ? AND initiator = ? AND is_open = 1
        ORDER BY row LIMIT 1
        """

    static let delivery = deliveries("", "delivery.id = ?")

    static let unsettled = deliveries(
        "INDEXED BY delivery_order",
        """
        delivery.is_open = 1 AND delivery.referral = (SELECT row FROM referral WHERE id = ?)
        """)

    static let queue = deliveries(
        "INDEXED BY delivery_ready",
        """
        delivery.is_ready = 1 AND delivery.mailbox = ?1 AND delivery.not_before <= ?2
        AND delivery.expires_at > ?2
        ORDER BY delivery.not_before, delivery.id LIMIT ?3
        """)

    static let expired = deliveries(
        "INDEXED BY delivery_expiry",
        """
        delivery.is_open = 1 AND delivery.expires_at <= ?
        ORDER BY delivery.expires_at, delivery.id LIMIT \(FactKeys.expiredMax)
        """)

    static let keptBack = deliveries(
        "INDEXED BY delivery_kept_back",
        """
        delivery.is_open = 1 AND delivery.state < 2 AND delivery.not_before <= ?
        ORDER BY delivery.not_before, delivery.id LIMIT \(FactKeys.expiredMax)
        """)

    /// Names its index, which has no other rows.
    static let keptBackInOrder = deliveries(
        "INDEXED BY delivery_kept_back_order",
        """
        delivery.is_open = 1 AND delivery.state < 2 AND delivery.id > ?
        ORDER BY delivery.id LIMIT \(FactKeys.expiredMax)
        """)

    /// The numbers of the messages about patient `?1`.
    ///
    /// Those of a referral are found by way of the patient's referrals, which are few: an index of
    /// all messages by patient would make each message write to a page of its own.
    private static let messagesOfPatient = """
        WITH mine (number) AS (
            SELECT message.number FROM referral INDEXED BY referral_patient
            CROSS JOIN message INDEXED BY message_referral ON message.referral = referral.row
            WHERE referral.patient = ?1 AND message.patient = ?1
            UNION ALL
            SELECT number FROM message INDEXED BY message_patient
            WHERE patient = ?1 AND referral IS NULL)
        """

    static let waiting = """
        \(messagesOfPatient)
        SELECT \(RowReader.deliveryColumns) FROM mine
        CROSS JOIN delivery INDEXED BY delivery_message ON delivery.message = mine.number
        \(RowReader.deliveryJoins)
        WHERE delivery.is_open = 1 AND delivery.id > ?2
        ORDER BY delivery.id LIMIT \(FactKeys.waitingMax)
        """

    /// Moves stand together among the codes of kinds.
    static let timeline = """
        \(messagesOfPatient)
        SELECT \(RowReader.messageColumns) FROM mine
        CROSS JOIN message ON message.number = mine.number \(RowReader.messageJoins)
        WHERE mine.number > ?2 AND message.payload IS NOT NULL
            AND message.kind BETWEEN \(Codes.messageKind.code(.move(.request)))
                AND \(Codes.messageKind.code(.move(.fail)))
        ORDER BY message.number LIMIT \(FactKeys.timelineMax)
        """

    static let referralsOfPatient = """
        SELECT \(RowReader.referralColumns) FROM referral INDEXED BY referral_patient
        JOIN patient ON patient.id = referral.patient
        WHERE referral.patient = ?
        """

    static let consentEpoch = "SELECT consent_epoch FROM patient WHERE id = ?"

    static let breakGlass = "\(breakGlasses("")) WHERE break_glass.id = ?"

    static let overridesDue = overrides("break_glass_due", "ends_at <= ?")

    static let overridesOfPatient = overrides("break_glass_patient", "patient = ?")

    static let overridesOfAgent = overrides("break_glass_agent", "agent = ?")

    static let consentVersions = "\(consents) WHERE consent.id = ? ORDER BY version"

    static let consent = "\(consents) WHERE consent.id = ? ORDER BY version DESC LIMIT 1"

    static let consentsOfPatient = """
        \(consents) WHERE consent.patient = ? AND version =
            (SELECT MAX(version) FROM consent AS other WHERE other.id = consent.id)
        ORDER BY consent.id
        """

    static let payload = """
        SELECT payload.message, payload.key_generation, payload.bytes, patient.id,
            patient.key_generation
        FROM message JOIN payload ON payload.message = message.payload
        JOIN patient ON patient.id = payload.patient
        WHERE message.number = ?
        """

    static func breakGlasses(_ index: String) -> String {
        """
        SELECT \(RowReader.breakGlassColumns) FROM break_glass \(index)
        JOIN patient ON patient.id = break_glass.patient
        """
    }

    private static func overrides(_ index: String, _ condition: String) -> String {
        """
        \(breakGlasses("INDEXED BY \(index)"))
        WHERE break_glass.ended_at IS NULL AND break_glass.\(condition) ORDER BY break_glass.id
        """
    }

    private static let consents = """
        SELECT \(RowReader.consentColumns) FROM consent
        JOIN patient ON patient.id = consent.patient
        """

    private static func deliveries(_ index: String, _ condition: String) -> String {
        """
        SELECT \(RowReader.deliveryColumns) FROM delivery \(index) \(RowReader.deliveryJoins)
        WHERE \(condition)
        """
    }
}
