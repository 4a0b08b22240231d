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

    /// Compiles the directives.
    public init(_ directives: [ConsentDirective] = []) {
        self.directives = directives
        compiled = CompiledConsents(directives)
    }

    /// The same without the directive `name`, and with `directive` in its place if there is one.
    func replacing(_ name: String, with directive: ConsentDirective? = nil) -> PatientConsents {
        let others = directives.filter { $0.name != name }
        return PatientConsents(others + (directive.map { [$0] } ?? []))
    }
}
