/// Names what messages belong together: all that are about one referral, one directive or one
/// override of consent.
public enum ThreadID: Hashable, Comparable, Sendable {
    /// A referral's.
    case referral(ReferralID)
    /// A consent directive's.
    case directive(ConsentID)
    /// That of an override of consent.
    case override(BreakGlassID)

    /// The referral, if it is one's.
    public var referral: ReferralID? {
        guard case .referral(let id) = self else { return nil }
        return id
    }

    /// The override, if it is one's.
    public var override: BreakGlassID? {
        guard case .override(let id) = self else { return nil }
        return id
    }

    /// Whether what is on its way to one mailbox leaves one after the other.
    public var keepsOrder: Bool {
        switch self {
        case .referral: true
        case .directive, .override: false
        }
    }
}
