import CareModel
import CareStore
import GRDB

/// Reads everybody enrolled.
struct DirectoryReader {
    private let rows: RowReader
    private let organisations: PreparedStatement
    private let identifiers: PreparedStatement
    private let services: PreparedStatement
    private let agents: PreparedStatement

    init(_ database: Database, rows: RowReader) throws {
        self.rows = rows
        organisations = try PreparedStatement(database, "SELECT party, name FROM organisation")
        identifiers = try PreparedStatement(
            database,
            "SELECT system, value FROM organisation_identifier WHERE organisation = ? ORDER BY place"
        )
        services = try PreparedStatement(database, "SELECT party, organisation, name FROM service")
        agents = try PreparedStatement(
            database,
            """
            SELECT party, organisation, name, public_key, roles, services, is_active FROM agent
            """)
    }

    func directory() throws(StoreError) -> Directory {
        var directory = Directory()
        for organisation in try organisations.all({ _ in }, organisation) {
            directory.organisations[organisation.id] = organisation
        }
        for service in try services.all({ _ in }, service) {
            directory.services[service.id] = service
        }
        for agent in try agents.all({ _ in }, agent) { directory.agents[agent.id] = agent }
        return directory
    }

    private func organisation(_ row: inout Columns) throws(StoreError) -> Organisation {
        let party = row.int()
        let found = try identifiers.all({ $0.add(party) }) { (row) throws(StoreError) in
            guard let identifier = BusinessIdentifier(system: row.text(), value: row.text())
            else { throw .unreadable("identifier") }
            return identifier
        }
        return Organisation(
            id: try rows.names.organisation(party), name: row.text(),
            identifiers: found)
    }

    private func service(_ row: inout Columns) throws(StoreError) -> Service {
        guard case .service(let id) = try rows.names.mailbox(row.int()) else {
            throw .unreadable("service")
        }
        return Service(
            id: id, organisation: try rows.names.organisation(row.int()), name: row.text())
    }

    private func agent(_ row: inout Columns) throws(StoreError) -> Agent {
        Agent(
            id: try rows.names.agent(row.int()),
            organisation: try rows.names.organisation(row.int()), name: row.text(),
            publicKey: row.text(), roles: Set(try row.text().words("role")),
            services: Set(words(row.text()).map { ServiceID(unchecked: $0) }), isActive: row.bool())
    }

    private func words(_ text: String) -> [String] {
        text.split(separator: " ").map(String.init)
    }
}
