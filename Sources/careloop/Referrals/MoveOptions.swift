internal import ArgumentParser
internal import CareModel

/// Holds what every move of a referral takes.
struct MoveOptions: ParsableArguments {
    @Argument(help: "The referral's number, or how it begins.")
    var referral: String

    @Option(
        name: .customLong("for"),
        help: ArgumentHelp(
            "For coordinators: act for the initiator or for the recipient.", valueName: "side"))
    var side: Side?

    @Option(
        help: ArgumentHelp(
            "The version you saw; another one at the broker is a conflict (exit 4).",
            valueName: "number"))
    var expectVersion: UInt32?

    /// Says for whom a coordinator acts.
    enum Side: String, ExpressibleByArgument, CaseIterable {
        case initiator
        case recipient

        /// The side as the broker calls it.
        var actor: ReferralActor { self == .initiator ? .initiator : .recipient }
    }
}

/// Holds where the words that go with a coded reason come from.
struct CommentOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A file with a comment, - for stdin. The reason `other` needs one.",
            valueName: "file"))
    var commentFile: String?

    /// The comment, if one was given or is needed.
    func document(
        for reason: ReasonCode?, topic: String, on screen: Screen
    ) throws(CommandFailure) -> MoveDocument {
        guard commentFile != nil || reason == .other else { return .none }
        let source = TextSource(
            path: commentFile, question: "The comment", option: "--comment-file")
        return .comment(try source.read(on: screen), topic: topic)
    }
}

/// Holds where a note or an answer comes from.
struct DocumentOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A FHIR bundle to send byte for byte, - for stdin.", valueName: "file"))
    var bundle: String?

    @Option(
        help: ArgumentHelp(
            "A file with the words, - for stdin. Without it you are asked.", valueName: "file"))
    var textFile: String?

    mutating func validate() throws {
        guard bundle == nil || textFile == nil else {
            throw ValidationError("Give either --bundle or --text-file.")
        }
    }

    /// The document: the bundle as it is, or the words as `make` wraps them.
    func document(
        asking question: String, on screen: Screen, make: (String) -> MoveDocument
    ) throws(CommandFailure) -> MoveDocument {
        if let bundle { return .bytes(try InputFile.bytes(at: bundle)) }
        let source = TextSource(path: textFile, question: question, option: "--text-file")
        return make(try source.read(on: screen))
    }
}
