import CareModel
import CareVault

extension SealPlace {
    /// The identifier in a message's row.
    static func identifier(of message: MessageNumber, generation: Int64) -> SealPlace {
        SealPlace(
            table: "message", row: message.number, column: "identifier",
            generation: Int(generation))
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
