internal import CareAgent
internal import CareFHIR
internal import CareModel

/// Is a directive as the broker keeps it.
struct KnownConsent {
    /// Its id.
    let id: ConsentID
    /// All its versions, oldest first; never empty.
    let versions: [ConsentView]
    /// The newest version's document; nil where it can no longer be had.
    let document: Payload?

    /// The newest version.
    var newest: ConsentView { versions[versions.count - 1] }
}

extension Desk {
    /// Ends a command that makes no sense without the broker.
    func insistOnBroker(_ what: String) throws {
        guard !isOffline else {
            throw CommandFailure.usage("\(what) at the broker. Leave --offline out.")
        }
    }

    /// The directives of a patient, as the list says; nil if the broker is not reached.
    func consents(of patient: BusinessIdentifier) throws -> [ConsentView]? {
        try askForAll(.consents(patient), \.consents)
    }

    /// All versions of a directive and its document; nil if the broker is not reached.
    func consent(_ id: ConsentID) throws -> KnownConsent? {
        guard let answer = try ask(.consent(id)) else { return nil }
        let versions = answer.consents.filter { $0.id == id }
            .sorted { $0.version < $1.version }
        guard !versions.isEmpty else {
            throw CommandFailure(
                .refused, "unknown-consent",
                "No such directive among those you may see. See `careloop consent list`.")
        }
        return KnownConsent(id: id, versions: versions, document: answer.document)
    }

    /// What organisations are called, by their ids; empty if the broker is not reached.
    func organisationNames() throws -> [String: String] {
        let entries = try askForAll(.directory(text: ""), \.directory) ?? []
        return Dictionary(
            entries.map { ($0.organisation.name, $0.organisationName) }, uniquingKeysWith: { $1 }
        ).filter { !$0.value.isEmpty }
    }

    /// What a directive says, in words; nil without a document.
    func summary(of document: Payload?, _ names: [String: String]) -> ConsentSummary? {
        guard let document else { return nil }
        let times = self.times
        return try? ConsentSummary(of: document.bytes, names: names) { times.local($0) }
    }

    /// The directive that a person means.
    func consentID(_ text: String) throws -> ConsentID {
        guard let consent = ConsentID(text) else {
            throw CommandFailure.usage("That is no directive's id. See `careloop consent list`.")
        }
        return consent
    }

    /// Writes what the broker attests of a directive to a file, if one was asked for.
    func save(_ receipt: Receipt, of consent: ConsentID, to path: String?) throws {
        guard let path else { return }
        guard let note = receipt.consentReceipt else {
            throw CommandFailure(
                .refused, "no-receipt",
                "The broker gave no signed receipt, so there is nothing to write. "
                    + "What was asked for is done.")
        }
        do throws(CommandFailure) {
            try OutputFile.write(note, to: path)
        } catch {
            throw CommandFailure(
                .refused, error.code,
                "\(error.message) What was asked for is done; print the receipt with "
                    + "`careloop consent receipt \(consent)`.")
        }
    }
}
