internal import CareModel

/// Knows with which party of a release an actor is compared, by the role a directive gives it
/// (FHIR `Consent.provision.actor.role`, bound to HL7 v3-ParticipationType, v3-RoleClass and
/// v3-RoleCode).
enum ActorRole {
    /// The side of an actor whose role has these codings; without a role, that of neither alone.
    ///
    /// Codings of one role say the same in several systems, so those that are known decide. If they
    /// contradict one another, or none is known, the role cannot be placed.
    static func side(of role: [Coding]) -> ConsentActor.Side {
        guard !role.isEmpty else { return .either }
        var sides = Set(role.compactMap { side(of: $0) })
        if sides.count > 1 { sides.remove(.either) }
        return sides.count == 1 ? sides.first ?? .unplaced : .unplaced
    }

    private static func side(of role: Coding) -> ConsentActor.Side? {
        switch role.system {
        case CodeSystem.participation:
            switch role.code {
            case "IRCP", "NOT", "PRCP", "REFT", "TRC": .recipient
            case "AUT", "CST", "INF": .sender
            default: nil
            }
        case CodeSystem.roleCode:
            // Those who receive as caregivers, by a legitimate relationship, in a team or an area.
            ["AUCG", "AULR", "AUTM", "AUWA"].contains(role.code) ? .recipient : nil
        case CodeSystem.roleClass:
            // In what capacity somebody acts says nothing of which side that is.
            ["AFFL", "AGNT", "ASSIGNED", "EMP", "LIC", "PROV", "QUAL"].contains(role.code)
                ? .either : nil
        case signers, "urn:iso-astm:E1762-95:2013":
            ["COAUTH", "PRIMAUTH", "SOURCE"].contains(role.code) ? .sender : nil
        default: nil
        }
    }

    private static let signers = "http://terminology.hl7.org/CodeSystem/contractsignertypecodes"
}
