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

extension InboxRow {
    /// The rows of the mail that is listed, newest first.
    ///
    /// - Parameters:
    ///   - entries: the collected messages, newest first.
    ///   - referrals: all that are known.
    ///   - isWhole: whether also those are listed of which everything has been opened and which wait
    ///     for nobody here.
    ///   - isOurs: whether a referral waits for this side.
    ///   - look: looks into the documents of messages, oldest first; asked of listed ones only.
    static func rows(
        of entries: [InboxEntry], _ referrals: [ReferralView], isWhole: Bool,
        isOurs: (ReferralView) -> Bool,
        look: (ReferralID?, [InboxEntry]) throws -> (PatientLook, [DocumentSummary.Remark])
    ) rethrows -> [InboxRow] {
        var rows: [InboxRow] = []
        func add(_ referral: ReferralView?, _ id: ReferralID?, _ messages: [InboxEntry]) throws {
            let isOurs = referral.map(isOurs) ?? false
            guard isWhole || isOurs || messages.contains(where: { $0.openedAt == nil }) else {
                return
            }
            let (patient, remarks) = try look(id, messages)
            rows.append(
                InboxRow(
                    referral: referral, messages: messages, patient: patient, remarks: remarks,
                    isOurs: isOurs))
        }
        var messages = Dictionary(grouping: entries.reversed(), by: \.envelope.referral)
        for message in messages.removeValue(forKey: nil) ?? [] { try add(nil, nil, [message]) }
        for referral in referrals {
            try add(referral, referral.id, messages.removeValue(forKey: referral.id) ?? [])
        }
        // Of what no referral is known of.
        for (id, messages) in messages { try add(nil, id, messages) }
        return rows.sorted { $0.time > $1.time }
    }
}

extension Desk {
    /// The inbox: all that nobody has opened, and all that waits for this side; newest first.
    ///
    /// - Parameters:
    ///   - isWhole: also what has been opened and waits for nobody here.
    ///   - time: when it is shown, which decides what names and periods hold.
    func inboxRows(isWhole: Bool, at time: ShowingTime) throws -> [InboxRow] {
        let entries = try store.inbox()
        let mailboxes = mailboxes(entries)
        return try InboxRow.rows(
            of: entries, try store.referrals(), isWhole: isWhole,
            isOurs: { isOurs($0, mailboxes) }
        ) { id, messages in
            let patient =
                try id.map { try patientLook(of: $0, at: time) }
                ?? patientLook(of: messages[0], at: time)
            return (patient, remarks(on: messages, at: time))
        }
    }

    /// What is known of the patient of a message beside any referral, if it has one.
    private func patientLook(of entry: InboxEntry, at time: ShowingTime) throws -> PatientLook {
        let alias = try entry.envelope.patient.flatMap { try store.patient($0)?.alias } ?? ""
        return PatientLook(
            label: alias, documents: [entry.payload].compactMap { $0 }, at: time)
    }

    /// What changes the meaning of something in the documents of messages, the newest first.
    private func remarks(
        on messages: [InboxEntry], at time: ShowingTime
    ) -> [DocumentSummary.Remark] {
        messages.reversed().compactMap(\.payload).flatMap {
            DocumentView($0, at: time).remarks
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
