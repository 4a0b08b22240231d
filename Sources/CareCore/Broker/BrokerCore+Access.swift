internal import CareModel

extension BrokerCore {
    /// What an agent has to do with a patient.
    ///
    /// Needs the patient's care team among the facts.
    func relations(
        of agent: Agent, to patient: PatientKey, _ step: Step
    ) -> Set<Relation> {
        let isCarer = step.facts.careTeams[patient]?.contains(agent.organisation) == true
        var relations: Set<Relation> = isCarer ? [.careTeam] : [.stranger]
        if hasBrokenGlass(agent.id, for: patient, step) { relations.insert(.emergency) }
        return relations
    }

    /// What an agent has to do with a delivery.
    func relations(
        of agent: Agent, to delivery: Delivery, _ message: Message
    ) -> Set<Relation> {
        var relations: Set<Relation> = []
        if message.organisation == agent.organisation { relations.insert(.own) }
        if directory.organisation(of: delivery.mailbox) == agent.organisation {
            relations.insert(.party)
        }
        return relations.isEmpty ? [.stranger] : relations
    }

    /// Refuses a question about a patient, and notes who asked.
    ///
    /// Who may ask for some patients is told what is said of patients that do not exist.
    func refuse(
        _ verb: Verb, about patient: PatientKey, by agent: Agent, on peer: Peer, request: UInt64,
        _ step: inout Step
    ) {
        var event = AuditEvent(.accessRefused, at: step.now, outcome: verb.rawValue)
        event.agent = agent.id
        event.organisation = agent.organisation
        event.patient = patient
        step.audit(event)
        var refusal = Refusal(.notAllowed)
        if AccessTable.allows(agent.roles, verb) {
            refusal = Refusal(.unknownPatient)
            if verb == .checkConsent {
                refusal.message += " To refer one, send the referral: consent is asked then."
            }
        }
        step.answer(peer, request: request, .error(refusal))
    }
}
