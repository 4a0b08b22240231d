/// Is what a patient permits, as the store has it.
///
/// Any change of it raises the epoch, so whoever knows it of an epoch need not read it again.
public struct ConsentState: Equatable, Sendable {
    /// Is a directive in force.
    public struct Directive: Equatable, Sendable {
        /// The record of its newest version.
        public let record: ConsentRecord
        /// The document of that version; empty if it was erased or is damaged, which nobody can take
        /// for a permission.
        public let document: Payload

        /// Makes the directive.
        public init(record: ConsentRecord, document: Payload) {
            self.record = record
            self.document = document
        }
    }

    /// How often it has changed; 0 if there never was a directive or an override.
    public let epoch: UInt32
    /// The directives in force, ordered by id.
    public let directives: [Directive]
    /// The overrides that have not ended, ordered by id.
    public let overrides: [BreakGlass]

    /// Makes the state.
    public init(epoch: UInt32, directives: [Directive] = [], overrides: [BreakGlass] = []) {
        self.epoch = epoch
        self.directives = directives
        self.overrides = overrides
    }
}
