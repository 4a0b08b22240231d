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

    static let openReferral = """
        SELECT id FROM referral INDEXED BY referral_open
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

    static let consent = "\(consents) WHERE consent.id = ? ORDER BY version DESC LIMIT 1"

    static let consentsOfPatient = """
        \(consents) WHERE consent.patient = ? AND version =
            (SELECT MAX(version) FROM consent AS other WHERE other.id = consent.id)
        ORDER BY consent.id
        """

    static let payload = """
        SELECT payload.bytes FROM message JOIN payload ON payload.message = message.payload
        WHERE message.number = ?
        """

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
