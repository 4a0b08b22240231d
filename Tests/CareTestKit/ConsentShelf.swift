internal import CareConsent
internal import CareCore
public import CareModel
internal import CareStore

/// Stands in for the reading of documents: what a directive's or a message's payload says is put
/// on the shelf under its bytes, and found there again after a restart.
public struct ConsentShelf {
    /// What every patient has agreed to, besides what is recorded at the broker.
    public var standing: [ConsentDirective] = []
    private var directives: [[UInt8]: ConsentDirective] = [:]
    private var contents: [[UInt8]: [ContentItem]] = [:]

    /// Makes an empty shelf.
    public init() {}

    /// Remembers what the document of `submission` says.
    public mutating func put(_ submission: Submission) {
        guard let document = submission.document else { return }
        let bytes = document.payload.bytes
        if let directive = document.directive { directives[bytes] = directive }
        if let found = document.contents { contents[bytes] = found }
    }

    /// Forgets what documents hold, as if they could no longer be read.
    public mutating func forgetContents() { contents = [:] }

    /// The directives of `patients`, as the broker's shell would compile them.
    func consents(
        of patients: Set<PatientKey>, in store: any Store
    ) throws(StoreError) -> [PatientKey: PatientConsents] {
        var answer: [PatientKey: PatientConsents] = [:]
        for patient in patients {
            var found = standing
            for (record, payload) in try store.consents(of: patient) where record.revokedAt == nil {
                guard var directive = directives[payload.bytes] else { continue }
                directive.name = record.id.description
                directive.version = String(record.version)
                directive.recorder = record.organisation
                found.append(directive)
            }
            answer[patient] = PatientConsents(
                found, epoch: try store.consentEpoch(of: patient))
        }
        return answer
    }

    /// What inspection finds in the payloads of messages whose verdict depends on it.
    func contents(
        of facts: Facts, _ consents: [PatientKey: PatientConsents], in store: any Store
    ) throws(StoreError) -> [MessageNumber: [ContentItem]] {
        var answer: [MessageNumber: [ContentItem]] = [:]
        for message in facts.messages.values {
            guard let patient = message.patient, message.payloadType != nil,
                consents[patient]?.compiled.hasContentRules == true
                    || facts.waiting[patient] != nil,
                let payload = try store.payload(of: message.number)
            else { continue }
            answer[message.number] = contents[payload.bytes]
        }
        return answer
    }
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
