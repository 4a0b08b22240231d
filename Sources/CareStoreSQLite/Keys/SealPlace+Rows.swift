import CareModel
import CareVault

extension SealPlace {
    /// The identifier and the document's hash in a message's row.
    static func identity(of message: MessageNumber, generation: Int64) -> SealPlace {
        SealPlace(
            table: "message", row: message.number, column: "identity", generation: Int(generation))
    }

    /// A document, by the message that brought it.
    static func payload(of message: Int64, generation: Int64) -> SealPlace {
        SealPlace(table: "payload", row: message, column: "bytes", generation: Int(generation))
    }

    /// A column of an override.
    static func breakGlass(_ column: String, row: Int64, generation: Int64) -> SealPlace {
        SealPlace(table: "break_glass", row: row, column: column, generation: Int(generation))
    }
}
