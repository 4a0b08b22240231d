internal import ArgumentParser
internal import CareAgent
internal import CareFHIR
internal import CareModel
internal import CareVault

extension ConsentCommand {
    struct Receipt: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the broker's signed receipt of a directive again.",
            discussion: "Receipts are kept on the machine that recorded or withdrew the directive. "
                + "Prints the newest; with --json, all of them.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The directive's id; see `careloop consent list`.") var id: String

        func run() throws {
            let desk = try Desk(options)
            let id = try desk.consentID(self.id)
            let receipts = try desk.store.consentReceipts(of: id)
            guard let newest = receipts.last else {
                throw CommandFailure(
                    .refused, "no-receipt",
                    "No signed receipt of that directive is on this machine. "
                        + "Ask whoever recorded it.")
            }
            guard !desk.screen.isJSON else {
                return try desk.screen.print(
                    json: Output(consent: id.description, receipts: receipts.map { .init($0) }))
            }
            desk.screen.print(bytes: Array(newest.note.utf8))
        }

        private struct Output: Encodable {
            struct Item: Encodable {
                let action: String
                let receivedAt: String
                let note: String

                init(_ receipt: AgentStore.ConsentReceipt) {
                    action = receipt.isWithdrawal ? "withdrawn" : "recorded"
                    receivedAt = JSONText.time(receipt.receivedAt)
                    note = receipt.note
                }
            }

            let consent: String
            let receipts: [Item]
        }
    }

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check that a receipt is the broker's. Needs no context and no broker.",
            discussion:
                "The key is the broker's audit key, NAME+ID+KEY: its operator prints it with "
                + "`careloopd audit key`. With --document checks also that the receipt is for that "
                + "document.")

        @OptionGroup var options: GlobalOptions
        @Argument(help: "The receipt, - for stdin.") var file: String
        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("The broker's key: NAME+ID+KEY.", valueName: "key"))
        var key: String
        @Option(help: ArgumentHelp("The directive as it was recorded.", valueName: "file"))
        var document: String?

        func run() throws {
            let screen = Screen(options)
            let receipt = try verified(try InputFile.noteText(at: file))
            if let document { try compare(receipt, Payload(try InputFile.bytes(at: document))) }
            guard !screen.isJSON else { return try screen.print(json: ReceiptOutput(receipt)) }
            let when = RelativeTime(now: AgentIDs.system.now()).local(receipt.at)
            screen.print([
                "The receipt is good.",
                PlainText.line(
                    "Directive \(receipt.consent) version \(receipt.version) was \(receipt.action) "
                        + "\(when) by \(receipt.agent) of \(receipt.organisation)."),
            ])
            if document != nil { screen.print("It is for this document.") }
        }

        private func verified(_ note: String) throws -> ConsentReceipt {
            let text: String
            do throws(VaultError) {
                text = try NoteVerifier(text: key).open(note)
            } catch {
                let status: ExitStatus = error.code == .unusableNote ? .usage : .refused
                throw CommandFailure(status, error.code.name, error.message)
            }
            guard let receipt = ConsentReceipt(text: text) else {
                throw CommandFailure(
                    .refused, "no-receipt",
                    "The note is signed by that key, but it is no receipt of consent.")
            }
            return receipt
        }

        private func compare(_ receipt: ConsentReceipt, _ document: Payload) throws {
            guard receipt.documentHash == ContentHash.of(document).hexText else {
                throw CommandFailure(
                    .refused, "other-document",
                    "The receipt is good, but it is for another document than this one.")
            }
        }
    }
}

/// Is a verified receipt as scripts see it.
struct ReceiptOutput: Encodable, Equatable {
    let consent: String
    let version: UInt32
    let epoch: UInt32
    let action: String
    let at: String
    let agent: String
    let organisation: String
    let documentSha256: String?

    /// Describes a receipt.
    init(_ receipt: ConsentReceipt) {
        consent = receipt.consent.description
        version = receipt.version
        epoch = receipt.epoch
        action = receipt.action
        at = JSONText.time(receipt.at)
        agent = receipt.agent
        organisation = receipt.organisation
        documentSha256 = receipt.documentHash
    }
}
