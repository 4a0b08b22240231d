/// What a FHIR Reference says about who or what is meant.
struct OracleName {
    struct Pointer: Hashable {
        /// Where the resource lives; empty for a relative reference.
        let base: String
        let type: String
        let id: String
    }

    struct Token: Hashable {
        let system: String?
        let value: String
    }

    var pointers: Set<Pointer> = []
    /// References that are compared as they stand, such as `urn:uuid:…`.
    var urns: Set<String> = []
    var tokens: Set<Token> = []
    /// The types of resource that are said of it.
    var types: Set<String> = []

    enum Comparison { case same, different, unknown }

    /// Reads a Reference; what it resolves to in `known` adds its identifiers.
    init(_ reference: OracleJSON, known: OracleJSON?, contained: [OracleJSON] = []) {
        if let token = Self.token(reference["identifier"]) { tokens.insert(token) }
        if let type = reference.text("type") { types.insert(type) }
        guard let text = reference.text("reference") else { return }
        if let type = known?[text]?.text("resourceType") ?? Self.pointer(text)?.type {
            types.insert(type)
        }
        if text.hasPrefix("#") {
            let target = contained.first { $0.text("id") == String(text.dropFirst()) }
            tokens.formUnion(Self.tokens(of: target))
            return
        }
        tokens.formUnion(Self.tokens(of: known?[text]))
        if text.hasPrefix("urn:") {
            urns.insert(text)
        } else if let pointer = Self.pointer(text) {
            pointers.insert(pointer)
        }
    }

    static func pointer(_ text: String) -> Pointer? {
        var parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        if let version = parts.firstIndex(of: "_history") { parts.removeSubrange(version...) }
        guard parts.count >= 2 else { return nil }
        let base = parts.dropLast(2).joined(separator: "/")
        return Pointer(base: base, type: parts[parts.count - 2], id: parts[parts.count - 1])
    }

    static func tokens(of resource: OracleJSON?) -> Set<Token> {
        guard let identifier = resource?["identifier"] else { return [] }
        let all = identifier.items.isEmpty ? [identifier] : identifier.items
        return Set(all.compactMap { token($0) })
    }

    private static func token(_ identifier: OracleJSON?) -> Token? {
        guard let value = identifier?.text("value") else { return nil }
        return Token(system: identifier?.text("system"), value: value)
    }

    /// The same if a reference or an identifier is shared; different if none is but references of
    /// one type (at one base) or identifiers of one system are there on both sides.
    func compare(with other: OracleName, ignoringBases: Bool) -> Comparison {
        if !pointers.isDisjoint(with: other.pointers) || !urns.isDisjoint(with: other.urns) {
            return .same
        }
        let shared = tokens.intersection(other.tokens)
        if shared.contains(where: { $0.system != nil }) { return .same }
        for own in pointers {
            for its in other.pointers where own.type == its.type {
                if own.base == its.base { return .different }
                if ignoringBases && own.id != its.id { return .different }
            }
        }
        // One system may number people and organisations: that one is not the other says nothing.
        guard types.isEmpty || other.types.isEmpty || !types.isDisjoint(with: other.types) else {
            return .unknown
        }
        let systems = Set(tokens.compactMap(\.system))
        if !systems.isDisjoint(with: other.tokens.compactMap(\.system)) { return .different }
        return .unknown
    }
}

extension TwoValuedConsent {
    enum Side: String { case recipient, sender }

    /// Says whether this actor of a provision names the party on whose side its role stands.
    func isActor(_ actor: OracleJSON, in directive: OracleJSON, at place: String) -> Bool {
        let side = side(of: actor["role"], actor["reference"]?.canonical ?? place)
        guard let reference = actor["reference"] else {
            return open(side == .recipient ? .recipient : .sender, "anybody at \(place)")
        }
        return names(reference, side, in: directive, depth: 0, place: place)
    }

    // v3-ParticipationType: information generators (author, informant) and the custodian hold or
    // give the data; an information recipient and its kinds get it. REFB is filed under
    // information recipients but is who refers: it cannot be placed. v3-RoleCode has four
    // receivers of information; contractsignertypecodes the source and the authors.
    private func side(of role: OracleJSON?, _ whom: String) -> Side {
        if faults.contains(.rolesIgnored) { return .recipient }
        let known = Set((role?.items("coding") ?? []).compactMap { Self.side(ofCoding: $0) })
        if known.count == 1, let side = known.first { return side }
        let isRecipient = open(.role, "\(role?.canonical ?? "no role") of \(whom)")
        return isRecipient ? .recipient : .sender
    }

