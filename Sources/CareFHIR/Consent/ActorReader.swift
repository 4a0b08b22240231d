internal import CareModel

/// Counts what one document may still cost, wherever in it the cost arises.
final class ReadingBudget {
    /// How many more members of Groups may be read.
    var memberCount = 20_000
}

/// Turns FHIR References into actors: opens Groups and collects identifiers.
struct ActorReader {
    let index: ReferenceIndex
    let elements: ElementReader
    /// Shared, because Groups of Groups multiply and may be named many times.
    let budget = ReadingBudget()
    private static let groupDepth = 4

    /// Reads a Reference to somebody.
    func actor(_ reference: JSONValue, at path: String) throws(ConsentFault) -> ConsentActor {
        try actor(reference, at: path, depth: Self.groupDepth)
    }

    private func actor(
        _ reference: JSONValue, at path: String, depth: Int
    ) throws(ConsentFault) -> ConsentActor {
        try elements.check(
            reference, ["reference", "type", "identifier", "display"], at: path)
        if let target = reference["reference"] {
            _ = try elements.text(target, at: "\(path).reference")
        }
        var actor = ConsentActor(reference: reference.referenceTarget)
        if let identifier = reference["identifier"] {
            try elements.check(
                identifier, ["use", "type", "system", "value", "period", "assigner"],
                at: "\(path).identifier")
            guard let identifier = identifier.businessIdentifier else {
                throw ConsentFault("\(path).identifier has no value")
            }
            actor.identifiers.append(identifier)
        }
        guard let target = actor.reference else {
            actor.isResolved = !actor.identifiers.isEmpty
            return actor
        }
        guard let resource = index.resource(for: target) else {
            // A Group or a contained resource that is not at hand may be or hold anybody.
            let isOpaque = target.hasPrefix("#") || ReferenceText.type(of: target) == "Group"
            if isOpaque || reference["type"]?.string == "Group" { actor.isResolved = false }
            return actor
        }
        for identifier in resource["identifier"]?.listed ?? [] {
            if let identifier = identifier.businessIdentifier {
                actor.identifiers.append(identifier)
            }
        }
        guard let type = resource["resourceType"], type.reads("Group") else { return actor }
        try open(resource, into: &actor, at: path, depth: depth)
        return actor
    }

    /// Reads the members of a Group.
    ///
    /// One defined by characteristics names nobody.
    private func open(
        _ group: JSONValue, into actor: inout ConsentActor, at path: String, depth: Int
    ) throws(ConsentFault) {
        let members = group["member"]?.elements ?? []
        let isListed =
            group["characteristic"] == nil && group["actual"]?.bool != false
            && group["active"]?.bool != false && group["membership"]?.reads("definitional") != true
        guard isListed, !members.isEmpty, depth > 0,
            group.flags & JSONDocument.Flag.hasModifierExtension == 0
        else {
            actor.isResolved = false
            return
        }
        budget.memberCount -= members.count
        guard budget.memberCount >= 0 else { throw ConsentFault("its groups are too large") }
        var read: [ConsentActor] = []
        for member in members {
            if member["inactive"]?.bool == true { continue }
            guard let entity = member["entity"] else {
                throw ConsentFault("a member of the group at \(path) has no entity")
            }
            var somebody = try self.actor(entity, at: path, depth: depth - 1)
            somebody.period = try elements.period(member["period"], at: "\(path) member period")
            read.append(somebody)
        }
        actor.members = read
    }
}
