public import CareModel

extension Town {
    /// A patient by number.
    public static func patient(_ number: Int) -> PatientKey {
        let byte = UInt8(truncatingIfNeeded: number)
        guard let key = PatientKey(bytes: Array(repeating: byte, count: 32)) else {
            preconditionFailure("a patient key has 32 bytes")
        }
        return key
    }

    /// A document of `byteCount` bytes that no other has.
    public func document(byteCount: Int = 24) -> Payload {
        let mark = fresh().bytes
        let filling = Array(repeating: UInt8(ascii: " "), count: max(0, byteCount - mark.count))
        return Payload(mark + filling)
    }

    /// A patient as envelopes name one.
    public static func named(_ patient: PatientKey) -> NamedPatient {
        guard let identifier = BusinessIdentifier(system: "urn:test", value: "p") else {
            preconditionFailure("a value that is not empty makes an identifier")
        }
        return NamedPatient(key: patient, identifier: identifier)
    }

    /// A submission with a fresh id.
    public func submission(
        _ body: Submission.Body, about patient: PatientKey? = nil
    ) -> Submission {
        var submission = Submission(
            id: MessageID(fresh()), patient: patient.map(Self.named), body: body)
        submission.contentHash = fresh().bytes
        return submission
    }

    /// Attaches a document about `patient`.
    public func attach(
        _ payload: Payload? = nil, about patient: PatientKey, to submission: inout Submission
    ) {
        let payload = payload ?? document()
        submission.patient = Self.named(patient)
        var document = Submission.Document(payload, type: "application/fhir+json")
        document.hash = payload.bytes
        document.contents = [
            ContentItem(resource: ContentResource(type: "ServiceRequest"), need: .alternative)
        ]
        submission.document = document
    }

    /// A request for `patient` to `mailbox`.
    public func request(
        for patient: PatientKey = Town.patient(1),
        to mailbox: Mailbox = .service(Town.cardiology), byteCount: Int = 24
    ) -> Submission {
        var request = ReferralRequest(
            referral: ReferralID(fresh()), patient: Self.named(patient), priority: .routine)
        request.to = mailbox
        request.terms.reason = ReasonCode("assessment")
        var submission = submission(.request(request))
        attach(document(byteCount: byteCount), about: patient, to: &submission)
        return submission
    }

    /// A move of the referral that `request` opened, at the version it has now.
    public func move(
        _ move: ReferralMove, _ referral: Referral, reason: String? = nil, document: Bool = false
    ) -> Submission {
        var change = ReferralChange(move, of: referral.id, at: referral.version)
        change.terms.reason = reason.map { ReasonCode($0) }
        var submission = submission(.change(change))
        if document { attach(about: referral.patient, to: &submission) }
        return submission
    }

    /// A move with all that its kind needs: reason, document, appointment.
    public func completeMove(_ name: ReferralMove, _ referral: Referral) -> Submission {
        let rows = Transition.rows(of: name, from: referral.state)
        var reason: String?
        for row in rows { if case .required(let set) = row.reason { reason = set.codes.first } }
        let documented: Set<ReferralMove> = [.note, .complete, .answer, .correct]
        var submission = move(name, referral, reason: reason, document: documented.contains(name))
        if name == .schedule { submission.change.terms.appointment = appointment(in: 7) }
        if name == .redirect {
            submission.change.to = .service(Town.imaging)
            submission.change.next = ReferralID(fresh())
        }
        return submission
    }

    /// An hour's appointment so many days ahead.
    public func appointment(in days: Int) -> Appointment? {
        let start = broker.clock.wall + .seconds(days * 24 * 3600)
        return Appointment(start: start, end: start + .seconds(3600))
    }

    /// Records `directive` for `patient` under `id`.
    public func consent(
        _ directive: ConsentDirective, for patient: PatientKey, id: ConsentID
    ) -> Submission {
        let record = DirectiveRecord(consent: id, patient: Self.named(patient))
        var submission = submission(.record(record))
        attach(about: patient, to: &submission)
        submission.document?.directive = directive
        return submission
    }

    /// Withdraws the directive `id`.
    public func revocation(of id: ConsentID) -> Submission {
        submission(.withdrawal(DirectiveWithdrawal(consent: id)))
    }

    /// Overrides the consent of `patient`.
    public func breakGlass(
        for patient: PatientKey, words: String? = "unconscious, no next of kin"
    ) -> Submission {
        let start = OverrideStart(patient: Self.named(patient), words: words)
        return submission(.overrideStart(start), about: patient)
    }

    /// Replays the dead letter `delivery`.
    public func replay(_ delivery: DeliveryID) -> Submission {
        submission(.replay(Replay(delivery: delivery)))
    }
}

extension Submission {
    /// The referral it opens or moves.
    public var referral: ReferralID? { thread?.referral }

    /// Its body as that of a request, to be changed.
    public var request: ReferralRequest {
        get {
            guard case .request(let body) = body else { preconditionFailure("not a request") }
            return body
        }
        set { body = .request(newValue) }
    }

    /// Its body as that of another move, to be changed.
    public var change: ReferralChange {
        get {
            guard case .change(let body) = body else { preconditionFailure("not a move") }
            return body
        }
        set { body = .change(newValue) }
    }
}
