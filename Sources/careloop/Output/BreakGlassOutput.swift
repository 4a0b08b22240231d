internal import CareAgent
internal import CareModel

/// Is an override of consent as scripts see it.
struct BreakGlassOutput: Encodable, Equatable {
    let breakGlass: String?
    /// The alias of this machine; absent for patients without one.
    let patient: String?
    let system: String?
    let value: String?
    let agent: String?
    let organisation: String?
    let reason: String?
    let startedAt: String?
    let endsAt: String?
    let endedAt: String?
    let reviewer: String?
    let reviewerOrganisation: String?
    let reviewedAt: String?
    /// `justified` or `unjustified`; absent while nobody has judged it.
    let finding: String?

    /// Describes an entry of the broker's.
    init(_ entry: BreakGlassView, on desk: Desk) throws {
        breakGlass = entry.id.description
        let identifier = entry.patient
        patient = try identifier.flatMap { try desk.store.patient($0)?.alias }
        system = identifier.flatMap { JSONText.text($0.system) }
        value = identifier?.value
        agent = JSONText.text(entry.agent)
        organisation = JSONText.text(entry.organisation)
        reason = JSONText.text(entry.words)
        startedAt = JSONText.time(entry.startedAt)
        endsAt = JSONText.time(entry.endsAt)
        endedAt = JSONText.time(entry.endedAt)
        reviewer = JSONText.text(entry.reviewer)
        reviewerOrganisation = JSONText.text(entry.reviewerOrganisation)
        reviewedAt = JSONText.time(entry.reviewedAt)
        finding = JSONText.text(entry.finding)
    }

    /// Describes an override of this agent that is running.
    init(_ glass: AgentStore.RunningBreakGlass, on desk: Desk) throws {
        breakGlass = glass.id.description
        patient = try desk.store.patient(glass.patient)?.alias
        system = JSONText.text(glass.patient.system)
        value = glass.patient.value
        agent = desk.context.agent
        organisation = nil
        reason = nil
        startedAt = JSONText.time(glass.startedAt)
        endsAt = JSONText.time(glass.endsAt)
        endedAt = nil
        reviewer = nil
        reviewerOrganisation = nil
        reviewedAt = nil
        finding = nil
    }
}
