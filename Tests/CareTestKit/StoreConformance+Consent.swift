import CareModel
import CareStore
import Testing

extension StoreConformance {
    static let consentStates: [StoreConformance] = [
        StoreConformance("what a patient permits comes, unless it is known of that epoch") { bed in
            let patients = (1...3).map { Sample.patient($0) }
            try bed.commit([.raiseConsentEpoch(patients[0], to: 1)])
            try bed.commit([
                .raiseConsentEpoch(patients[0], to: 2), .raiseConsentEpoch(patients[1], to: 1),
            ])
            var keys = FactKeys()
            keys.patients = Set(patients)
            var asked: [PatientKey: UInt32] = [:]
            let facts = try bed.store.load(keys) { patient, epoch in
                asked[patient] = epoch
                return epoch == 1
            }
            #expect(asked == [patients[0]: 2, patients[1]: 1, patients[2]: 0])
            #expect(facts.epochs == asked)
            #expect(
                facts.consentStates == [
                    patients[0]: ConsentState(epoch: 2), patients[2]: ConsentState(epoch: 0),
                ])
        },
        StoreConformance("everybody whom the facts are about has an epoch") { bed in
            try bed.refer(1, patient: 1)
            let message = Sample.message(50, id: 50, about: nil, patient: 2)
            let glass = Sample.glass(3, patient: 3)
            let record = directive(4, version: 1, patient: 4, message: 50)
            try bed.commit([
                .insertMessage(message, .document(Payload([1]))), .putBreakGlass(glass),
                .putConsent(record), .raiseConsentEpoch(glass.patient, to: 1),
                .raiseConsentEpoch(record.patient, to: 1),
            ])
            let facts = try bed.load {
                $0.threads = [
                    .referral(Sample.referral(1).id), .override(glass.id), .directive(record.id),
                ]
                $0.messages = [message.number]
                $0.patients = [Sample.patient(5)]
            }
            let expected = [1: 0, 2: 0, 3: 1, 4: 1, 5: 0] as [UInt8: UInt32]
            for (patient, epoch) in expected {
                #expect(facts.epochs[Sample.patient(patient)] == epoch, "\(patient)")
                #expect(facts.consentStates[Sample.patient(patient)]?.epoch == epoch)
            }
            #expect(facts.epochs.count == expected.count)
            #expect(facts.consentStates[glass.patient]?.overrides == [glass])
            #expect(facts.consentStates[record.patient]?.directives.map(\.record) == [record])
        },
        StoreConformance("a patient permits what stands, and nothing that has ended") { bed in
            for number in 1...5 as ClosedRange<Int64> {
                try bed.commit([
                    .insertMessage(
                        Sample.message(number, id: UInt64(number), about: nil),
                        .document(Payload([UInt8(number)])))
                ])
            }
            var withdrawn = directive(3, version: 1, message: 4)
            withdrawn.revokedAt = Sample.now
            var ended = Sample.glass(1)
            ended.endedAt = Sample.now
            let glasses = [Sample.glass(3), Sample.glass(2)]
            let standing = [
                directive(1, version: 2, message: 2), directive(2, version: 1, message: 3),
            ]
            try bed.commit(
                [standing[1], directive(1, version: 1, message: 1), standing[0], withdrawn]
                    .map(Write.putConsent) + ([ended] + glasses).map(Write.putBreakGlass)
                    + [
                        .putConsent(directive(9, version: 1, patient: 2, message: 5)),
                        .raiseConsentEpoch(Sample.patient(1), to: 1),
                    ])
            for isRestarted in [false, true] {
                if isRestarted { try bed.restart() }
                #expect(
                    try bed.consentState(of: Sample.patient(1))
                        == ConsentState(
                            epoch: 1,
                            directives: standing.map {
                                ConsentState.Directive(
                                    record: $0,
                                    document: Payload([UInt8($0.message.number)]))
                            }, overrides: glasses.reversed()))
            }
        },
    ]

    private static func directive(
        _ id: UInt64, version: UInt32, patient: UInt8 = 1, message: Int64
    ) -> ConsentRecord {
        ConsentRecord(
            id: ConsentID(Sample.uuid(id)), patient: Sample.patient(patient), version: version,
            message: MessageNumber(message), recordedBy: Sample.desk,
            organisation: Sample.practice, recordedAt: Sample.now)
    }
}
