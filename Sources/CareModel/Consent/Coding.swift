/// Is a code of a code system (FHIR `Coding`).
public struct Coding: Hashable, Sendable {
    /// The code system's URI; empty where the source gave none.
    public let system: String
    /// The code.
    public let code: String

    /// Makes the coding.
    public init(system: String, code: String) {
        self.system = system
        self.code = code
    }
}
