public import CareConsent
public import CareModel

/// Is all a patient has recorded at the broker, ready to decide with.
///
/// Kept between steps by the shell until a directive changes.
public struct PatientConsents: Sendable {
    /// The directives, those withdrawn left out, each named by its id and version here.
    public let directives: [ConsentDirective]
    /// The same, compiled.
    public let compiled: CompiledConsents
    /// How often what the patient permits has changed.
    public internal(set) var epoch: UInt32

    /// Compiles the directives.
    public init(_ directives: [ConsentDirective] = [], epoch: UInt32 = 0) {
        self.directives = directives
        self.epoch = epoch
        compiled = CompiledConsents(directives)
    }

    /// The same without the directive `name`, and with `directive` in its place if there is one.
    func replacing(_ name: String, with directive: ConsentDirective? = nil) -> PatientConsents {
        let others = directives.filter { $0.name != name }
        return PatientConsents(others + (directive.map { [$0] } ?? []), epoch: epoch)
    }

    /// When a directive may say something else by itself: the next beginning or end of a period.
    func nextChange(after time: Timestamp) -> Timestamp? {
        var bounds: [ConsentPeriod.Bound?] = []
        for directive in directives {
            guard case .stated(_, let root) = directive.rule else { continue }
            root.collectBounds(into: &bounds)
        }
        // A date without a zone is widened by up to 14 hours either way when it is judged.
        let margins: [Duration] = [.zero, .seconds(-14 * 3_600), .seconds(12 * 3_600)]
        return bounds.compactMap(\.self)
            .flatMap { bound in margins.map { bound.instant + $0 } }
            .filter { $0 > time }
            .min()
    }
}

extension ConsentProvision {
    fileprivate func collectBounds(into bounds: inout [ConsentPeriod.Bound?]) {
        bounds += [period?.start, period?.end]
        for actor in actors { actor.collectBounds(into: &bounds) }
        for exception in provisions { exception.collectBounds(into: &bounds) }
    }
}

extension ConsentActor {
    fileprivate func collectBounds(into bounds: inout [ConsentPeriod.Bound?]) {
        bounds += [period?.start, period?.end]
        for other in (members ?? []) + (parts ?? []) { other.collectBounds(into: &bounds) }
    }
}
