package import CareModel

extension FactKeys {
    /// The patients whose unsettled deliveries are needed, and after which: with whom directives
    /// among the facts are about.
    package func waiting(with facts: Facts) -> [PatientKey: DeliveryID] {
        var waiting = waiting
        for consent in facts.consents.values where waiting[consent.patient] == nil {
            waiting[consent.patient] = DeliveryID(0)
        }
        return waiting
    }
}

extension Write {
    /// Whether who knows the registry has to read it again.
    package var changesRegistry: Bool {
        switch self {
        case .putOrganisation, .putService, .putAgent, .putStream, .renewStream: true
        default: false
        }
    }
}

extension DeliveryLease {
    /// Whether somebody else than `broker` still keeps it.
    package func isHeldByOther(than broker: BrokerID, at time: Timestamp) -> Bool {
        owner != broker && time < until
    }
}
