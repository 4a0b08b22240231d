/// Asks whether somebody may have a patient's data, for a purpose, at a time.
public struct ConsentRequest: Hashable, Sendable {
    /// When the release would happen.
    public var time: Timestamp
    /// Who would get the data.
    public var recipient: ConsentParty
    /// Who would send them: who keeps or wrote them.
    public var sender: ConsentParty
    /// What for; several may be declared at once.
    public var purposes: [Coding]
    /// Purposes the deployment lets this recipient declare, which only implicit policies look at.
    public var authorisedPurposes: [Coding]
    /// Kinds of directive to consider; empty for all.
    public var categories: [Coding]
    /// What is done with the data; empty if unknown.
    public var actions: [Coding]
    /// Whether nothing is done but ``actions``; if not, any other action may be, too.
    public var isActionKnown: Bool
    /// Classes of content asked for; empty if any.
    public var classes: [Coding]

    /// The names of the recipient; setting them makes the kinds among them known completely.
    public var actors: [ConsentActor] {
        get { recipient.names }
        set { recipient = ConsentParty(newValue) }
    }

    /// Makes the request.
    public init(
        time: Timestamp, recipient: ConsentParty, sender: ConsentParty = .unknown,
        purposes: [Coding], authorisedPurposes: [Coding] = [], categories: [Coding] = [],
        actions: [Coding] = [], isActionKnown: Bool = true, classes: [Coding] = []
    ) {
        self.time = time
        self.recipient = recipient
        self.sender = sender
        self.purposes = purposes
        self.authorisedPurposes = authorisedPurposes
        self.categories = categories
        self.actions = actions
        self.isActionKnown = isActionKnown
        self.classes = classes
    }

    /// Makes the request for a recipient of whom all kinds among `actors` are known completely.
    public init(
        time: Timestamp, actors: [ConsentActor], purposes: [Coding],
        authorisedPurposes: [Coding] = [], categories: [Coding] = [], actions: [Coding] = [],
        classes: [Coding] = []
    ) {
        self.init(
            time: time, recipient: ConsentParty(actors), purposes: purposes,
            authorisedPurposes: authorisedPurposes, categories: categories, actions: actions,
            classes: classes)
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
