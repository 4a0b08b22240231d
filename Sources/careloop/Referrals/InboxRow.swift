internal import CareAgent
internal import CareFHIR
internal import CareModel

/// Is a line of the inbox: a referral that wants something of this side, or a message beside any.
struct InboxRow {
    /// The referral; nil for messages that belong to none.
    let referral: ReferralView?
    /// The collected messages, oldest first.
    let messages: [InboxEntry]
    /// What this terminal knows of the patient.
    let patient: PatientLook
    /// What changes the meaning of something in the documents.
    let remarks: [DocumentSummary.Remark]
    /// Whether the next move is this side's.
    let isOurs: Bool

    /// How many messages nobody has opened.
    var unopenedCount: Int { messages.count { $0.openedAt == nil } }

    /// What it is about: the newest message, or what is owed.
    var what: String {
        let newest = messages.last { $0.openedAt == nil } ?? messages.last
        guard let kind = newest?.envelope.kind else { return referral?.whyOpen ?? "" }
        return unopenedCount > 1 ? "\(kind) and \(unopenedCount - 1) more" : kind.code
    }

    /// Whether parts of a document were left out.
    var isRedacted: Bool { messages.contains { $0.envelope.isRedacted } }

    /// What it is about, and what a person has to know of it at once.
    var told: String {
        let newest = messages.last { $0.openedAt == nil } ?? messages.last
        if newest?.ending == .recalled { return "taken back: consent was withdrawn" }
        if newest?.envelope.kind == MessageKind.breakGlassNotice {
            return "\(what): see `careloop break-glass list`"
        }
        return isRedacted ? "\(what) (parts left out)" : what
    }

    /// What changes the meaning of the row: of the patient, and of what is asked or told.
    var note: String {
        [patient.words, DocumentView.words(of: remarks)].filter { !$0.isEmpty }
            .joined(separator: "; ")
    }

    /// Who wrote last, or who refers.
    var from: String {
        JSONText.text(messages.last?.envelope.fromOrganisation)
            ?? JSONText.text(referral?.initiator) ?? "broker"
    }

    /// When it came, or last changed.
    var time: Timestamp {
        messages.last?.envelope.acceptedAt ?? referral?.updatedAt ?? Timestamp(milliseconds: 0)
    }
}

extension Desk {
    /// The inbox: all that nobody has opened, and all that waits for this side; newest first.
    ///
    /// - Parameter isWhole: also what has been opened and waits for nobody here.
    func inboxRows(isWhole: Bool) throws -> [InboxRow] {
        let entries = try store.inbox()
        let mailboxes = mailboxes(entries)
        var ids: [ReferralID] = []
        var seen: Set<ReferralID> = []
        var rows: [InboxRow] = []
        for entry in entries {
            guard let id = entry.envelope.referral else {
                rows.append(
                    InboxRow(
                        referral: nil, messages: [entry], patient: try patientLook(of: entry),
                        remarks: remarks(on: [entry]), isOurs: false))
                continue
            }
            if seen.insert(id).inserted { ids.append(id) }
        }
        for referral in try store.referrals() where seen.insert(referral.id).inserted {
            ids.append(referral.id)
        }
        for id in ids {
            let referral = try store.referral(id)
            let messages = try store.inbox(about: id)
            rows.append(
                InboxRow(
                    referral: referral, messages: messages, patient: try patientLook(of: id),
                    remarks: remarks(on: messages),
                    isOurs: referral.map { isOurs($0, mailboxes) } ?? false))
        }
        return rows.filter { isWhole || $0.unopenedCount > 0 || $0.isOurs }
            .sorted { $0.time > $1.time }
    }

    /// What is known of the patient of a message beside any referral, if it has one.
    private func patientLook(of entry: InboxEntry) throws -> PatientLook {
        let alias = try entry.envelope.patient.flatMap { try store.patient($0)?.alias } ?? ""
        return PatientLook(
            label: alias, documents: [entry.payload].compactMap { $0 }, at: times.showing)
    }

    /// What changes the meaning of something in the documents of messages, the newest first.
    private func remarks(on messages: [InboxEntry]) -> [DocumentSummary.Remark] {
        messages.reversed().compactMap(\.payload).flatMap {
            DocumentView($0, at: times.showing).remarks
        }
    }

    /// The mailboxes this agent works: as the broker says, or as its mail shows.
    private func mailboxes(_ entries: [InboxEntry]) -> Set<Mailbox> {
        if let welcome { return Set(welcome.mailboxes) }
        let own = AgentID(context.agent).map { Mailbox.agent($0) }
        return Set((entries.map(\.arrival.mailbox) + [own]).compactMap(\.self))
    }

    /// Whether the next move is this side's, in a referral that lies in its mailboxes.
    private func isOurs(_ referral: ReferralView, _ mailboxes: Set<Mailbox>) -> Bool {
        // What was not handed over, for want of consent perhaps, cannot be acted on here.
        guard let state = referral.state?.value, !state.hasEnded, state != .requested else {
            return false
        }
        switch referral.nextSide {
        case .initiator: return referral.replyTo.map(mailboxes.contains) == true
        case .recipient:
            if let assignee = referral.assignee { return assignee.name == context.agent }
            return referral.to.map(mailboxes.contains) == true
        default: return false
        }
    }
}
