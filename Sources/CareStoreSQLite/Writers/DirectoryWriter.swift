import CareModel
import CareStore
import GRDB

/// Writes who is enrolled.
struct DirectoryWriter {
    private let interner: Interner
    private let putOrganisation: PreparedStatement
    private let removeIdentifiers: PreparedStatement
    private let insertIdentifier: PreparedStatement
    private let putService: PreparedStatement
    private let putAgent: PreparedStatement

    init(_ database: Database, interner: Interner) throws {
        self.interner = interner
        putOrganisation = try PreparedStatement(
            database,
            """
            INSERT INTO organisation (party, name) VALUES (?, ?)
            ON CONFLICT (party) DO UPDATE SET name = excluded.name
            """)
        removeIdentifiers = try PreparedStatement(
            database, "DELETE FROM organisation_identifier WHERE organisation = ?")
        insertIdentifier = try PreparedStatement(
            database, insertingInto: "organisation_identifier", "organisation, place, system, value"
        )
        putService = try PreparedStatement(
            database,
            """
            INSERT INTO service (party, organisation, name) VALUES (?, ?, ?)
            ON CONFLICT (party) DO UPDATE SET
                organisation = excluded.organisation, name = excluded.name
            """)
        putAgent = try PreparedStatement(
            database,
            """
            INSERT INTO agent (
                party, organisation, name, public_key, roles, services, is_active)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (party) DO UPDATE SET
                organisation = excluded.organisation, name = excluded.name,
                public_key = excluded.public_key, roles = excluded.roles,
                services = excluded.services, is_active = excluded.is_active
            """)
    }

    func put(_ organisation: Organisation) throws(StoreError) {
        let party = try interner.organisation(organisation.id)
        try putOrganisation.run { row in
            row.add(party)
            row.add(organisation.name)
        }
        try removeIdentifiers.run { $0.add(party) }
        for (place, identifier) in organisation.identifiers.enumerated() {
            try insertIdentifier.run { row in
                row.add(party)
                row.add(Int64(place))
                row.add(identifier.system)
                row.add(identifier.value)
            }
        }
    }

    func put(_ service: Service) throws(StoreError) {
        let party = try interner.mailbox(.service(service.id))
        let organisation = try interner.organisation(service.organisation)
        try putService.run { row in
            row.add(party)
            row.add(organisation)
            row.add(service.name)
        }
    }

    func put(_ agent: Agent) throws(StoreError) {
        let party = try interner.mailbox(.agent(agent.id))
        let organisation = try interner.organisation(agent.organisation)
        try putAgent.run { row in
            row.add(party)
            row.add(organisation)
            row.add(agent.name)
            row.add(agent.publicKey)
            row.add(agent.roles.sorted().map(\.rawValue).joined(separator: " "))
            row.add(agent.services.sorted().map(\.name).joined(separator: " "))
            row.add(agent.isActive)
        }
    }
}
