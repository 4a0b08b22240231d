public import CareModel

/// Writes events of the audit log as the leaves of its tree (Protocols/AUDIT-1.md, section 2).
///
/// Each field that is present gives its number (1 byte), its length (4 bytes, big-endian) and its
/// bytes, in the order of the numbers. Integers are decimal ASCII, identifiers their text.
public enum AuditLeaf {
    /// The canonical event.
    public static func bytes(of record: AuditRecord) -> [UInt8] {
        var bytes: [UInt8] = []
        append(record, to: &bytes)
        return bytes
    }

    /// The leaf's hash of a canonical event: SHA-256(0x00 ‖ bytes).
    public static func hash(of bytes: [UInt8]) -> MerkleHash { .leaf(bytes) }

    /// The leaf's hash of an event.
    public static func hash(of record: AuditRecord) -> MerkleHash {
        var bytes: [UInt8] = []
        append(record, to: &bytes, prefix: 0x00)
        return bytes.withUnsafeBytes { .hash(of: $0) }
    }

    private static func append(
        _ record: AuditRecord, to bytes: inout [UInt8], prefix: UInt8? = nil
    ) {
        let event = record.event
        // The usual event; a longer one grows the array once more.
        bytes.reserveCapacity(320)
        if let prefix { bytes.append(prefix) }
        bytes.append(field: 1, record.sequence)
        bytes.append(field: 2, event.kind.rawValue)
        bytes.append(field: 3, event.at.milliseconds)
        if let agent = event.agent { bytes.append(field: 4, agent.name) }
        if let organisation = event.organisation { bytes.append(field: 5, organisation.name) }
        if let recipient = event.recipient { bytes.append(field: 6, recipient) }
        if let message = event.message { bytes.append(field: 7, message.number) }
        if let delivery = event.delivery { bytes.append(field: 8, delivery.number) }
        if let referral = event.referral { bytes.append(field: 9, referral.uuid) }
        if let patient = event.patient {
            bytes.append(header: 10, length: PatientKey.byteCount)
            patient.append(to: &bytes)
        }
        bytes.append(field: 11, event.outcome)
        if let rule = event.rule { bytes.append(field: 12, rule) }
        if let purpose = event.purpose { bytes.append(field: 13, purpose) }
        if let epoch = event.epoch { bytes.append(field: 14, Int64(epoch)) }
        // Events from before these fields have none of them, and so the leaves they had.
        guard let person = event.actingFor else { return }
        if !person.identifier.system.isEmpty { bytes.append(field: 15, person.identifier.system) }
        bytes.append(field: 16, person.identifier.value)
        if let name = person.name { bytes.append(field: 17, name) }
        if let role = person.role { bytes.append(field: 18, role) }
    }
}

extension [UInt8] {
    fileprivate mutating func append(header number: UInt8, length: Int) {
        append(number)
        append(bigEndian: UInt32(clamping: length))
    }

    fileprivate mutating func append(field number: UInt8, _ text: String) {
        append(header: number, length: text.utf8.count)
        append(contentsOf: text.utf8)
    }

    fileprivate mutating func append(field number: UInt8, _ mailbox: Mailbox) {
        let (prefix, name): (StaticString, String) =
            switch mailbox {
            case .agent(let agent): ("agent:", agent.name)
            case .service(let service): ("service:", service.name)
            }
        append(header: number, length: prefix.utf8CodeUnitCount + name.utf8.count)
        prefix.withUTF8Buffer { append(contentsOf: $0) }
        append(contentsOf: name.utf8)
    }

    /// Decimal digits without making a `String`, which would cost more than the hash.
    fileprivate mutating func append(field number: UInt8, _ integer: Int64) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
            var start = digits.count
            var rest = integer.magnitude
            repeat {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            if integer < 0 {
                start -= 1
                digits[start] = UInt8(ascii: "-")
            }
            append(header: number, length: digits.count - start)
            append(contentsOf: digits[start...])
        }
    }

    /// The text form of RFC 9562, as ``UUIDBytes`` writes it.
    fileprivate mutating func append(field number: UInt8, _ uuid: UUIDBytes) {
        append(header: number, length: 36)
        for index in 0..<16 {
            if index == 4 || index == 6 || index == 8 || index == 10 { append(UInt8(ascii: "-")) }
            let word = index < 8 ? uuid.high : uuid.low
            let byte = UInt8(truncatingIfNeeded: word >> UInt64((7 - index % 8) * 8))
            append(Self.hexDigit(byte >> 4))
            append(Self.hexDigit(byte & 0x0F))
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value + (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
    }
}
