import CareModel

/// Is the small world of the store's cases.
enum Sample {
    static let now = Timestamp(milliseconds: 1_790_000_000_000)
    static let later = now + .seconds(432_000)

    static let practice = OrganisationID(unchecked: "hillside")
    static let clinic = OrganisationID(unchecked: "city")
    static let stranger = OrganisationID(unchecked: "elsewhere")
    static let desk = AgentID(unchecked: "hillside.desk")
    static let cardiologist = AgentID(unchecked: "city.lee")
    static let outsider = AgentID(unchecked: "elsewhere.kim")
    static let cardiology = ServiceID(unchecked: "cardiology")
    static let clinicMailbox = Mailbox.service(cardiology)
    static let deskMailbox = Mailbox.agent(desk)
    static let lastMorning = BusinessIdentifier(system: "urn:oid:1.2.3", value: "0042")

    static let agents = [
        Agent(
            id: desk, organisation: practice, name: "Desk", publicKey: key("d"),
            roles: [.referrer, .coordinator], services: []),
        Agent(
            id: cardiologist, organisation: clinic, name: "Dr Lee", publicKey: key("l"),
            roles: [.specialist], services: [cardiology]),
        Agent(
            id: outsider, organisation: stranger, name: "Kim", publicKey: key("k"),
            roles: [.administrator], services: []),
    ]

    static var atPractice: Asker { Asker(agents[0]) }
    static var atClinic: Asker { Asker(agents[1]) }
    static var elsewhere: Asker { Asker(agents[2]) }

    static let enrolment: [Write] =
        [
            .putOrganisation(
                Organisation(
                    id: practice, name: "Hillside", identifiers: [lastMorning].compactMap(\.self))),
            .putOrganisation(Organisation(id: clinic, name: "City Hospital")),
            .putOrganisation(Organisation(id: stranger, name: "Elsewhere")),
            .putService(Service(id: cardiology, organisation: clinic, name: "Cardiology")),
        ] + agents.map(Write.putAgent)

    static func key(_ letter: Character) -> String { String(repeating: letter, count: 40) }

    static func patient(_ number: UInt8) -> PatientKey {
        guard let key = PatientKey(bytes: Array(repeating: number, count: 32)) else {
            preconditionFailure("32 bytes make a key")
        }
        return key
    }

    static func uuid(_ number: UInt64) -> UUIDBytes {
        UUIDBytes(version7At: now, random: (0, number))
    }

    static func referral(_ number: UInt64, patient: UInt8 = 1) -> Referral {
        Referral(
            id: ReferralID(uuid(number)), patient: Self.patient(patient), initiator: practice,
            replyTo: deskMailbox, recipient: clinic, to: clinicMailbox, priority: .urgent,
            reason: ReasonCode("assessment"), requestedAt: now)
    }

    /// Another referral with the same number, which is made of the last 55 bits of an id.
    static func namesake(of referral: Referral) -> Referral {
        let id = UUIDBytes(high: referral.id.uuid.high + 1, low: referral.id.uuid.low)
        return Referral(
            id: ReferralID(id), patient: patient(2), initiator: stranger, replyTo: deskMailbox,
            recipient: clinic, to: clinicMailbox, priority: .routine, reason: ReasonCode("advice"),
            requestedAt: now)
    }

    static func message(
        _ number: Int64, id: UInt64, about referral: Referral?, patient: UInt8 = 1,
        kind: MessageKind = .move(.request), sender: AgentID? = desk, payload: [UInt8]? = nil,
        details: MessageDetails = MessageDetails()
    ) -> Message {
        Message(
            number: MessageNumber(number), id: MessageID(uuid(id)), kind: kind,
            acceptedAt: now, sender: sender, organisation: sender == nil ? nil : practice,
            thread: referral.map { .referral($0.id) },
            patient: referral?.patient ?? Self.patient(patient),
            state: referral?.state,
            version: referral?.version ?? 0, reason: referral?.reason, expiresAt: later,
            details: details, payloadType: payload == nil ? nil : "application/fhir+json",
            payloadHash: payload.map { _ in Array(repeating: 9, count: 32) },
            payloadByteCount: payload?.count ?? 0)
    }

    static func stream(_ name: StreamName, head: UInt64 = 0) -> Stream {
        Stream(
            name: name, token: Array(repeating: 3, count: 16), key: Array(repeating: 4, count: 32),
            epoch: 1, head: head)
    }

    static func glass(
        _ number: UInt64, patient: UInt8 = 1, agent: AgentID = cardiologist,
        organisation: OrganisationID = clinic, custodians: [OrganisationID] = [practice],
        at start: Timestamp = now
    ) -> BreakGlass {
        BreakGlass(
            id: BreakGlassID(uuid(number)), patient: Self.patient(patient),
            patientIdentifier: identifier(patient), agent: agent, organisation: organisation,
            custodians: custodians, reason: "Found unconscious.", startedAt: start,
            endsAt: start + .seconds(14_400))
    }

    static func identifier(_ number: UInt8) -> BusinessIdentifier {
        guard let identifier = BusinessIdentifier(system: "urn:mrn", value: "N \(number)") else {
            preconditionFailure("a value that is not empty makes an identifier")
        }
        return identifier
    }

    static func lease(_ owner: String, _ until: Timestamp) -> DeliveryLease {
        DeliveryLease(owner: BrokerID(unchecked: owner), until: until)
    }

    static func event(_ stream: StreamName, _ sequence: UInt64) -> SequencedEvent {
        SequencedEvent(
            stream: stream, sequence: sequence,
            event: Event(
                kind: .delivery, at: now, subject: .referral(ReferralSummary(referral(1))),
                move: .request,
                deliveryState: .acknowledged))
    }
}
