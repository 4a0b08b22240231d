public import CareConsent
public import CareModel

/// Is all a patient has recorded at the broker, ready to decide with.
///
/// Kept between steps as long as the epoch is the same.
public struct PatientConsents: Sendable {
    /// The directives, those withdrawn left out, each named by its id and version here.
    public let directives: [ConsentDirective]
    /// The same, compiled.
    public let compiled: CompiledConsents
    /// The overrides that have not ended.
    public internal(set) var overrides: [BreakGlass]
    /// How often what the patient permits has changed.
    public internal(set) var epoch: UInt32

    /// Compiles the directives.
    public init(
        _ directives: [ConsentDirective] = [], overrides: [BreakGlass] = [], epoch: UInt32 = 0
    ) {
        self.directives = directives
        self.overrides = overrides
        self.epoch = epoch
        compiled = CompiledConsents(directives)
    }

    /// The same without the directive `name`, and with `directive` in its place if there is one.
    func replacing(_ name: String, with directive: ConsentDirective? = nil) -> PatientConsents {
        let others = directives.filter { $0.name != name }
        return PatientConsents(
            others + (directive.map { [$0] } ?? []), overrides: overrides, epoch: epoch)
    }

    /// Takes note of an override, or of its end.
    mutating func put(_ glass: BreakGlass) {
        overrides.removeAll { $0.id == glass.id }
        if glass.endedAt == nil { overrides.append(glass) }
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
