internal import CareConsent
public import CareCore
public import CareModel

/// Stands in for the reading of documents: what a directive's or a message's payload says is put
/// on the shelf under its bytes, and found there again after a restart.
public struct ConsentShelf: DocumentReader {
    /// What every patient has agreed to, besides what is recorded at the broker.
    public var standing: [ConsentDirective] = []
    /// Whether copies that leave something out can be made.
    public var canCopy = true
    private var directives: [[UInt8]: ConsentDirective] = [:]
    private var contents: [[UInt8]: [ContentItem]] = [:]
    private var hashes: [[UInt8]: [UInt8]] = [:]

    /// Makes an empty shelf.
    public init() {}

    /// Remembers what the document of `submission` says.
    mutating func put(_ submission: Submission) {
        guard let document = submission.document else { return }
        let bytes = document.payload.bytes
        if let directive = document.directive { directives[bytes] = directive }
        if let found = document.contents { contents[bytes] = found }
        hashes[bytes] = document.hash
    }

    /// Forgets what documents hold, as if they could no longer be read.
    public mutating func forgetContents() { contents = [:] }

    /// Makes a document one that does not match its hash.
    mutating func damage(_ document: Payload) { hashes[document.bytes] = [] }

    /// The directives of a patient, as the broker's shell would compile them.
    public func consents(_ state: ConsentState) -> PatientConsents {
        let recorded = state.directives.map { stored in
            var directive =
                directives[stored.document.bytes]
                ?? ConsentDirective(name: "", version: "", rule: .unreadable("not on the shelf"))
            directive.name = stored.record.id.description
            directive.version = String(stored.record.version)
            directive.recorder = stored.record.organisation
            return directive
        }
        return PatientConsents(
            standing + recorded, overrides: state.overrides, epoch: state.epoch)
    }

    /// What was submitted with the same bytes.
    public func contents(of message: Message, _ document: Payload) -> [ContentItem]? {
        contents[document.bytes]
    }

    /// The first tenth of the document: what a copy leaves out is in its redaction.
    public func copy(
        of document: Payload, _ message: Message, without redaction: Redaction
    ) -> Payload? {
        canCopy ? Payload(Array(document.bytes.prefix(document.byteCount / 10))) : nil
    }

    /// The hash that its submission named.
    public func hash(of document: Payload) -> [UInt8] { hashes[document.bytes] ?? [] }
}

/// Reads from a shelf that grows meanwhile.
final class ShelfReader: DocumentReader {
    var shelf = ConsentShelf()

    func consents(_ state: ConsentState) -> PatientConsents { shelf.consents(state) }

    func contents(of message: Message, _ document: Payload) -> [ContentItem]? {
        shelf.contents(of: message, document)
    }

    func copy(of document: Payload, _ message: Message, without redaction: Redaction) -> Payload? {
        shelf.copy(of: document, message, without: redaction)
    }

    func hash(of document: Payload) -> [UInt8] { shelf.hash(of: document) }
}

extension ConsentDirective {
    /// A directive without conditions that permits or denies everything to `actors`.
    public static func rule(
        _ effect: ConsentEffect, to actors: [ConsentActor] = [],
        content: ContentCondition = .init(), exceptions: [ConsentProvision] = []
    ) -> ConsentDirective {
        ConsentDirective(
            name: "standing", version: "1",
            rule: .stated(
                base: effect,
                root: ConsentProvision(
                    actors: actors, content: content, provisions: exceptions)))
    }

    /// A directive that permits everything to everybody.
    public static var permitAll: ConsentDirective { rule(.permit) }
}
