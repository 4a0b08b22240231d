internal import CareAgent
internal import CareFHIR
internal import CareModel

/// Is what this terminal knows of the patient of a referral.
struct PatientLook {
    /// The alias, or else the name in the newest document that gives one; empty without either.
    var label = ""
    /// Names that are over or used otherwise, each with what it is.
    var formerNames: [String] = []
    /// What any document of the referral says that a reader has to know first.
    var caveats: [Caveat] = []

    /// The label, with what has to be known of the patient before it.
    var shown: String {
        guard !caveats.isEmpty else { return label }
        return words + (label.isEmpty ? "" : " - \(label)")
    }

    /// Knows nothing.
    init() {}

    /// Takes what documents say, the newest first.
    init(label: String, documents: [Payload], at time: ShowingTime) {
        self.label = label
        var isNamed = false
        for document in documents {
            guard let summary = try? PatientSummary(of: document.bytes, at: time) else { continue }
            caveats += summary.caveats.filter { !caveats.contains($0) }
            guard !isNamed, !summary.shownName.isEmpty else { continue }
            isNamed = true
            formerNames = summary.formerNames
            if label.isEmpty { self.label = summary.shownName }
        }
    }

    /// The caveats in words; empty without any.
    var words: String {
        var words: [String] = []
        for caveat in caveats where !words.contains(caveat.says) { words.append(caveat.says) }
        return words.joined(separator: "; ")
    }

    /// What scripts see of the caveats; nil without any.
    var output: [CaveatOutput]? {
        caveats.isEmpty ? nil : caveats.map { CaveatOutput($0, resource: "Patient") }
    }
}
