internal import CareModel

extension ConsentActor {
    /// Whether one of `requesters`, which are names of the same recipient, is this actor.
    ///
    /// Two actors compare if they have references of the same type or identifiers of the same
    /// system. If nothing compares, nobody can tell.
    func matches(_ requesters: [ConsentActor], at time: Timestamp) -> Match {
        if let period, !period.contains(time, for: .permit) { return .no }
        if let members {
            return members.reduce(Match.no) { $0.or($1.matches(requesters, at: time)) }
        }
        guard isResolved else { return .unknown }
        return requesters.reduce(Match.unknown) { soFar, requester in
            switch (soFar, compare(requester)) {
            case (.yes, _), (_, .yes): .yes
            case (.no, _), (_, .no): .no
            default: .unknown
            }
        }
    }

    private func compare(_ requester: ConsentActor) -> Match {
        var comparable = false
        var isAmbiguous = false
        if let mine = reference, let theirs = requester.reference {
            if mine == theirs { return .yes }
            // Two servers may use the same id for different people, so a tail proves nothing.
            isAmbiguous = ReferenceText.tail(of: mine) == ReferenceText.tail(of: theirs)
            let type = ReferenceText.type(of: mine)
            comparable = type != nil && type == ReferenceText.type(of: theirs)
        }
        for mine in identifiers {
            for theirs in requester.identifiers where theirs.system == mine.system {
                if theirs.value == mine.value, !mine.system.isEmpty { return .yes }
                comparable = true
            }
        }
        return comparable && !isAmbiguous ? .no : .unknown
    }
}
