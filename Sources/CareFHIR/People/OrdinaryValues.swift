/// Knows the values of modifier elements that change nothing a reader would not expect.
///
/// Any other value is a caveat, also one that nobody knows.
enum OrdinaryValues {
    /// Whether `code` of the element at `path` in a resource of `type` goes without saying.
    static func contains(_ code: String, type: String, path: String) -> Bool {
        if isTitle.contains("\(type).\(path)") { return true }
        let element = path.split(separator: ".").last.map(String.init) ?? path
        let codes = byPath["\(type).\(path)"] ?? byElement[element] ?? []
        return codes.contains(code)
            || codes.contains { CaveatWords.folded($0) == CaveatWords.folded(code) }
    }

    /// Elements whose value is what the resource is called by anyway, or does not concern its
    /// meaning for a reader.
    static let isTitle: Set = [
        "Basic.code", "Consent.scope", "Substance.instance", "Device.name.display",
    ]

    private static let byElement: [String: Set<String>] = [
        "status": [
            "active", "final", "completed", "current", "in-progress", "finished", "booked",
            "arrived", "fulfilled", "checked-in", "available", "generated", "requested",
            "received", "accepted", "ready", "recorded",
        ],
        "clinicalStatus": ["active", "recurrence", "relapse"],
        "verificationStatus": ["confirmed"],
        "lifecycleStatus": ["active", "accepted", "completed"],
        "participantStatus": ["accepted"],
        "docStatus": ["final"],
        "intent": ["order", "original-order", "reflex-order", "filler-order", "instance-order"],
        "mode": ["working", "snapshot"],
        "actuality": ["actual"],
        "active": ["true"], "taken": ["y"],
        "doNotPerform": ["false"], "deleted": ["false"], "isSubpotent": ["false"],
    ]

    /// Where the same word means something else: a medication that is `completed` is not taken.
    private static let byPath: [String: Set<String>] = [
        "MedicationRequest.status": ["active"],
        "MedicationStatement.status": ["active", "recorded"],
        "MedicationUsage.status": ["active", "recorded"], "NutritionOrder.status": ["active"],
        "CarePlan.intent": ["plan", "order"], "Consent.status": ["active"],
        "Appointment.participant.status": ["accepted"],
        "CarePlan.activity.detail.status": [
            "not-started", "scheduled", "in-progress", "completed",
        ],
        "Flag.status": ["active"], "DeviceUseStatement.status": ["active"],
        "MedicationStatement.adherence.code": ["taking", "taking-as-directed"],
        "MedicationUsage.adherence.code": ["taking", "taking-as-directed"],
        "DeviceUsage.adherence.code": ["always"], "Procedure.outcome": ["successful"],
        "Goal.achievementStatus": ["in-progress", "improving", "sustaining", "achieved"],
        "List.entry.flag": ["unchanged", "prescribed"],
        "ImmunizationEvaluation.doseStatus": ["valid"],
        "NutritionIntake.consumedItem.notConsumed": ["false"],
        "Group.characteristic.exclude": ["false"],
        "EvidenceVariable.characteristic.exclude": ["false"],
    ]

    /// Words of FHIR's own value sets for what says how far a statement holds: they say that and
    /// nothing about anything else.
    static let statusWords: Set<String> = Set(
        [
            "active", "recurrence", "relapse", "inactive", "remission", "resolved", "unknown",
            "unconfirmed", "presumed", "provisional", "differential", "confirmed", "refuted",
            "entered-in-error", "in-progress", "improving", "worsening", "no-change", "achieved",
            "sustaining", "not-achieved", "no-progress", "not-attainable", "taking",
            "taking-as-directed", "taking-not-as-directed", "not-taking", "on-hold",
            "on-hold-as-directed", "on-hold-not-as-directed", "stopped", "stopped-as-directed",
            "stopped-not-as-directed", "successful", "unsuccessful", "partially-successful",
        ].map { CaveatWords.folded($0) })

    /// The elements that such words may stand in without a code.
    static let statusElements: Set = [
        "clinicalStatus", "verificationStatus", "achievementStatus", "outcome",
    ]

    /// Elements of FHIR's earlier releases that say no, and those of later ones wherever they are.
    static let negations: Set = [
        "doNotPerform", "prohibited", "notDone", "notPerformed", "notGiven", "notTaken",
        "wasNotGiven", "wasNotTaken", "doNotGive", "refuted", "deleted",
    ]

    /// Elements that are looked at in every type, listed as its modifiers or not: types of other
    /// releases have them, too.
    static let everywhere = [
        "status", "clinicalStatus", "verificationStatus", "lifecycleStatus", "intent", "active",
        "docStatus", "taken", "participant.status", "activity.detail.status",
    ]

    /// Types that are over when their period is.
    static let endsWithPeriod: Set = [
        "Flag", "PractitionerRole", "EpisodeOfCare", "CareTeam", "Coverage", "CarePlan",
        "RelatedPerson", "OrganizationAffiliation",
    ]
}
