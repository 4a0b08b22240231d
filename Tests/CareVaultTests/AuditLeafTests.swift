import CareModel
import CareVault
import Testing

@Suite("Events are written as leaves")
struct AuditLeafTests {
    private static func full() -> AuditEvent {
        var event = AuditEvent(
            .disclosureSent, at: Timestamp(milliseconds: 1_763_834_104_123), outcome: "permit")
        event.agent = AgentID(unchecked: "ann.lee")
        event.organisation = OrganisationID(unchecked: "north-clinic")
        event.recipient = .service(ServiceID(unchecked: "cardiology"))
        event.message = MessageNumber(7001)
        event.delivery = DeliveryID(.max)
        event.referral = ReferralID("0192f1a0-7c3b-7abc-8def-0123456789ab")
        event.patient = PatientKey(bytes: [UInt8](0..<32))
        event.rule = "consent/17#2"
        event.purpose = "COC"
        event.epoch = .max
        return event
    }

    // The bytes and hashes were made with a few lines of Python's struct and hashlib.
    @Test("an event with every field has the bytes that AUDIT-1 says")
    func goldenFull() {
        let record = AuditRecord(sequence: 42, event: Self.full())
        let golden = bytes(
            """
            01000000023432020000000f646973636c6f737572652d73656e74030000000d31373633383334313034313233
            0400000007616e6e2e6c6565050000000c6e6f7274682d636c696e69630600000012736572766963653a636172
            64696f6c6f6779070000000437303031080000001339323233333732303336383534373735383037090000002
            430313932663161302d376333622d376162632d386465662d3031323334353637383961620a00000020000102
            030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f0b000000067065726d69740c0000000
            c636f6e73656e742f313723320d00000003434f430e0000000a34323934393637323935
            """)
        #expect(AuditLeaf.bytes(of: record) == golden)
        let leaf = hash("3aa91bf0a4a11ad0447010ca1a2e476a06754b4c3544130c6f65855035a8c5ea")
        #expect(AuditLeaf.hash(of: golden) == leaf)
        #expect(AuditLeaf.hash(of: record) == leaf)
    }

    @Test("on whose behalf it was done comes last, as far as it was told")
    func goldenPerson() throws {
        var event = AuditEvent(.configured, at: Timestamp(milliseconds: -5), outcome: "")
        let plain = AuditLeaf.bytes(of: AuditRecord(sequence: 1, event: event))
        event.actingFor = try person(system: "urn:s", name: "Nora É", role: "nurse")
        #expect(
            AuditLeaf.bytes(of: AuditRecord(sequence: 1, event: event)) == plain
                + bytes(
                    """
                    0f0000000575726e3a731000000005532d313137110000000\
                    74e6f726120c389120000000\
                    56e75727365
                    """))
        event.actingFor = try person()
        #expect(
            AuditLeaf.bytes(of: AuditRecord(sequence: 1, event: event)) == plain
                + bytes("1000000005532d313137"))
    }

    private func person(
        system: String = "", name: String? = nil, role: String? = nil
    ) throws -> Person {
        let identifier = try #require(BusinessIdentifier(system: system, value: "S-117"))
        return try #require(Person(identifier: identifier, name: name, role: role))
    }

    @Test("an event with only what every event has leaves the others out")
    func goldenMinimal() {
        let event = AuditEvent(.configured, at: Timestamp(milliseconds: -5), outcome: "")
        let record = AuditRecord(sequence: 1, event: event)
        #expect(
            AuditLeaf.bytes(of: record)
                == bytes("010000000131020000000a636f6e6669677572656403000000022d350b00000000"))
        #expect(
            AuditLeaf.hash(of: record)
                == hash("2c721a3535e4c051a083b4fbd7c54018974b8db5b37707d2bbf53c1d362b07fe"))
    }

    @Test("an integer is its decimal digits", arguments: [.min, -1, 0, 9, 10, .max] as [Int64])
    func integers(number: Int64) {
        let event = AuditEvent(.enrolled, at: Timestamp(milliseconds: number), outcome: "")
        let written = AuditLeaf.bytes(of: AuditRecord(sequence: 1, event: event))
        let digits = Array(String(number).utf8)
        // Sequence (6 bytes) and kind (5 + 8) come before it.
        #expect(written[19...].starts(with: [3, 0, 0, 0, UInt8(digits.count)] + digits))
    }

    @Test("a change of any field changes the leaf, and none hides another")
    func everyFieldCounts() throws {
        let full = Self.full()
        let people = [
            try person(), try person(system: "S-117"), try person(name: "nurse"),
            try person(role: "nurse"), try person(name: "nurse", role: "nurse"),
        ]
        let changes: [(inout AuditEvent) -> Void] = [
            { $0.kind = .disclosureReceived }, { $0.at = Timestamp(milliseconds: 0) },
            { $0.agent = nil }, { $0.agent = AgentID(unchecked: "ann") },
            { $0.organisation = nil }, { $0.organisation = OrganisationID(unchecked: "south") },
            { $0.recipient = nil },
            { $0.recipient = .agent(AgentID(unchecked: "cardiology")) },
            { $0.recipient = .service(ServiceID(unchecked: "cardiologx")) },
            { $0.message = nil }, { $0.message = MessageNumber(7002) },
            { $0.delivery = nil }, { $0.delivery = DeliveryID(7001) },
            { $0.referral = nil },
            { $0.referral = ReferralID(UUIDBytes(high: 1, low: 2)) },
            { $0.patient = nil },
            { $0.patient = PatientKey(bytes: [UInt8](1..<33)) },
            { $0.outcome = "" }, { $0.outcome = "deny" },
            { $0.rule = nil }, { $0.rule = "" }, { $0.purpose = nil }, { $0.purpose = "BTG" },
            { $0.epoch = nil }, { $0.epoch = 0 },
            { event in (event.rule, event.purpose) = (event.purpose, event.rule) },
            { event in (event.outcome, event.rule) = ("permit\u{C}", nil) },
        ]
        var leaves: Set = [AuditLeaf.hash(of: AuditRecord(sequence: 42, event: full))]
        leaves.insert(AuditLeaf.hash(of: AuditRecord(sequence: 43, event: full)))
        for change in changes {
            var event = full
            change(&event)
            leaves.insert(AuditLeaf.hash(of: AuditRecord(sequence: 42, event: event)))
        }
        for person in people {
            var event = full
            event.actingFor = person
            leaves.insert(AuditLeaf.hash(of: AuditRecord(sequence: 42, event: event)))
        }
        #expect(leaves.count == changes.count + people.count + 2)
    }

    @Test("identifiers and kinds are written as their text")
    func texts() throws {
        for kind in AuditEvent.Kind.allCases {
            var event = AuditEvent(kind, at: Timestamp(milliseconds: 0), outcome: "é")
            event.recipient = .agent(AgentID(unchecked: "bob"))
            event.referral = ReferralID(UUIDBytes(high: 0x00FF_A0B1_C2D3_E4F5, low: .max))
            let text = String(
                decoding: AuditLeaf.bytes(of: AuditRecord(sequence: 1, event: event)),
                as: UTF8.self)
            #expect(text.contains(kind.rawValue))
            #expect(text.contains(try #require(event.recipient).description))
            #expect(text.contains(try #require(event.referral).description))
            #expect(text.contains("\u{B}\u{0}\u{0}\u{0}\u{2}é"))
        }
    }
}
