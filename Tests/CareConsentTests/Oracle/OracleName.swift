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

    enum Comparison { case same, different, unknown }

    /// Reads a Reference; what it resolves to in `known` adds its identifiers.
    init(_ reference: OracleJSON, known: OracleJSON?, contained: [OracleJSON] = []) {
        if let token = Self.token(reference["identifier"]) { tokens.insert(token) }
        guard let text = reference.text("reference") else { return }
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
        let systems = Set(tokens.compactMap(\.system))
        if !systems.isDisjoint(with: other.tokens.compactMap(\.system)) { return .different }
        return .unknown
    }
}

extension TwoValuedConsent {
    enum Side: String { case recipient, sender }

    /// Says whether this actor of a provision names the party on whose side its role stands.
    func isActor(_ actor: OracleJSON, in directive: OracleJSON) -> Bool {
        let side = side(of: actor["role"])
        guard let reference = actor["reference"] else {
            return open(side == .recipient ? .recipient : .sender, "anybody in the role")
        }
        return names(reference, side, in: directive, depth: 0)
    }

    // v3-ParticipationType: information generators (author, informant) and the custodian hold or
    // give the data; an information recipient and its kinds get it. REFB is filed under
    // information recipients but is who refers: it cannot be placed.
    private func side(of role: OracleJSON?) -> Side {
        if faults.contains(.rolesIgnored) { return .recipient }
        let codings = role?.items("coding") ?? []
        for coding in codings where coding.text("system") == OracleCodes.participation {
            switch coding.text("code") {
            case "IRCP", "PRCP", "NOT", "REFT", "TRC": return .recipient
            case "CST", "AUT", "INF": return .sender
            default: continue
            }
        }
        let isRecipient = open(.role, role?.canonical ?? "no role")
        return isRecipient ? .recipient : .sender
    }

    private func names(
        _ reference: OracleJSON, _ side: Side, in directive: OracleJSON, depth: Int
    ) -> Bool {
        let name = OracleName(reference, known: references, contained: directive.items("contained"))
        let comparisons = party(side).map { name.compare(with: $0, ignoringBases: ignoresBases) }
        if comparisons.contains(.same) { return true }
        let question = "\(side.rawValue) is \(reference.canonical)"
        let cause: OracleDoubt.Cause = side == .recipient ? .recipient : .sender
        let target = reference.text("reference").flatMap { references?[$0] }
        let type = target?.text("resourceType") ?? name.pointers.first?.type
        switch type {
        case "Group", "CareTeam":
            guard let target, depth < 4 else { return open(cause, question) }
            return isMember(of: target, side, in: directive, depth: depth, question)
        case "PractitionerRole":
            guard let target else { break }
            return isRole(target, side, in: directive, depth: depth)
        default: break
        }
        if comparisons.contains(.different) { return false }
        return faults.contains(.incomparableIsDifferent) ? false : open(cause, question)
    }

    private var ignoresBases: Bool { readings.basesAreIgnored }

    private func isMember(
        of group: OracleJSON, _ side: Side, in directive: OracleJSON, depth: Int, _ question: String
    ) -> Bool {
        let cause: OracleDoubt.Cause = side == .recipient ? .recipient : .sender
        let isTeam = group.text("resourceType") == "CareTeam"
        if !isTeam && (group["actual"]?.flag == false || group.text("membership") == "definitional")
        {
            return open(cause, question)
        }
        for member in group.items(isTeam ? "participant" : "member") {
            if member["inactive"]?.flag == true { continue }
            guard let reference = member[isTeam ? "member" : "entity"] else { continue }
            let isPresent = faults.contains(.formerMembersCount) || isNow(in: member["period"])
            if isPresent && names(reference, side, in: directive, depth: depth + 1) { return true }
        }
        return false
    }

    /// A PractitionerRole is a practitioner acting for an organisation, in a service if one is
    /// named: all of these, not one of them.
    private func isRole(
        _ role: OracleJSON, _ side: Side, in directive: OracleJSON, depth: Int
    ) -> Bool {
        let parts = [role["practitioner"], role["organization"]].compactMap { $0 }
        let services = role.items("healthcareService")
        guard !parts.isEmpty || !services.isEmpty, depth < 4 else {
            return open(side == .recipient ? .recipient : .sender, role.canonical)
        }
        return parts.allSatisfy { names($0, side, in: directive, depth: depth + 1) }
            && (services.isEmpty
                || services.contains { names($0, side, in: directive, depth: depth + 1) })
    }
}
