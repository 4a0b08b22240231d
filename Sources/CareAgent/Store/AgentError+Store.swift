internal import GRDB
internal import SwiftProtobuf

extension AgentError {
    /// Says in a person's words why the mail cannot be used.
    ///
    /// Never shows a value of a statement.
    init(storing error: any Error, in directory: String) {
        if let error = error as? AgentError {
            self = error
            return
        }
        guard !(error is BinaryDecodingError) else {
            self = .damagedMail
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(
                .unusableStore, "The local mail in \(directory) cannot be used. Check the folder.")
            return
        }
        let remedy =
            switch error.resultCode {
            case .SQLITE_FULL: "The disk is full. Make room, then try again."
            case .SQLITE_BUSY, .SQLITE_LOCKED:
                "Another program keeps it locked. End it, or try again."
            case .SQLITE_CORRUPT, .SQLITE_NOTADB:
                "It is damaged. Keep the file, restore it from a backup, and see the runbook."
            case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
                "It cannot be written. Check the folder's owner and mode."
            case .SQLITE_IOERR: "The disk reports an error. Check the disk before you go on."
            default: "Check the folder."
            }
        self.init(
            .unusableStore,
            "The local mail in \(directory) cannot be used"
                + " (SQLite \(error.extendedResultCode.rawValue)). \(remedy)")
    }

    /// Says that a row of the mail is not as it was written.
    static var damagedMail: AgentError {
        AgentError(
            .unusableStore,
            "The local mail holds something that cannot be read. Keep the file, restore it from a"
                + " backup, and see the runbook.")
    }
}

extension Optional {
    /// What a row says; what cannot be read is not left out in silence.
    var orDamaged: Wrapped {
        get throws(AgentError) {
            guard let self else { throw .damagedMail }
            return self
        }
    }
}
