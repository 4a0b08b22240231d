/// Asks whether somebody may have a patient's data, for a purpose, at a time.
public struct ConsentRequest: Hashable, Sendable {
    /// When the release would happen.
    public var time: Timestamp
    /// Who would get the data; all are names of the same recipient.
    public var actors: [ConsentActor]
    /// What for; several may be declared at once.
    public var purposes: [Coding]
    /// Purposes the deployment lets this recipient declare, which only implicit policies look at.
    public var authorisedPurposes: [Coding]
    /// Kinds of directive to consider; empty for all.
    public var categories: [Coding]
    /// What is done with the data; empty if unknown.
    public var actions: [Coding]
    /// Classes of content asked for; empty if any.
    public var classes: [Coding]

    /// Makes the request.
    public init(
        time: Timestamp, actors: [ConsentActor], purposes: [Coding],
        authorisedPurposes: [Coding] = [], categories: [Coding] = [], actions: [Coding] = [],
        classes: [Coding] = []
    ) {
        self.time = time
        self.actors = actors
        self.purposes = purposes
        self.authorisedPurposes = authorisedPurposes
        self.categories = categories
        self.actions = actions
        self.classes = classes
    }
}

/// Decides where a patient has said nothing (IHE PCF, volume 1, 53.2.1).
public enum ImplicitPolicy: String, Hashable, Sendable, CaseIterable {
    /// Nothing is released.
    case deny
    /// Treatment is permitted to those authorised for it; break-glass is not treatment here.
    case basicNormal = "basic-normal"
    /// Every use is permitted to those authorised for it.
    case allNormal = "all-normal"
    /// Only break-glass is permitted, to those authorised to declare it.
    case breakGlassOnly = "break-glass-only"

    /// The canonical URI that IHE gives the policy.
    public var uri: String { Self.uriPrefix + rawValue }

    /// Reads a short name or IHE's URI; nil for a policy that PCF does not define.
    public init?(named name: String) {
        let isURI = name.hasPrefix(Self.uriPrefix)
        self.init(rawValue: isURI ? String(name.dropFirst(Self.uriPrefix.count)) : name)
    }

    private static let uriPrefix = "https://profiles.ihe.net/ITI/PCF/Policy-"
}
