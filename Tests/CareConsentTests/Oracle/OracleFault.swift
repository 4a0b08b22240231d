/// Wrong rules that people have written, or might.
enum OracleFault: CaseIterable, Sendable {
    case permitOverrides
    case siblingPermitWins
    case nothingWidens
    case nestedTypeIgnored
    case everyRootIsAFrame
    case everyRootIsAnException
    case unreadableIsSilent
    case draftsCount
    case everyScopeCounts
    case nothingSupersedes
    case rolesIgnored
    case incomparableIsDifferent
    case formerMembersCount
    case treatmentCoversBreakGlass
    case purposesAreExact
    case unknownPurposeIsNone
    case unknownActionIsNone
    case endIsExclusive
    case nestedPeriodIgnored
    case labelsAreExact
    case unlabelledIsHarmless
    case uncodedIsDifferent
    case uncategorisedIsNone
    case successorMustApply
    case doubtfulRefusalLifts
}
