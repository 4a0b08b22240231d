import CareFHIR
import CareModel
import Testing

@Suite("Bundles agents send")
struct BundleTests {
    private static let number = BusinessIdentifier(system: "urn:mrn", value: "7")
    private static let noon = Timestamp(milliseconds: 1_656_676_800_000)

    private func draft() throws -> BundleDraft {
        BundleDraft(
            id: UUIDBytes(high: 1, low: 2),
            patient: PatientRecord(
                identifiers: [try #require(Self.number)], name: "Ann \"A\" Other",
                birthDate: "1970-01-31"),
            author: OrganisationID("hill-practice"), writtenAt: Self.noon,
            referral: ReferralID(UUIDBytes(high: 3, low: 4)), confidentiality: "N")
    }

    private func inspect(_ bytes: [UInt8], kind: String) throws -> PayloadInspection {
        try PayloadInspector().inspect(
            bytes,
            expecting: PayloadExpectation(patient: try #require(Self.number), kind: kind))
    }

    @Test("each bundle is accepted as a message of its kind and labelled as told")
    func accepted() throws {
        let draft = try draft()
        let bundles: [(String, [UInt8])] = [
            ("request", ReferralBundle(draft: draft, reason: "Chest pain", note: "Soon").bytes),
            ("note", NoteBundle(draft: draft, text: "Seen", isFinal: false).bytes),
            ("complete", NoteBundle(draft: draft, text: "All well", isFinal: true).bytes),
            ("decline", CommentBundle(draft: draft, text: "Because").bytes),
            (
                "schedule",
                AppointmentBundle(draft: draft, start: Self.noon, end: Self.noon + .seconds(900))
                    .bytes
            ),
        ]
        for (kind, bytes) in bundles {
            let inspection = try inspect(bytes, kind: kind)
            #expect(inspection.items.count == 2)
            #expect(
                inspection.items.allSatisfy {
                    $0.resource.securityLabels == [.confidentiality("N")]
                })
        }
    }

    @Test("equal drafts give equal bytes")
    func deterministic() throws {
        let bundle = ReferralBundle(draft: try draft(), reason: "x")
        #expect(bundle.bytes == ReferralBundle(draft: try draft(), reason: "x").bytes)
    }

    @Test("what was written is what is shown")
    func shown() throws {
        let draft = try draft()
        let request = try DocumentSummary(
            of: ReferralBundle(
                draft: draft, reason: "Chest \u{1B}[31mpain", priority: "urgent",
                service: "Cardiology",
                note: "First\nSecond"
            ).bytes, at: .noon)
        #expect(
            request.lines == [
                "Patient: Ann \"A\" Other, born 1970-01-31", "  Identifier: 7 (urn:mrn)",
                "Request: Cardiology [active]", "  Priority: urgent", "  Reason: Chest [31mpain",
                "  Date: 2022-07-01T12:00:00.000Z", "  Note: First", "  Note: Second",
            ])
        let appointment = try DocumentSummary(
            of: AppointmentBundle(
                draft: draft, start: Self.noon, end: Self.noon + .seconds(900),
                description: "Echo, room 4"
            ).bytes, at: .noon)
        #expect(
            appointment.lines.dropFirst(2) == [
                "Appointment: 2022-07-01T12:00:00.000Z to 2022-07-01T12:15:00.000Z [booked]",
                "  Description: Echo, room 4",
            ])
    }

    @Test("a directive that was built says what it was told to say")
    func consent() throws {
        let clinic = try #require(OrganisationID("heart-clinic"))
        let bytes = ConsentBuilder(
            patient: try #require(Self.number), effect: .permit, organisations: [clinic],
            agreedAt: Self.noon, exceptLabels: [.confidentiality("R")],
            end: Self.noon + .seconds(60)
        ).bytes
        #expect(try inspect(bytes, kind: "consent-put").resourceTypes == ["Consent"])
        let document = try FHIRConsentReader().read(bytes)
        #expect(document.patientIdentifiers == [Self.number].compactMap { $0 })
        guard case .stated(.permit, let root) = document.directive.rule else {
            Issue.record("read as \(document.directive.rule)")
            return
        }
        let organisation = ConsentActor.organisation(clinic)
        #expect(root.actors.map { $0.identifiers } == [organisation.identifiers])
        #expect(root.purposes == [.coordinationOfCare])
        #expect(root.provisions.map { $0.type } == [.deny])
        #expect(root.provisions.first?.content.securityLabels == [.confidentiality("R")])
        // The text has milliseconds, and the last one is still inside.
        #expect(root.period?.end?.instant == Self.noon + .milliseconds(60_001))
    }
}