    private static func side(ofCoding coding: OracleJSON) -> Side? {
        let code = coding.text("code") ?? ""
        switch coding.text("system") {
        case OracleCodes.participation:
            if ["IRCP", "PRCP", "NOT", "REFT", "TRC"].contains(code) { return .recipient }
            return ["CST", "AUT", "INF"].contains(code) ? .sender : nil
        case OracleCodes.terminology + "v3-RoleCode":
            return ["AUCG", "AULR", "AUTM", "AUWA"].contains(code) ? .recipient : nil
        case OracleCodes.terminology + "contractsignertypecodes":
            return ["SOURCE", "PRIMAUTH", "COAUTH"].contains(code) ? .sender : nil
        default: return nil
        }
    }

    private func names(
        _ reference: OracleJSON, _ side: Side, in directive: OracleJSON, depth: Int, place: String
    ) -> Bool {
        let name = OracleName(reference, known: references, contained: directive.items("contained"))
        let comparisons = party(side).map { name.compare(with: $0, ignoringBases: ignoresBases) }
        if comparisons.contains(.same) { return true }
        var question = "\(side.rawValue) is \(reference.canonical)"
        // Two mere names may be two people.
        if reference["reference"] == nil && reference["identifier"] == nil { question += place }
        let cause: OracleDoubt.Cause = side == .recipient ? .recipient : .sender
        let target = reference.text("reference").flatMap { references?[$0] }
        let type = target?.text("resourceType") ?? name.pointers.first?.type
        switch type {
        case "Group", "CareTeam":
            guard let target, depth < 4 else { return open(cause, question) }
            return isMember(
                of: target, side, in: directive, depth: depth, question, place: place)
        case "PractitionerRole":
            guard let target else { break }
            return isRole(target, side, in: directive, depth: depth, place: place)
        default: break
        }
        // Without a sender the actors stand for both sides; that nobody else sends, they do not say.
        let isWhole = side == .recipient || request["sender"] != nil
        if isWhole && (comparisons.contains(.different) || isNoParty(type, side)) { return false }
        return faults.contains(.incomparableIsDifferent) ? false : open(cause, question)
    }

    /// Says whether nothing of this type is the party.
    ///
    /// One that is known both by its organisation and by its practitioner is no patient, relative or
    /// device.
    private func isNoParty(_ type: String?, _ side: Side) -> Bool {
        let types = Set(party(side).flatMap(\.types))
        return types.isSuperset(of: ["Organization", "Practitioner"])
            && ["Patient", "RelatedPerson", "Device"].contains(type ?? "")
            && !types.contains(type ?? "")
    }

    private var ignoresBases: Bool { readings.basesAreIgnored }

    private func isMember(
        of group: OracleJSON, _ side: Side, in directive: OracleJSON, depth: Int,
        _ question: String, place: String
    ) -> Bool {
        let cause: OracleDoubt.Cause = side == .recipient ? .recipient : .sender
        let isTeam = group.text("resourceType") == "CareTeam"
        let members = group.items(isTeam ? "participant" : "member")
        // A team that is not active, or a group kept for the record, one that is defined by traits,
        // or one that lists nobody: who is in it cannot be told.
        let isListed =
            isTeam
            ? group.text("status").map { $0 == "active" } ?? true
            : group["active"]?.flag != false && group["actual"]?.flag != false
                && group.text("membership") != "definitional" && group["characteristic"] == nil
        let isHere = isNow(in: isTeam ? group["period"] : nil, at: question)
        guard isHere else { return false }
        guard isListed && !members.isEmpty else { return open(cause, question) }
        for member in members {
            if member["inactive"]?.flag == true { continue }
            guard let reference = member[isTeam ? "member" : "entity"] else { continue }
            let isPresent =
                faults.contains(.formerMembersCount)
                || isNow(in: member["period"], at: question + reference.canonical)
            if isPresent
                && names(reference, side, in: directive, depth: depth + 1, place: place)
            {
                return true
            }
        }
        return false
    }

    /// Says whether the party is all that a PractitionerRole names, while its period lasts.
    ///
    /// It is a practitioner acting for an organisation, in a service if one is named. Without a
    /// practitioner it is somebody of the organisation who is not named.
    private func isRole(
        _ role: OracleJSON, _ side: Side, in directive: OracleJSON, depth: Int, place: String
    ) -> Bool {
        let cause: OracleDoubt.Cause = side == .recipient ? .recipient : .sender
        let parts = [role["practitioner"], role["organization"]].compactMap { $0 }
        let services = role.items("healthcareService")
        guard role["active"]?.flag != false, depth < 4 else { return open(cause, role.canonical) }
        guard isNow(in: role["period"], at: role.canonical) else { return false }
        let isWhole = parts.allSatisfy {
            names($0, side, in: directive, depth: depth + 1, place: place)
        }
        let isServed =
            services.isEmpty
            || services.contains {
                names($0, side, in: directive, depth: depth + 1, place: place)
            }
        guard isWhole && isServed else { return false }
        return role["practitioner"] != nil
            || open(cause, "\(side.rawValue) is in \(role.canonical)")
    }
}
