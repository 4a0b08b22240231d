internal import CareModel

extension ImplicitPolicy {
    /// Whether the policy lets `request` through: every declared purpose must be one it allows and
    /// one the recipient is authorised for.
    ///
    /// A request without a purpose never gets through.
    func permits(_ request: ConsentRequest) -> Bool {
        guard !request.purposes.isEmpty else { return false }
        func isAuthorised(_ purpose: Coding) -> Bool {
            PurposeTable.covering(purpose).contains { request.authorisedPurposes.contains($0) }
        }
        switch self {
        case .deny:
            return false
        case .basicNormal:
            return request.purposes.allSatisfy {
                PurposeTable.covering($0).contains(.purpose("TREAT")) && isAuthorised($0)
            }
        case .allNormal:
            return request.purposes.allSatisfy { PurposeTable.knows($0) && isAuthorised($0) }
        case .breakGlassOnly:
            return request.purposes.contains(.breakGlass) && isAuthorised(.breakGlass)
        }
    }
}
