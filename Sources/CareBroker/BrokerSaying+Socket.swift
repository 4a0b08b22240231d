internal import CareModel

extension BrokerSaying {
    /// Whether it answers an operator.
    var isAdministered: Bool {
        if case .administered = self { true } else { false }
    }
}
