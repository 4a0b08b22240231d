extension ModifierElements {
    /// Elements that turn a statement round though FHIR flags them as no modifiers, by type.
    ///
    /// R5 took "not taking" from `MedicationStatement.status`, which is flagged, to `adherence`, which
    /// is not. The others are of that kind in R4 or R5: a reader who does not know them takes the rest
    /// for what it is not.
    static let unflagged: [String: [String]] = [
        "DeviceUsage": ["adherence.code"],
        "EvidenceVariable": ["characteristic.exclude"],
        "Goal": ["achievementStatus"],
        "Group": ["characteristic.exclude"],
        "ImmunizationEvaluation": ["doseStatus"],
        "List": ["entry.flag"],
        "MedicationStatement": ["adherence.code"],
        "MedicationUsage": ["adherence.code"],
        "NutritionIntake": ["consumedItem.notConsumed"],
        "Procedure": ["outcome"],
    ]

    /// Those of them that are about the whole resource though they stand in a part of it.
    static let ofResource: Set = ["adherence.code"]

    /// Elements without which a reader would take a resource for one about the patient, for one that
    /// has a value or still goes on, or an amount or a name for another.
    ///
    /// They need no place in the table, for they are shown in ways of their own; a copy must not lack
    /// them either.
    static let alsoTurning: Set = [
        "subject", "patient", "for", "beneficiary", "focus", "section.focus", "dataAbsentReason",
        "component.dataAbsentReason", "abatementDateTime", "abatementAge", "abatementPeriod",
        "abatementRange", "abatementString", "abatementBoolean", "abatement", "comparator", "use",
    ]
}
