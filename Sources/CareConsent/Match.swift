internal import CareModel

/// Says whether a condition fits; doubt is an answer of its own.
enum Match: Hashable {
    case yes
    case no
    case unknown

    /// Whether the condition counts as fitting a rule of `effect`: doubt works against a release.
    func counts(for effect: ConsentEffect) -> Bool {
        switch self {
        case .yes: true
        case .no: false
        case .unknown: effect == .deny
        }
    }

    /// Both must fit.
    func and(_ other: Match) -> Match {
        if self == .no || other == .no { return .no }
        return self == .unknown || other == .unknown ? .unknown : .yes
    }

    /// Either may fit.
    func or(_ other: Match) -> Match {
        if self == .yes || other == .yes { return .yes }
        return self == .unknown || other == .unknown ? .unknown : .no
    }
}
