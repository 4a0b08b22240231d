public import CareModel
internal import SwiftProtobuf

extension Person {
    /// Reads on whose behalf something was said.
    ///
    /// - Throws: `invalid-field` for what is no person; the words do not repeat it.
    init(_ wire: WirePerson) throws(Refusal) {
        guard
            let identifier = BusinessIdentifier(
                system: wire.identifier.system, value: wire.identifier.value),
            let person = Person(
                identifier: identifier, name: wire.name.nonEmpty, role: wire.role.nonEmpty)
        else {
            throw FieldReader.invalid(
                "acting_for", "needs an identifier, and parts of one line of 1 to 200 bytes")
        }
        self = person
    }

    /// Reads back what ``wire`` wrote; nil for anything else.
    public init?(stored wire: WirePerson) {
        guard let person = try? Person(wire) else { return nil }
        self = person
    }

    /// The person as CLP/1 carries them.
    public var wire: WirePerson {
        .with {
            $0.identifier = identifier.wire
            $0.name = name ?? ""
            $0.role = role ?? ""
        }
    }
}
