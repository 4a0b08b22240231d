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

    /// A submission of `kind` with a fresh id.
    public func submission(_ kind: MessageKind) -> Submission {
        var submission = Submission(id: MessageID(fresh()), kind: kind)
        submission.contentHash = fresh().bytes
        return submission
    }

    /// Attaches a document about `patient`.
    public func attach(
        _ payload: Payload? = nil, about patient: PatientKey, to submission: inout Submission
    ) {
        let payload = payload ?? document()
        submission.patient = patient
        submission.patientIdentifier = BusinessIdentifier(system: "urn:test", value: "p")
        submission.payload = payload
        submission.payloadHash = payload.bytes
        submission.payloadType = "application/fhir+json"
        submission.contents =
            submission.contents ?? [
                ContentItem(resource: ContentResource(type: "ServiceRequest"), need: .alternative)
            ]
    }

    /// A request for `patient` to `mailbox`.
    public func request(
        for patient: PatientKey = Town.patient(1),
        to mailbox: Mailbox = .service(Town.cardiology), byteCount: Int = 24
    ) -> Submission {
        var submission = submission(.move(.request))
        submission.referral = ReferralID(fresh())
        submission.to = mailbox
        submission.priority = .routine
        submission.reason = ReasonCode("assessment")
        attach(document(byteCount: byteCount), about: patient, to: &submission)
        return submission
    }

    /// A move of the referral that `request` opened, at the version it has now.
    public func move(
        _ move: ReferralMove, _ referral: Referral, reason: String? = nil, document: Bool = false
    ) -> Submission {
        var submission = submission(.move(move))
        submission.referral = referral.id
        submission.expectedVersion = referral.version
        submission.reason = reason.map { ReasonCode($0) }
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
        if name == .schedule { submission.appointment = appointment(in: 7) }
        if name == .redirect {
            submission.to = .service(Town.imaging)
            submission.otherLeg = ReferralID(fresh())
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
        var submission = submission(.consentPut)
        submission.consent = id
        submission.directive = directive
        attach(about: patient, to: &submission)
        return submission
    }

    /// Withdraws the directive `id`.
    public func revocation(of id: ConsentID) -> Submission {
        var submission = submission(.consentRevoke)
        submission.consent = id
        return submission
    }

    /// Overrides the consent of `patient`.
    public func breakGlass(
        for patient: PatientKey, words: String? = "unconscious, no next of kin"
    ) -> Submission {
        var submission = submission(.breakGlass)
        submission.patient = patient
        submission.patientIdentifier = BusinessIdentifier(system: "urn:test", value: "p")
        submission.words = words
        return submission
    }

    /// Replays the dead letter `delivery`.
    public func replay(_ delivery: DeliveryID) -> Submission {
        var submission = submission(.replay)
        submission.delivery = delivery
        return submission
    }
}
