import ArgumentParser

/// Checks, proves and exports the audit log.
struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check, prove and export the audit log.",
        discussion: """
            Reads the data directory, beside a running broker or without one, and changes nothing. \
            Protocols/AUDIT-1.md says how others can check what these commands print.
            """,
        subcommands: [
            AuditVerify.self, AuditProve.self, AuditExport.self, AuditCheckpoint.self,
            AuditKey.self,
        ])
}
