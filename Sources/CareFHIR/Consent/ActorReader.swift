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
        if let type = reference["type"] {
            actor.type = String(ReferenceText.name(try elements.text(type, at: "\(path).type")))
        }
        if let identifier = reference["identifier"] {
            try elements.check(
                identifier, ["use", "type", "system", "value", "period", "assigner"],
                at: "\(path).identifier")
            if let identifier = identifier.businessIdentifier {
                actor.identifiers.append(identifier)
            } else if actor.reference == nil {
                // An identifier without a value is anybody's.
                actor.isResolved = false
            }
        }
        let type = actor.reference.flatMap { ReferenceText.type(of: $0) }
        if let type, let said = actor.type, said != type {
            // It contradicts itself about whom it means.
            actor.isResolved = false
            return actor
        }
        guard let target = actor.reference, let resource = index.resource(for: target) else {
            // A group or a contained resource that is not at hand may be or hold anybody.
            let isOpaque =
                actor.reference.map { $0.hasPrefix("#") } ?? actor.identifiers.isEmpty
            if isOpaque || actor.kind == .group || actor.kind == .careTeam {
                actor.isResolved = false
            }
            return actor
        }
        try add(resource, to: &actor, at: path, depth: depth)
        return actor
    }

    /// Adds what a resource says of the actor it describes.
    private func add(
        _ resource: JSONValue, to actor: inout ConsentActor, at path: String, depth: Int
    ) throws(ConsentFault) {
        actor.type = resource["resourceType"]?.string ?? actor.type
        for identifier in resource["identifier"]?.listed ?? [] {
            if let identifier = identifier.businessIdentifier {
                actor.identifiers.append(identifier)
            }
        }
        switch actor.type {
        case "Group": try openGroup(resource, into: &actor, at: path, depth: depth)
        case "CareTeam": try openTeam(resource, into: &actor, at: path, depth: depth)
        case "PractitionerRole": try openRole(resource, into: &actor, at: path, depth: depth)
        default: break
        }
    }

    /// Reads the members of a Group.
    ///
    /// One defined by characteristics names nobody.
    private func openGroup(
        _ group: JSONValue, into actor: inout ConsentActor, at path: String, depth: Int
    ) throws(ConsentFault) {
        let isListed =
            group["characteristic"] == nil && group["actual"]?.bool != false
            && group["active"]?.bool != false && group["membership"]?.reads("definitional") != true
        try open(
            group, isListed ? group["member"]?.elements ?? [] : [], by: "entity", into: &actor,
            at: path, depth: depth)
        // One that says it has more members than it lists may hold anybody.
        let count = group["member"]?.elements.count ?? 0
        if let quantity = group["quantity"], quantity.numberText.flatMap({ Int($0) }) != count {
            actor.members?.append(ConsentActor(isResolved: false))
        }
    }

    /// Reads who takes part in a CareTeam.
    private func openTeam(
        _ team: JSONValue, into actor: inout ConsentActor, at path: String, depth: Int
    ) throws(ConsentFault) {
        let isActive = team["status"]?.reads("active") ?? true
        try open(
            team, isActive ? team["participant"]?.elements ?? [] : [], by: "member", into: &actor,
            at: path, depth: depth)
        actor.period = try elements.period(team["period"], at: "\(path) period")
    }

    private func open(
        _ group: JSONValue, _ members: [JSONValue], by name: StaticString,
        into actor: inout ConsentActor, at path: String, depth: Int
    ) throws(ConsentFault) {
        guard !members.isEmpty, depth > 0,
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
            guard let entity = member[name] else {
                throw ConsentFault("a member of the group at \(path) is nobody")
            }
            var somebody = try self.actor(entity, at: path, depth: depth - 1)
            let period = member["period"] ?? member["coveragePeriod"]
            somebody.period = try elements.period(period, at: "\(path) member period")
            if member["coverageTiming"] != nil { somebody = ConsentActor(isResolved: false) }
            read.append(somebody)
        }
        actor.members = read
    }

    /// Reads who a PractitionerRole is: that practitioner, for that organisation and its services.
    private func openRole(
        _ role: JSONValue, into actor: inout ConsentActor, at path: String, depth: Int
    ) throws(ConsentFault) {
        guard depth > 0, role["active"]?.bool != false,
            role.flags & JSONDocument.Flag.hasModifierExtension == 0
        else {
            actor.isResolved = false
            return
        }
        var parts: [ConsentActor] = []
        for name in ["practitioner", "organization"] as [StaticString] {
            guard let part = role[name] else { continue }
            parts.append(try self.actor(part, at: path, depth: depth - 1))
        }
        var services: [ConsentActor] = []
        for service in role["healthcareService"]?.elements ?? [] {
            services.append(try self.actor(service, at: path, depth: depth - 1))
        }
        if !services.isEmpty { parts.append(ConsentActor(members: services)) }
        // Without a practitioner it is somebody of the organisation who is not named.
        if role["practitioner"] == nil { parts.append(ConsentActor(isResolved: false)) }
        actor.parts = parts
        actor.period = try elements.period(role["period"], at: "\(path) period")
    }
}
