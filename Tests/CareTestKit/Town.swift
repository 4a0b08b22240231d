public import CareCore
public import CareModel

/// Is a broker with two organisations enrolled: the practice refers, the hospital answers.
public final class Town {
    /// The organisation that refers.
    public static let practice = OrganisationID(unchecked: "northside")
    /// The organisation that is asked.
    public static let hospital = OrganisationID(unchecked: "mercy")
    /// A service of the hospital that two specialists work.
    public static let cardiology = ServiceID(unchecked: "cardiology")
    /// Another service of the hospital, worked by one of them.
    public static let imaging = ServiceID(unchecked: "imaging")
    /// Refers, for the practice.
    public static let adams = AgentID(unchecked: "dr-adams")
    /// Coordinates, for the practice.
    public static let nora = AgentID(unchecked: "nora")
    /// Works cardiology.
    public static let berg = AgentID(unchecked: "dr-berg")
    /// Works cardiology and imaging.
    public static let chen = AgentID(unchecked: "dr-chen")
    /// Coordinates, for the hospital.
    public static let hana = AgentID(unchecked: "hana")
    /// Administers, for the practice.
    public static let root = AgentID(unchecked: "root")
    /// Reads trails, for the hospital.
    public static let audrey = AgentID(unchecked: "audrey")
    /// Works the emergency room of a third house, and may break the glass.
    public static let eva = AgentID(unchecked: "eva")
    /// An organisation that has nothing to do with anybody.
    public static let emergencyRoom = OrganisationID(unchecked: "er")

    /// The broker.
    public let broker: TestBroker
    private var count: UInt64 = 0

    /// Enrols everybody.
    ///
    /// Every patient permits everything unless `consents` is false.
    public init(_ broker: TestBroker, consents: Bool = true) throws {
        self.broker = broker
        if consents { broker.shelf.standing = [.permitAll] }
        let organisations = [
            (Self.practice, "Northside Practice"), (Self.hospital, "Mercy"),
            (Self.emergencyRoom, "Emergency Room"),
        ]
        for (id, name) in organisations {
            try enrol(.enrolOrganisation(Organisation(id: id, name: name)))
        }
        for id in [Self.cardiology, Self.imaging] {
            try enrol(
                .enrolService(Service(id: id, organisation: Self.hospital, name: id.name)))
        }
        for agent in Self.agents { try enrol(.enrolAgent(agent)) }
    }

    /// Makes a town on a new broker.
    public convenience init(policy: BrokerPolicy = BrokerPolicy(), consents: Bool = true) throws {
        try self.init(TestBroker(policy: policy), consents: consents)
    }

    /// Everybody, as enrolled.
    public static var agents: [Agent] {
        [
            agent(adams, practice, [.referrer]), agent(nora, practice, [.coordinator]),
            agent(berg, hospital, [.specialist], [cardiology]),
            agent(chen, hospital, [.specialist], [cardiology, imaging]),
            agent(hana, hospital, [.coordinator]), agent(root, practice, [.administrator]),
            agent(audrey, hospital, [.auditor]),
            agent(eva, emergencyRoom, [.specialist, .emergency]),
        ]
    }

    /// An agent whose key is its name.
    public static func agent(
        _ id: AgentID, _ organisation: OrganisationID, _ roles: Set<Role>,
        _ services: Set<ServiceID> = []
    ) -> Agent {
        Agent(
            id: id, organisation: organisation, name: id.name, publicKey: "key of \(id)",
            roles: roles, services: services)
    }

    /// Carries out an operator's command and gives the answer.
    @discardableResult
    public func enrol(_ command: AdminCommand, salt: Int = 0) throws -> Administered? {
        let secret = (0..<Input.secretByteCount).map { UInt8(truncatingIfNeeded: $0 &+ salt) }
        let plan = try broker.step(
            [.administer(Self.operatorPeer, request: 7, command, secret: secret)])
        for item in plan.outgoing where item.peer == Self.operatorPeer {
            if case .administered(let answer) = item.saying { return answer }
        }
        return nil
    }

    /// The operator's connection.
    public static let operatorPeer = Peer(Array("operator".utf8))

    /// A new process of `id` on a new connection.
    public func process(of id: AgentID) -> ScriptedAgent {
        count += 1
        return ScriptedAgent(
            id, on: newPeer(), instance: UUIDBytes(high: 0xA6E7, low: count), of: broker)
    }

    /// A connection nobody has used.
    public func newPeer() -> Peer {
        count += 1
        return Peer(Array("peer \(count)".utf8))
    }

    /// A connected agent with credit.
    public func connected(_ id: AgentID, messages: UInt32 = 100) throws -> ScriptedAgent {
        let agent = process(of: id)
        try agent.connect(messages: messages)
        return agent
    }

    /// 128 bits nobody has used.
    public func fresh() -> UUIDBytes {
        count += 1
        return UUIDBytes(high: 0xF4E5 << 32, low: count &* 0x9E37_79B9_7F4A_7C15)
    }
}
