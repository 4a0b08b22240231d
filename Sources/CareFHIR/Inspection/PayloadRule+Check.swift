/// Says which resources of a document make it a message of its kind.
extension PayloadRule {
    /// The places of the resources that count.
    ///
    /// What a document is, its Composition says: one that does not count makes the rest of no use.
    ///
    /// - Throws: why none does.
    func check(_ table: ResourceTable, _ links: PatientLinks) throws(InspectionError) -> [Int] {
        guard !anyOf.isEmpty else {
            return table.entries.filter { links.isAbout($0) }.map { $0.value.index }
        }
        let requests = isReferral ? try ReferralRequests(table) : nil
        let fitting = requests?.requests ?? matters(in: table)
        var wanted: String { anyOf.sorted().joined(separator: ", ") }
        guard !fitting.isEmpty else {
            throw InspectionError(
                .kindMismatch, "A message of this kind has to hold one of: \(wanted).")
        }
        if isSole, fitting.count != 1 {
            throw InspectionError(
                .kindMismatch, "A message of this kind has to hold exactly one: \(wanted).")
        }
        let ours = fitting.filter { links.isAbout($0) }
        guard !ours.isEmpty else {
            throw InspectionError(
                .patientMissing,
                "None of the document's \(wanted) says which patient it is about. "
                    + "Add its reference to the patient.")
        }
        var objection: String?
        let counting = ours.filter { resource in
            let found =
                requests.map { $0.objection(to: resource, self) } ?? self.objection(to: resource)
            objection = objection ?? found
            return found == nil
        }
        let head = EntryNeeds.head(of: table)
        let isHeadOfNoUse =
            ours.contains { $0.value.index == head }
            && !counting.contains { $0.value.index == head }
        guard let objection, counting.isEmpty || isHeadOfNoUse else {
            return counting.map { $0.value.index }
        }
        throw InspectionError(.kindMismatch, objection)
    }

    /// The entries of the wanted types: a booking is its Appointment, whatever comes with it.
    private func matters(in table: ResourceTable) -> [ResourceTable.Resource] {
        let fitting = table.entries.filter { anyOf.contains($0.type) }
        let bookings = fitting.filter { $0.type == "Appointment" }
        return statuses["Appointment"] == nil || bookings.isEmpty ? fitting : bookings
    }

    private func objection(to resource: ResourceTable.Resource) -> String? {
        statusFault(of: resource).map { fault in
            let good = statuses[resource.type, default: []].sorted().joined(separator: ", ")
            return "\(fault), which this kind of message cannot rest on. "
                + "Send one that is: \(good)."
        }
    }

    /// What is wrong with the status of a resource, as the beginning of a sentence; nil if nothing.
    func statusFault(of resource: ResourceTable.Resource) -> String? {
        guard let good = statuses[resource.type] else { return nil }
        let status = resource.value["status"]?.string
        if let status, good.contains(status) {
            // R4 has a second status, of the document that is referred to.
            let isWithdrawn =
                resource.type == "DocumentReference"
                && resource.value["docStatus"]?.string == "entered-in-error"
            return isWithdrawn ? "The DocumentReference has docStatus entered-in-error" : nil
        }
        return "The \(resource.type) has \(Self.named("status", status, Self.statuses))"
    }

    /// A code of a document as a message may repeat it: one that FHIR has, or none.
    static func named(_ element: String, _ code: String?, _ known: Set<String>) -> String {
        guard let code else { return "no \(element)" }
        return known.contains(code) ? "the \(element) \(code)" : "an unknown \(element)"
    }

    /// The statuses of FHIR R4 under which something does not count.
    private static let statuses: Set<String> = [
        "active", "cancelled", "completed", "draft", "entered-in-error", "failed", "not-done",
        "noshow", "on-hold", "planned", "preparation", "proposed", "registered", "rejected",
        "revoked", "stopped", "superseded", "unknown", "waitlist",
    ]
}
