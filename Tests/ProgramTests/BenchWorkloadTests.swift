import CareFHIR
import CareModel
import Testing

@testable import careloop_bench

@Suite("What careloop-bench sends and counts")
struct BenchWorkloadTests {
    @Test("a bundle has exactly the size asked for", arguments: [1_536, 2_048, 32_768, 1_000_003])
    func bundleSize(byteCount: Int) throws {
        let template = try BundleTemplate(byteCount: byteCount)
        #expect(template.bundle(aboutPatient: 7, id: uuid(1)).count == byteCount)
    }

    @Test("a bundle is a valid request about its own patient and nobody else's")
    func bundleIsValid() throws {
        let template = try BundleTemplate(byteCount: 2_048)
        let bytes = template.bundle(aboutPatient: 123_456, id: uuid(2))
        let inspector = PayloadInspector()
        let patient = try BundleTemplate.patient(123_456)
        let found = try inspector.inspect(
            bytes, expecting: PayloadExpectation(patient: patient, kind: "request"))
        #expect(found.resourceTypes == ["Patient", "ServiceRequest"])
        let other = try BundleTemplate.patient(123_457)
        #expect(throws: InspectionError.self) {
            try inspector.inspect(
                bytes, expecting: PayloadExpectation(patient: other, kind: "request"))
        }
        #expect(String(decoding: bytes, as: UTF8.self).contains(uuid(2).description))
    }

    @Test("observations go along with a bundle, and its size stays", arguments: [1, 40])
    func bundleWithObservations(count: Int) throws {
        let byteCount = BundleTemplate.byteCountMin(observationCount: count) + 1_003
        let template = try BundleTemplate(byteCount: byteCount, observationCount: count)
        let bytes = template.bundle(aboutPatient: 41, id: uuid(3))
        #expect(bytes.count == byteCount)
        let patient = try BundleTemplate.patient(41)
        let found = try PayloadInspector().inspect(
            bytes, expecting: PayloadExpectation(patient: patient, kind: "request"))
        #expect(Set(found.resourceTypes) == ["Patient", "ServiceRequest", "Observation"])
    }

    @Test("a copy of a document with observations has to be smaller than it, any other as large")
    func deliveredSize() {
        var workload = Workload(
            count: 1, window: 1, payloadByteCount: 2_048, receiverCount: 1, referralsPerPatient: 1)
        #expect([0, 2_047, 2_048].map(workload.isDelivered) == [false, false, true])
        workload.observationCount = 1
        #expect([0, 2_047, 2_048].map(workload.isDelivered) == [false, true, false])
    }

    @Test("a bundle smaller than its smallest is refused")
    func bundleTooSmall() {
        #expect(throws: BenchFailure.self) { try BundleTemplate(byteCount: 200) }
    }

    @Test("a message's index can be read from its id", arguments: [0, 1, 9_999_999])
    func namesCarryIndex(index: Int) {
        var names = MessageNames()
        let now = Timestamp(milliseconds: 1_767_225_600_000)
        let first = names.id(of: index, at: now)
        #expect(MessageNames.index(in: first.bytes) == index)
        #expect(names.id(of: index, at: now) != first)
        #expect(MessageNames.index(in: first.bytes.dropLast()) == nil)
    }

    @Test("patients share the messages evenly")
    func patientsShare() {
        let workload = Workload(
            count: 25, window: 1, payloadByteCount: 2_048, receiverCount: 1, referralsPerPatient: 10
        )
        #expect(workload.patientCount == 3)
        let counts = (0..<25).reduce(into: [Int: Int]()) { counts, index in
            counts[workload.patient(of: index), default: 0] += 1
        }
        #expect(counts.keys.sorted() == [0, 1, 2])
        #expect(counts.values.allSatisfy { $0 <= 10 })
    }

    @Test("latencies and rate come from the times of each message")
    func resultIsComputed() {
        let workload = Workload(
            count: 4, window: 2, payloadByteCount: 2_048, receiverCount: 1, referralsPerPatient: 4)
        let submitted: [UInt64] = [1_000_000, 2_000_000, 3_000_000, 4_000_000]
        var findings = Receiver.Findings(
            deliveredAt: [1_100_000, 2_200_000, 3_300_000, 9_000_000])
        findings.settledCount = 4
        findings.endedAt = 11_000_000
        let result = PassResult(workload, submitted, findings, processorSeconds: 0.002)
        #expect(result.messages == 4)
        #expect(abs(result.seconds - 0.01) < 1e-9)
        #expect(abs(result.messagesPerSecond - 400) < 1e-6)
        #expect(abs(result.latency.p50 - 200) < 1)
        #expect(abs(result.latency.max - 5_000) < 10)
        #expect(result.brokerMicrosecondsPerMessage == 500)
    }

    private func uuid(_ number: UInt64) -> UUIDBytes {
        UUIDBytes(version7At: Timestamp(milliseconds: 1_767_225_600_000), random: (number, number))
    }
}
