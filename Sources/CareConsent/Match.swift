/// Says whether a condition fits; doubt is an answer of its own.
enum Match: Hashable {
    case yes
    case no
    case unknown

    /// Fits where this does not.
    var opposite: Match {
        switch self {
        case .yes: .no
        case .no: .yes
        case .unknown: .unknown
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
