import CareModel

extension PlainQuestion {
    /// The smallest question with the same fault: drops parts as long as it stays.
    func shrunk(while fails: (PlainQuestion) -> Bool) -> PlainQuestion {
        var smallest = self
        while let smaller = smallest.smaller().first(where: fails) { smallest = smaller }
        return smallest
    }

    /// All questions with one part less.
    private func smaller() -> [PlainQuestion] {
        var all: [PlainQuestion] = []
        all += shorter(consents).map { with(\.consents, $0) }
        all += shorter(content).map { with(\.content, $0) }
        for place in consents.indices {
            for consent in consents[place].smaller() {
                var copy = self
                copy.consents[place] = consent
                all.append(copy)
            }
        }
        for path in [
            \ConsentRequest.purposes, \.authorisedPurposes, \.categories, \.actions, \.classes,
        ] {
            all += shorter(request[keyPath: path]).map { value in
                var copy = self
                copy.request[keyPath: path] = value
                return copy
            }
        }
        all += shorter(request.actors).map { value in
            var copy = self
            copy.request.actors = value
            return copy
        }
        for place in content.indices {
            for resource in content[place].smaller() {
                var copy = self
                copy.content[place] = resource
                all.append(copy)
            }
        }
        return all
    }

    private func with<Value>(
        _ path: WritableKeyPath<PlainQuestion, Value>, _ value: Value
    ) -> PlainQuestion {
        var copy = self
        copy[keyPath: path] = value
        return copy
    }
}

/// The lists with one element less.
private func shorter<Element>(_ list: [Element]) -> [[Element]] {
    list.indices.map { place in
        var list = list
        list.remove(at: place)
        return list
    }
}

extension PlainConsent {
    fileprivate func smaller() -> [PlainConsent] {
        var all: [PlainConsent] = []
        func add(_ change: (inout PlainConsent) -> Void) {
            var copy = self
            change(&copy)
            if copy != self { all.append(copy) }
        }
        add { $0.version = nil }
        add { $0.status = "active" }
        add { $0.scope = nil }
        add { $0.categories = [] }
        add { $0.identifiers = [] }
        add { $0.dateTime = nil }
        add { $0.replaces = nil }
        add { $0.flaw = nil }
        for list in shorter(contained) { add { $0.contained = list } }
        for smaller in root.smaller() where dialect != .policyRule || smaller != PlainProvision() {
            add { $0.root = smaller }
        }
        return all
    }
}

extension PlainProvision {
    fileprivate func smaller() -> [PlainProvision] {
        var all: [PlainProvision] = []
        func add(_ change: (inout PlainProvision) -> Void) {
            var copy = self
            change(&copy)
            if copy != self { all.append(copy) }
        }
        for list in shorter(exceptions) { add { $0.exceptions = list } }
        add { $0.period = nil }
        add { $0.dataPeriod = nil }
        for list in shorter(actors) { add { $0.actors = list } }
        for list in shorter(data) { add { $0.data = list } }
        for path in [
            \PlainProvision.purposes, \.actions, \.labels, \.classes, \.codes,
        ] {
            for list in shorter(self[keyPath: path]) { add { $0[keyPath: path] = list } }
        }
        for (place, exception) in exceptions.enumerated() {
            for smaller in exception.smaller() { add { $0.exceptions[place] = smaller } }
        }
        return all
    }
}

extension ContentResource {
    fileprivate func smaller() -> [ContentResource] {
        var all: [ContentResource] = []
        func add(_ change: (inout ContentResource) -> Void) {
            var copy = self
            change(&copy)
            if copy != self { all.append(copy) }
        }
        add { $0.period = nil }
        for path in [\ContentResource.references, \.authors, \.related] {
            for list in shorter(self[keyPath: path]) { add { $0[keyPath: path] = list } }
        }
        for path in [\ContentResource.securityLabels, \.codes, \.classes] {
            for list in shorter(self[keyPath: path]) { add { $0[keyPath: path] = list } }
        }
        return all
    }
}
