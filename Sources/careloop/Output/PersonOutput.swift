internal import CareModel

/// Is the person on whose behalf somebody acts as scripts see them.
struct PersonOutput: Encodable, Equatable {
    let system: String?
    let value: String
    let name: String?
    let role: String?

    /// Describes a person.
    init(_ person: Person) {
        system = JSONText.text(person.identifier.system)
        value = person.identifier.value
        name = person.name
        role = person.role
    }

    /// The person in one line.
    var text: String {
        let number = system.map { "\($0)|\(value)" } ?? value
        return [name, number, role].compactMap(\.self).joined(separator: ", ")
    }
}
